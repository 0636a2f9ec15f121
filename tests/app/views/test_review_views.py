"""The review queue, the heat maps and the cameras of an instant, as a person sees and clicks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.commands.command import Command, Entry
from app.commands.keymap import KeyMap
from app.overlay.camera_grid import CameraGrid
from app.panels.errors_panel import ErrorsPanel
from app.panels.finding_card import describe_influence
from app.panels.heat_map import HeatMap, HeatTable
from app.panels.offset_panel import compare_subjects
from app.panels.review_panel import ReviewPanel
from app.session.changes import Change
from app.session.frame_data import FrameData, load_frame
from app.session.session import Session
from app.session.survey import RegressorErrors, Survey
from app.theme.colors import DARK
from app.window.shortcut_editor import ShortcutEditor
from app.window.view_files import write_widget
from core.errors import JointlensError
from core.project.finding import Finding

pytestmark = pytest.mark.window

Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


@pytest.fixture
def reviewed(shown: Session, finding: Finding) -> Session:
    shown.review.findings = (finding,)
    return shown


@pytest.fixture
def surveyed(shown: Session) -> Session:
    keys = shown.project.keys
    errors = RegressorErrors.empty(len(keys), len(keys.shots), 17)
    for number, shot in enumerate(keys.shots):
        part = np.full((shot.stop - shot.start, 17), 40.0)
        part[0, 3] = 90.0 if shot.subject == "S5" else 50.0
        errors.add(shot.start, number, part, part / 4)
    shown.errors.receive(Survey("initial", {"J_std": errors}, len(keys), len(keys)))
    return shown


def test_the_queue_lists_findings_and_decides_by_commands(
    build: View, reviewed: Session, finding: Finding, invoked: Invoked
) -> None:
    panel = build(ReviewPanel)
    assert panel.model.rowCount() == 1
    panel.table.clicked.emit(panel.model.index(0, 0))
    reviewed.review.look_at(finding.id)
    assert panel.card.sentence.text() == finding.sentence
    assert "the same in all actions" in panel.card.evidence.text()
    for command in ("finding.accept", "finding.reject", "finding.undecided"):
        panel.card.buttons[command].setEnabled(True)  # the project of this test is read-only
        panel.card.buttons[command].click()
    panel.card.strip.picked.emit(1)
    assert [command for command, _ in invoked] == [
        "finding.go",
        "finding.accept",
        "finding.reject",
        "finding.undecided",
        "finding.frame",
    ]


def test_an_empty_queue_says_what_to_do(build: View) -> None:
    panel = build(ReviewPanel)
    assert panel.empty.isVisible()
    assert "audit" in panel.empty.text()


def test_a_panel_is_no_wider_than_its_dock(
    build: View, reviewed: Session, finding: Finding, surveyed: Session
) -> None:
    reviewed.review.look_at(finding.id)
    for kind in (ReviewPanel, ErrorsPanel):
        assert build(kind).minimumSizeHint().width() <= 310, kind.__name__


def test_influence_is_told_in_words(finding: Finding) -> None:
    told = describe_influence(replace(finding, influence={"joint_mm": 6.41, "mpjpe_mm": -0.214}))
    assert told == "A refit without them moves the joint by 6.4 mm, the test MPJPE by −0.21 mm."
    assert describe_influence(finding) == ""


def test_a_cell_leads_to_its_worst_frames_one_after_another(
    build: View, surveyed: Session, invoked: Invoked
) -> None:
    panel = build(ErrorsPanel)
    column = panel.map.table.columns.index("S5")
    for _ in range(2):
        panel.map.picked.emit(3, column)
    whose = {"joint": "RAnkle", "group": "S5", "regressor": "J_std"}
    assert invoked == [("errors.go", {**whose, "rank": 0}), ("errors.go", {**whose, "rank": 1})]


def test_a_heat_map_is_moved_in_and_picked_by_keys(qtbot: QtBot) -> None:
    heat = HeatMap("errors")
    qtbot.addWidget(heat)
    heat.resize(300, 200)
    heat.set_table(HeatTable(("a", "b"), ("x", "y", "z"), np.arange(6.0).reshape(2, 3), 5.0), DARK)
    heat.show()
    with qtbot.waitSignal(heat.picked) as signal:
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
            QTest.keyClick(heat, key)
    assert signal.args == [1, 1]
    assert heat.describe(1, 2) == "b, z: 5.0 mm"
    assert heat.cell_at(QPointF(1, 1)) is None
    assert heat.color_of(5.0) != heat.color_of(0.0)


def test_a_subject_is_compared_with_the_median_of_the_others() -> None:
    values = np.array([[10.0, 20.0, 60.0]])
    np.testing.assert_allclose(compare_subjects(values), [[-30.0, -15.0, 45.0]])


def test_the_cameras_of_an_instant_change_together(
    qtbot: QtBot, shown: Session, frame: FrameData, invoked: Callable[..., None]
) -> None:
    grid = CameraGrid(shown, invoked)
    qtbot.addWidget(grid)
    grid.show()
    shown.appearance.show_all_cameras(True)
    grid.refresh(Change.everything())
    others = shown.companions.wanted
    rows = shown.project.keys.rows_at(frame.key.instant)
    assert sorted((*others, frame.row)) == rows.tolist()
    for row in others:
        assert all(tile.frame is None for tile in grid.tiles.values()), "not before all are there"
        loaded = load_frame(
            shown.project, row, source="initial", regressors=shown.regressors, mesh=shown.mesh
        )
        shown.companions.receive(loaded)
        grid.refresh(Change.COMPANIONS)
    assert [tile.frame.row for tile in grid.tiles.values() if tile.frame] == rows.tolist()
    shown.appearance.show_all_cameras(False)
    grid.refresh(Change.LAYERS)
    assert shown.companions.wanted == ()


def test_keys_are_changed_in_the_editor_and_conflicts_are_said(qtbot: QtBot, invoked: Invoked) -> None:
    entries = (Entry("One", {"n": 1}, key="F2"), Entry("Two", {"n": 2}, key="F3"))
    command = Command("thing.do", lambda workspace: None, entries)
    listed = [(command, entry) for entry in entries]
    editor = ShortcutEditor(None, listed, KeyMap(listed), invoked)  # type: ignore[arg-type]
    qtbot.addWidget(editor)
    editor.table.selectRow(0)
    editor.recorder.setKeySequence("F3")
    assert "Two" in editor.conflict.text()
    editor.assign.click()
    assert invoked == [("keys.set", {"entry": "thing.do:1", "key": "F3", "take": True})]


def test_a_view_is_written_as_png_or_svg(build: View, surveyed: Session, tmp_path: Path) -> None:
    panel = build(ErrorsPanel)
    write_widget(panel, tmp_path / "errors.png")
    assert QImage(str(tmp_path / "errors.png")).width() == 2 * panel.width()
    write_widget(panel, tmp_path / "errors.svg")
    assert b"<svg" in (tmp_path / "errors.svg").read_bytes()
    with pytest.raises(JointlensError, match=r"ends in \.png or \.svg"):
        write_widget(panel, tmp_path / "errors.bmp")
