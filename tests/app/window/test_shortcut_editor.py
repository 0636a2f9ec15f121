"""Keys are changed in the editor."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.commands.command import Command, Entry
from app.commands.keymap import KeyMap
from app.window.shortcut_editor import ShortcutEditor

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]


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
