from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QRect, Qt, QTimer
from PyQt6.QtGui import QAction, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QInputDialog, QWidget
from pytestqt.qtbot import QtBot

from app.session.changes import Change
from app.session.paint import Paint
from app.theme.colors import COLOR_BLIND_SAFE
from app.theme.current import choose_data_colors
from app.window.choices import list_choices
from app.window.command_palette import Choice, find_matches
from tests.app.window.conftest import Open

pytestmark = pytest.mark.window


def test_a_window_opens_shows_a_frame_and_closes(open_window: Callable[[], Open], qtbot: QtBot) -> None:
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.frame_data is not None, timeout=20_000)
    assert "synthetic studio" in opened.window.windowTitle()
    assert opened.window.badge.isVisible()
    opened.window.terms.refresh(Change.OPTIMISATION)  # a curve that waits for its turn is drawn no more
    opened.window.close()
    running = [timer for timer in opened.window.findChildren(QTimer) if timer.isActive()]
    assert not running
    assert not opened.window.isVisible()


def test_every_entry_of_the_registry_has_its_action_and_key(open_window: Callable[[], Open]) -> None:
    opened = open_window()
    for command, entry in opened.registry.entries():
        _, action = opened.window.menus.actions[command.id + entry.suffix]
        assert action.text() == entry.title
        assert action.shortcut().toString() == entry.key


def test_keys_run_commands(open_window: Callable[[], Open], qtbot: QtBot) -> None:
    opened = open_window()
    with qtbot.waitActive(opened.window):
        opened.window.activateWindow()
    row = opened.session.row
    QTest.keyClick(opened.window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: opened.session.row == row + 1)
    QTest.keyClick(opened.window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: "mask" in opened.session.appearance.layers)
    _, action = opened.window.menus.actions["layer.toggle:mask"]
    assert action.isChecked()


def test_a_regressor_is_shown_and_painted_by_key(
    open_window: Callable[[], Open], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window()
    session = opened.session
    monkeypatch.setattr(opened.window.desk, "ask_text", lambda _title, _prompt, proposed: proposed)
    with qtbot.waitActive(opened.window):
        opened.window.activateWindow()
    session.select_joint(3)
    QTest.keyClick(opened.window.overlay.view, Qt.Key.Key_Q)
    assert session.paint == Paint("J_std", 3)
    QTest.keyClick(opened.window.overlay.view, Qt.Key.Key_Q)
    assert session.paint is None
    shown = session.appearance.layers
    QTest.keyClick(opened.window.overlay.view, Qt.Key.Key_G)
    assert session.appearance.layers == shown - {"J_std"}
    QTest.keyClick(opened.window.overlay.view, Qt.Key.Key_G)
    assert session.appearance.layers == shown
    monkeypatch.setattr(opened.window.desk, "ask_text", lambda *_: "J_none")
    QTest.keyClick(opened.window.overlay.view, Qt.Key.Key_G)
    assert session.status.startswith("no regressor is called 'J_none'")


def test_tab_goes_round_what_is_seen_and_out_of_tables(open_window: Callable[[], Open], qtbot: QtBot) -> None:
    window = open_window().window
    with qtbot.waitActive(window):
        window.activateWindow()
    for title, inside in (("Terms", window.terms.transport.run), ("Regressors", window.regressors.table)):
        window.docks[title].raise_()
        QApplication.processEvents()
        window.overlay.view.setFocus()
        stops: list[QWidget] = []
        while window.overlay.view not in stops:
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            stops.append(QApplication.focusWidget())
            assert len(stops) < 150
        hidden = [window.docks[name] for name in ("Terms", "Regressors", "Errors", "Labels") if name != title]
        assert inside in stops
        assert not [stop for stop in stops for dock in hidden if dock.isAncestorOf(stop)]


def test_typing_a_reason_runs_no_command(open_window: Callable[[], Open]) -> None:
    opened = open_window()
    opened.window.docks["Labels"].raise_()
    opened.window.labels.flags.reason.setFocus()
    layers = opened.session.appearance.layers
    QTest.keyClicks(opened.window.labels.flags.reason, "mild blur")
    assert opened.window.labels.flags.reason.text() == "mild blur"
    assert opened.session.appearance.layers == layers


def test_a_flag_made_in_the_window_is_in_the_project_and_undone(open_window: Callable[[], Open]) -> None:
    opened = open_window()
    opened.session.select_joint(3)
    opened.window.labels.flags.reason.setText("too far back")
    opened.window.labels.flags.flag.click()
    (flag,) = opened.session.project.flags()
    assert (flag.subject, flag.joint, flag.reason) == (opened.session.key.subject, "RAnkle", "too far back")
    assert opened.window.labels.flags.model.rowCount() == 1
    opened.window.labels.flags.undo.click()
    assert opened.window.labels.flags.model.rowCount() == 0


def test_a_sample_that_is_drawn_brings_the_queue_to_the_front(
    open_window: Callable[[], Open], qtbot: QtBot
) -> None:
    opened = open_window()
    opened.window.docks["Terms"].raise_()
    qtbot.waitUntil(lambda: opened.window.labels.review.visibleRegion().isEmpty())
    opened.registry.execute("sample.draw", {"count": 3})
    qtbot.waitUntil(lambda: not opened.window.labels.review.visibleRegion().isEmpty())


def test_theme_and_layout_come_back(open_window: Callable[[], Open]) -> None:
    first = open_window()
    first.window.resize(1111, 777)
    first.registry.execute("theme.toggle")
    first.window.docks["Jobs"].hide()
    first.window.close()
    assert first.settings.exists()
    second = open_window()
    assert second.session.appearance.theme == "light"
    assert (second.window.width(), second.window.height()) == (1111, 777)
    assert second.window.docks["Jobs"].isHidden()


def test_colours_for_the_colour_blind_are_taken_at_once_and_come_back(
    open_window: Callable[[], Open], qapp: QApplication
) -> None:
    opened = open_window()
    (action,) = [found for found in opened.window.findChildren(QAction) if "Colour-blind" in found.text()]
    action.trigger()
    assert opened.window.overlay.items.joints["label"].color == COLOR_BLIND_SAFE.label
    opened.window.close()
    choose_data_colors(qapp, "standard")
    assert open_window().window.overlay.items.joints["label"].color == COLOR_BLIND_SAFE.label
    choose_data_colors(qapp, "standard")


def test_a_screenshot_holds_the_body(open_window: Callable[[], Open], qtbot: QtBot, tmp_path: Path) -> None:
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.frame_data is not None, timeout=20_000)
    path = tmp_path / "shots" / "window.png"
    opened.window.grab_screenshot(path)
    image = QImage(str(path))
    assert image.size() == opened.window.size()
    view = opened.window.viewport.plotter
    corner = view.mapTo(opened.window, view.rect().topLeft())
    pixels = [
        image.pixelColor(corner.x() + x, corner.y() + y).lightness()
        for x in range(0, view.width(), 4)
        for y in range(0, view.height(), 4)
    ]
    assert np.mean(np.array(pixels) > 110) > 0.02, "no body in the picture"


