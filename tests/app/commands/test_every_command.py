"""Each command that scripts may rely on is reached by mouse, key, palette and replay, in a real window.

The functions behind the commands are replaced by one that notes the call, so that nothing else moves: what
they do is tested where they are.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.commands.catalogue import COMMANDS
from app.commands.command import Command, Workspace
from app.commands.registry import CommandRegistry
from app.commands.replay import Replay, read_script
from app.jobs.jobs import Jobs
from app.session.session import Session
from app.window.choices import list_choices
from app.window.disposal import dispose
from app.window.main_window import MainWindow
from core.project.project import Project

pytestmark = pytest.mark.window

#: The commands that scripts may rely on, each with arguments as a script gives them.
RELIED_ON: dict[str, dict[str, Any]] = {
    "frame.go": {"key": "S5/Walking-1/54138969/000001"},
    "frame.next": {},
    "frame.previous": {},
    "playback.toggle": {},
    "layer.toggle": {"layer": "mask"},
    "camera.view": {"view": "camera"},
    "term.toggle": {"term": "silhouette"},
    "term.weight": {"term": "silhouette", "weight": 0.5},
    "optimize.start": {},
    "optimize.pause": {},
    "optimize.step": {"n": 5},
    "optimize.reset": {},
    "optimize.fork": {},
    "iteration.go": {"n": 3},
    "regressor.show": {"name": "J_std"},
    "regressor.paint": {"name": "J_std", "joint": "RAnkle"},
    "label.flag": {
        "subject": "S5",
        "joint": "RAnkle",
        "action": "Walking-1",
        "frames": [1, 4],
        "reason": "off",
    },
    "label.unflag": {"subject": "S5", "joint": "RAnkle"},
    "finding.next": {},
    "finding.accept": {},
    "finding.reject": {},
    "regressor.refit": {"source": "initial", "name": "J_spin"},
    "regressor.accept": {"name": "J_spin", "version": 1},
    "edit.undo": {},
    "edit.redo": {},
    "wait": {"for": "idle", "timeout_s": 5},
}
#: For scripts alone.
WITHOUT_ENTRY = {"wait"}
#: Commands that ask about a live run or a finding, and say so where there is none.
NEED_MORE = {"iteration.go", "optimize.rename", "finding.note"}
#: What a person answers where a command asks, whatever it asks.
ANSWER = "1"


@dataclass
class Noting:
    """A window whose commands note that they were run, and a person who answers what is asked."""

    window: MainWindow
    session: Session
    registry: CommandRegistry
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def take_call(self) -> tuple[str, dict[str, Any]]:
        """The one call since this was last asked."""
        (call,) = self.calls
        self.calls.clear()
        return call


def note_calls(command: Command, calls: list[tuple[str, dict[str, Any]]]) -> Command:
    """The command with a function that takes the same arguments, and notes those that were given."""

    @functools.wraps(command.function)
    def note(_workspace: Workspace, **args: Any) -> None:
        calls.append((command.id, args))

    return replace(command, function=note)


@pytest.fixture
def noting(
    qtbot: QtBot, project_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Noting]:
    calls: list[tuple[str, dict[str, Any]]] = []
    with Project.open(project_copy) as project:
        session = Session(project)
        jobs = Jobs(session)
        commands = [note_calls(command, calls) for command in COMMANDS]
        registry = CommandRegistry(Workspace(session, jobs), commands)
        window = MainWindow(session, registry, jobs, settings=tmp_path / "window.ini")
        monkeypatch.setattr(window.desk, "ask_text", lambda *_: ANSWER)
        monkeypatch.setattr(window.desk, "ask_form", lambda form: form.proposed)
        monkeypatch.setattr(window.desk, "ask_folder", lambda *_: tmp_path)
        monkeypatch.setattr(window.desk, "ask_file_to_write", lambda *_: tmp_path / "file.png")
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        session.select_joint(3)
        yield Noting(window, session, registry, calls)
        dispose(window)
        jobs.close()
        registry.close()


@pytest.mark.parametrize("command", RELIED_ON)
def test_what_scripts_rely_on_is_offered_and_takes_its_arguments(command: str) -> None:
    registry = CommandRegistry(Workspace(None, None), COMMANDS)  # type: ignore[arg-type]
    try:
        found = next(known for known in registry.commands if known.id == command)
        assert found.title[0].isupper()
        registry.describe(command).check(RELIED_ON[command])
    finally:
        registry.close()


def test_all_that_scripts_rely_on_and_every_term_has_a_key_and_stands_in_a_menu() -> None:
    with_key = {command.id for command in COMMANDS for entry in command.entries if entry.key and entry.menu}
    assert with_key >= RELIED_ON.keys() - WITHOUT_ENTRY
    (toggle,) = [command for command in COMMANDS if command.id == "term.toggle"]
    assert all(entry.key for entry in toggle.entries)


def test_every_key_runs_its_entry(noting: Noting) -> None:
    entries = [(command, entry) for command, entry in noting.registry.entries() if entry.key]
    assert len(entries) > 60
    for command, entry in entries:
        if command.id in NEED_MORE and not entry.args:
            continue
        keys = QKeySequence(entry.key)[0]
        QTest.keyClick(noting.window.overlay.view, keys.key(), keys.keyboardModifiers())
        assert noting.calls, f"{entry.key} did not run {command.id}"
        called, args = noting.take_call()
        assert called == command.id, f"{entry.key} ran {called}"
        assert entry.args.items() <= args.items()


def test_every_menu_item_and_button_runs_its_entry(noting: Noting) -> None:
    items = {
        action
        for title in noting.window.menuBar().actions()
        for action in (title.menu() or QMenu()).actions()
    }
    for command, entry in noting.registry.entries():
        _, action = noting.window.menus.actions[command.id + entry.suffix]
        assert action in items, f"{entry.title} is in no menu"
        if command.id in NEED_MORE and not entry.args:
            continue
        action.trigger()
        called, args = noting.take_call()
        assert called == command.id
        assert entry.args.items() <= args.items()
        if entry.tool_bar:
            button = noting.window.menus.tool_bar.widgetForAction(action)
            assert button is not None
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            assert noting.take_call()[0] == command.id


def test_every_choice_of_the_palette_is_found_by_its_title_and_run(noting: Noting) -> None:
    choices = list_choices(noting.session, noting.registry)
    offered = {choice.command for choice in choices}
    assert offered >= RELIED_ON.keys() - WITHOUT_ENTRY
    for choice in choices:
        if choice.command in NEED_MORE and not choice.args:
            continue
        palette = noting.window.open_palette()
        palette.line.setText(choice.title)
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
        called, args = noting.take_call()
        assert (called, choice.args) == (choice.command, {**choice.args, **given_of(args, choice.args)})
        QApplication.processEvents()


def test_a_script_runs_all_that_scripts_rely_on(noting: Noting, tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    lines = [json.dumps({"command": command, "args": args}) for command, args in RELIED_ON.items()]
    script.write_text("\n".join(lines))
    replay = Replay(noting.registry, read_script(script))
    while not replay.advance():
        pass
    assert [command for command, _ in noting.calls] == list(RELIED_ON)


def given_of(args: dict[str, Any], choice: dict[str, Any]) -> dict[str, Any]:
    """Of a call's arguments, those that a choice tells; a name kept apart from Python's ends with ``_``."""
    return {name: args.get(name, args.get(f"{name}_")) for name in choice}
