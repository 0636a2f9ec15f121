"""Which key runs which entry, and what happens where two want the same."""

from __future__ import annotations

import pytest

from app.commands.command import Command, Entry
from app.commands.keymap import KeyMap, spell_key
from core.errors import SettingsError


def do_nothing(workspace: object) -> None:
    """Do nothing."""


COMMAND = Command(
    "thing.do",
    do_nothing,
    (
        Entry("Do it", {"n": 1}, key="Ctrl+D"),
        Entry("Do it twice", {"n": 2}, key="T"),
        Entry("Do it often", {"n": 9}),
    ),
)


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def keys(changes: list[str]) -> KeyMap:
    entries = [(COMMAND, entry) for entry in COMMAND.entries]
    return KeyMap(entries, lambda: changes.append("changed"))


def test_an_entry_gets_another_key_and_its_own_back(keys: KeyMap, changes: list[str]) -> None:
    keys.set_key("thing.do:1", "ctrl+shift+d")
    assert keys.key_of("thing.do:1") == "Ctrl+Shift+D"
    assert keys.owner_of("Shift+Ctrl+D") == "thing.do:1"
    assert keys.owner_of("Ctrl+D") is None
    keys.reset("thing.do:1")
    assert keys.key_of("thing.do:1") == "Ctrl+D"
    assert keys.own == {}
    assert len(changes) == 2


def test_a_taken_key_is_refused_unless_it_is_taken_away(keys: KeyMap) -> None:
    with pytest.raises(SettingsError, match="T runs Do it twice already"):
        keys.set_key("thing.do:9", "t")
    keys.set_key("thing.do:9", "T", take=True)
    assert keys.key_of("thing.do:9") == "T"
    assert keys.key_of("thing.do:2") == ""
    keys.reset("thing.do:2")
    assert (keys.key_of("thing.do:2"), keys.key_of("thing.do:9")) == ("T", "")


def test_a_key_chosen_back_to_what_it_was_is_no_choice(keys: KeyMap) -> None:
    keys.set_key("thing.do:2", "")
    assert keys.own == {"thing.do:2": ""}
    keys.set_key("thing.do:2", "T")
    assert keys.own == {}


def test_keys_of_entries_that_are_gone_are_left_out(keys: KeyMap) -> None:
    keys.restore({"thing.do:1": "F2", "thing.gone": "F3"})
    assert keys.own == {"thing.do:1": "F2"}
    with pytest.raises(SettingsError, match="is no entry of a command"):
        keys.set_key("thing.gone", "F4")


@pytest.mark.parametrize(
    ("key", "spelled"),
    [("shift+ctrl+z", "Ctrl+Shift+Z"), ("left", "Left"), ("", ""), ("alt+1", "Alt+1"), (",", ",")],
)
def test_one_spelling_a_key(key: str, spelled: str) -> None:
    assert spell_key(key) == spelled
