"""Findings reviewed in a real window by keys alone, with undo, over a restart; and a window that may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.session.session import Session
from app.window.disposal import dispose
from app.window.main_window import MainWindow
from core.project.finding import Finding, Kind, name_finding
from core.project.project import Project

pytestmark = pytest.mark.window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def make_finding(kind: Kind, subject: str, joint: str, best: str) -> Finding:
    return Finding(
        id=name_finding(kind, subject, joint=joint),
        kind=kind,
        subject=subject,
        joint=joint,
        sequence=None,
        frames=None,
        effect_mm=41.0,
        interval_mm=(37.0, 45.0),
        verdict="bad-label",
        sentence=f"{subject}'s {joint} is off",
        best_frames=(best,),
    )


@dataclass
class Reviewer:
    """A person with a keyboard and no mouse."""

    window: MainWindow
    session: Session
    close: Callable[[], None]

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.overlay.view, key, modifiers)

    @property
    def decisions(self) -> list[str]:
        review = self.session.review
        own = [review.own_review(finding.id) for finding in review.findings]
        return [known.decision if known else "" for known in own]


@pytest.fixture
def sit_down(qtbot: QtBot, project_copy: Path, tmp_path: Path) -> Iterator[Callable[..., Reviewer]]:
    """Opens the project in a window of its own."""
    with Project.open(project_copy) as project:
        joints = (("S5", "RAnkle"), ("S9", "LWrist"), ("S11", "LKnee"))
        project.write_findings(
            [
                make_finding("subject-offset", subject, joint, str(project.keys[project.rows_of(subject)[2]]))
                for subject, joint in joints
            ]
        )
    with ExitStack() as everything:

        def open_window() -> Reviewer:
            stack = everything.enter_context(ExitStack())
            project = stack.enter_context(Project.open(project_copy, exclusive=True))
            session = Session(project)
            jobs = Jobs(session)
            stack.callback(jobs.close)
            registry = CommandRegistry(Workspace(session, jobs), COMMANDS)
            stack.callback(registry.close)
            window = MainWindow(session, registry, jobs, settings=tmp_path / "window.ini")
            stack.callback(dispose, window)
            with qtbot.waitActive(window):
                window.show()
                window.activateWindow()
            return Reviewer(window, session, stack.close)

        yield open_window


def test_findings_are_reviewed_by_keys_alone_with_undo_over_a_restart(
    sit_down: Callable[..., Reviewer], qtbot: QtBot
) -> None:
    person = sit_down()
    person.press(Qt.Key.Key_J)
    first = person.session.review.finding
    assert first is not None
    assert str(person.session.key) == first.best_frames[0]
    person.press(Qt.Key.Key_A)
    assert person.decisions == ["accepted", "", ""]
    assert [(flag.subject, flag.joint) for flag in person.session.flags] == [("S5", "RAnkle")]

    person.press(Qt.Key.Key_X)  # of the second, to which accepting went on
    QTimer.singleShot(0, lambda: answer("the wrist is hidden"))
    person.press(Qt.Key.Key_T)  # of the third
    assert person.decisions == ["accepted", "rejected", "undecided"]
    person.press(Qt.Key.Key_Z, CTRL)
    person.press(Qt.Key.Key_Z, CTRL)
    assert person.decisions == ["accepted", "", ""]
    assert person.session.status.startswith("Undone: rejected")
    assert person.session.key.subject == "S9", "what was undone is shown"
    person.press(Qt.Key.Key_Z, CTRL | SHIFT)
    assert person.decisions == ["accepted", "rejected", ""]
    person.close()

    person = sit_down()
    assert person.decisions == ["accepted", "rejected", ""]
    person.press(Qt.Key.Key_Z, CTRL)
    person.press(Qt.Key.Key_Z, CTRL)
    assert person.decisions == ["", "", ""]
    assert person.session.flags == ()
    assert person.session.key.subject == "S5"
    person.press(Qt.Key.Key_Z, CTRL | SHIFT)
    assert [flag.joint for flag in person.session.flags] == ["RAnkle"]
    person.press(Qt.Key.Key_N, SHIFT)
    person.press(Qt.Key.Key_U)
    person.press(Qt.Key.Key_A)
    assert person.decisions == ["accepted", "undecided", "accepted"]

    def listed() -> list[str]:
        return [finding.subject for finding in person.session.review.listed]

    person.press(Qt.Key.Key_P, SHIFT)
    assert listed() == ["S11"], "findings of the subject of the one that is looked at"
    person.press(Qt.Key.Key_K, SHIFT)
    person.press(Qt.Key.Key_P, SHIFT)
    assert listed() == ["S5", "S9", "S11"], "once more lifts it"
    person.press(Qt.Key.Key_O, SHIFT)
    assert listed() == ["S11"]
    person.press(Qt.Key.Key_L, SHIFT)
    assert listed() == ["S5", "S9", "S11"]
    person.press(Qt.Key.Key_U, SHIFT)
    assert listed() == []
    person.press(Qt.Key.Key_B, SHIFT)
    assert person.session.review.blind


def test_a_second_window_is_told_and_changes_nothing(sit_down: Callable[..., Reviewer], qtbot: QtBot) -> None:
    first, second = sit_down(), sit_down()
    assert "read-only" in second.window.status_line.message.text()
    second.press(Qt.Key.Key_J)
    second.press(Qt.Key.Key_A)
    assert "read-only" in second.window.status_line.message.text()
    assert second.decisions == ["", "", ""]
    with qtbot.waitActive(first.window):
        first.window.activateWindow()
    first.press(Qt.Key.Key_J)
    first.press(Qt.Key.Key_A)
    assert first.decisions == ["accepted", "", ""]


def answer(text: str) -> None:
    """Type into the question that is asked, and press Enter."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue(text)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
