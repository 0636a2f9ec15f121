"""The tour goes through its steps, by button and by key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.window.tour import Tour
from tests.app.window.conftest import Open

pytestmark = pytest.mark.window


@pytest.fixture
def tour(open_window: Callable[[], Open]) -> Tour:
    opened = open_window()
    opened.registry.execute("dialog.open", {"dialog": "tour"})
    tour = opened.window.findChild(Tour)
    assert isinstance(tour, Tour)
    return tour


def test_each_step_has_its_own_words_and_the_last_ends_it(tour: Tour, qtbot: QtBot) -> None:
    titles = []
    with qtbot.waitSignal(tour.destroyed):
        for number in range(5):
            assert tour.number == number
            titles.append(tour.title.text())
            assert tour.count.text() == f"{number + 1} of 5"
            assert tour.text.text()
            assert tour.back.isEnabled() is (number > 0)
            assert tour.next.text() == ("Done" if number == 4 else "Next")
            tour.next.click()
    assert len(set(titles)) == 5


def test_its_words_lie_within_the_screen(tour: Tour) -> None:
    for _ in range(4):
        screen = tour.plate.screen()
        assert screen is not None
        assert screen.availableGeometry().contains(tour.plate.frameGeometry())
        tour.next.click()


def test_arrows_go_on_and_back_and_escape_leaves(tour: Tour, qtbot: QtBot) -> None:
    QTest.keyClick(tour, Qt.Key.Key_Right)
    QTest.keyClick(tour, Qt.Key.Key_Right)
    QTest.keyClick(tour, Qt.Key.Key_Left)
    assert tour.number == 1
    with qtbot.waitSignal(tour.destroyed):
        QTest.keyClick(tour, Qt.Key.Key_Escape)


@pytest.mark.parametrize("active", ["window", "plate"])
def test_keys_of_commands_work_beside_it_and_its_own_keys_are_its_own(
    open_window: Callable[[], Open], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, active: str
) -> None:
    opened = open_window()
    opened.registry.execute("dialog.open", {"dialog": "tour"})
    tour = opened.window.findChild(Tour)
    assert isinstance(tour, Tour)
    ran: list[str] = []
    monkeypatch.setattr(opened.registry, "execute", lambda command, _args=None: ran.append(command))
    monkeypatch.setattr(opened.window.desk, "ask_form", lambda form: form.proposed)
    where = opened.window if active == "window" else tour.plate
    with qtbot.waitActive(where):
        where.activateWindow()
    pressed = opened.window.overlay.view if active == "window" else tour.next
    for key in (Qt.Key.Key_N, Qt.Key.Key_R, Qt.Key.Key_J):  # F6, the audit, asks first
        QTest.keyClick(pressed, key)
    assert ran == ["optimize.step", "optimize.start", "finding.next"]
    for key, number in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Return, 2), (Qt.Key.Key_Left, 1)):
        QTest.keyClick(pressed, key)
        assert tour.number == number
    with qtbot.waitSignal(tour.destroyed):
        QTest.keyClick(pressed, Qt.Key.Key_Escape)
    assert len(ran) == 3
    with qtbot.waitActive(opened.window):
        opened.window.activateWindow()
    QTest.keyClick(opened.window.overlay.view, Qt.Key.Key_Right)
    assert ran[3:] == ["frame.next"]
