"""Labels are flagged, listed and unflagged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.panels.flag_table import describe_scope
from app.panels.flags_panel import FRAME, SEQUENCE, FlagsPanel
from app.session.session import Session
from core.project.flags import Flag

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


def test_the_form_flags_the_selected_joint_in_the_chosen_scope(
    build: View, shown: Session, invoked: Invoked
) -> None:
    panel = build(FlagsPanel)
    shown.select_joint(3)
    key = shown.key
    for scope in (0, SEQUENCE, FRAME):
        panel.scope.setCurrentIndex(scope)
        panel.reason.setText("too far back ")
        panel.flag.setEnabled(True)  # the project is open read-only
        panel.flag.click()
    whose = {"subject": key.subject, "joint": "RAnkle", "reason": "too far back"}
    assert invoked == [
        ("label.flag", whose),
        ("label.flag", {**whose, "action": key.action}),
        ("label.flag", {**whose, "action": key.action, "frames": [key.frame, key.frame]}),
    ]
    assert panel.reason.text() == ""


def test_flags_are_listed_newest_first_and_taken_away(build: View, shown: Session, invoked: Invoked) -> None:
    shown.flags = (Flag("S5", "RAnkle", id="F1"), Flag("S1", "LWrist", reason="hidden", id="F2"))
    panel = build(FlagsPanel)
    assert panel.model.flag_at(0).id == "F2"
    assert "hidden" in panel.model.data(panel.model.index(0, 1))
    panel.table.selectRow(1)
    panel.unflag.setEnabled(True)
    panel.unflag.click()
    assert invoked == [("label.unflag", {"id": "F1"})]


def test_a_double_click_goes_to_what_is_flagged(build: View, shown: Session, invoked: Invoked) -> None:
    shown.flags = (Flag("S5", "RAnkle", id="F1"),)
    panel = build(FlagsPanel)
    panel.table.doubleClicked.emit(panel.model.index(0, 0))
    assert invoked == [("flag.go", {"id": "F1"})]


def test_without_flags_the_list_says_how_to_make_one(build: View) -> None:
    assert build(FlagsPanel).empty.isVisible()


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        (Flag("S5", "RAnkle"), "S5, all actions"),
        (Flag("S5", "RAnkle", action="Walking-1"), "S5 Walking-1"),
        (Flag("S5", "RAnkle", action="Walking-1", frames=(3, 17)), "S5 Walking-1, frames 3-17"),
        (Flag("S5", "RAnkle", action="Walking-1", frames=(3, 3)), "S5 Walking-1, frame 3"),
    ],
)
def test_a_flags_scope_in_words(flag: Flag, words: str) -> None:
    assert describe_scope(flag) == words