def test_a_screenshot_holds_what_is_said_over_the_body(
    open_window: Callable[[], Open], qtbot: QtBot, tmp_path: Path
) -> None:
    opened = open_window()
    viewport = opened.window.viewport
    qtbot.waitUntil(lambda: opened.session.shown.frame is not None, timeout=60_000)
    assert viewport.notice is not None
    viewport.notice.show_reason("No body", "for a reason")
    place = QRect(viewport.notice.mapTo(opened.window, QPoint(0, 0)), viewport.notice.size())
    opened.window.grab_screenshot(tmp_path / "said.png")
    viewport.notice.show_reason("", "")
    opened.window.grab_screenshot(tmp_path / "silent.png")
    pictures = [QImage(str(tmp_path / f"{name}.png")).copy(place) for name in ("said", "silent")]
    assert pictures[0] != pictures[1]


def test_the_palette_finds_and_runs_commands(open_window: Callable[[], Open], qtbot: QtBot) -> None:
    opened = open_window()
    palette = opened.window.open_palette()
    QTest.keyClicks(palette.line, "light theme")
    assert palette.list.count() == 1
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert opened.session.appearance.theme == "light"


def test_the_palette_flags_the_selected_joint_and_takes_flags_away(open_window: Callable[[], Open]) -> None:
    opened = open_window()
    opened.session.select_joint(3)
    flag = next(
        choice
        for choice in list_choices(opened.session, opened.registry)
        if choice.title.startswith("Labels: Flag RAnkle")
    )
    opened.registry.execute(flag.command, {**flag.args, "reason": "too far back"})
    (unflag,) = [
        choice for choice in list_choices(opened.session, opened.registry) if "Unflag" in choice.title
    ]
    opened.registry.execute(unflag.command, unflag.args)
    assert not opened.session.flags


def test_every_choice_of_the_palette_has_arguments_that_its_command_takes(
    open_window: Callable[[], Open],
) -> None:
    opened = open_window()
    choices = list_choices(opened.session, opened.registry)
    assert {choice.command for choice in choices} >= {"edit.undo", "layer.toggle", "regressor.paint"}
    asking = {command.id for command in opened.registry.commands if command.ask}
    for choice in choices:
        if choice.command not in asking:
            opened.registry.describe(choice.command).check(choice.args)


def test_a_frames_key_is_a_choice_of_the_palette() -> None:
    choices = [Choice("View: Mask", "layer.toggle", {"layer": "mask"})]
    first, *others = find_matches("S5/Walking-1/000123", choices)
    assert first == Choice("Go to S5/Walking-1/000123", "frame.go", {"key": "S5/Walking-1/000123"})
    assert not others
    assert find_matches("mask view", choices) == choices
    json.dumps(first.args)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("optimise all", "Optimise: Optimise all training subjects…"),
        ("go on", "Optimise: Go on with the run that was stopped"),
        ("run", "Optimise: Run"),
        ("undo", "Edit: Undo"),
    ],
)
def test_what_is_typed_as_it_stands_comes_first(
    open_window: Callable[[], Open], typed: str, first: str
) -> None:
    opened = open_window()
    choices = list_choices(opened.session, opened.registry)
    assert find_matches(typed, choices)[0].title.rstrip("…") == first.rstrip("…")


def test_an_error_of_a_command_is_said_in_the_status_line(open_window: Callable[[], Open]) -> None:
    opened = open_window()
    opened.registry.invoke("frame.go", key="S99/Nowhere-1/000001")
    assert "S99/Nowhere-1/000001" in opened.window.status_line.message.text()


def test_the_palette_outlives_a_command_that_asks_a_person(
    open_window: Callable[[], Open], qtbot: QtBot
) -> None:
    opened = open_window()
    keys = opened.session.project.keys

    def answer() -> None:
        asked = QApplication.activeModalWidget()
        if isinstance(asked, QInputDialog):
            asked.setTextValue(str(keys[len(keys) - 1 - opened.session.row]))
            asked.accept()

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(20)
    for _ in range(4):
        palette = opened.window.open_palette()
        row = opened.session.row
        palette.line.setText("Frame: Go to a frame")
        with qtbot.waitSignal(palette.destroyed):
            QTest.keyClick(palette.line, Qt.Key.Key_Return)
        assert opened.session.row != row
    timer.stop()
