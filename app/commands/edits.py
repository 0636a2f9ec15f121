"""Undo and redo of edits, across restarts."""

from __future__ import annotations

from typing import Any

from app.commands.command import Command, Entry, Workspace
from app.commands.labels import describe_flag
from core.project.flags import ADD, REMOVE, Flag
from core.project.journal import Entry as JournalEntry

VERBS = {ADD: "flag on", REMOVE: "removal of the flag on"}


def undo_edit(workspace: Workspace) -> None:
    """Take the last edit back; one that another program has just made is shown first."""
    if workspace.session.take_over_edits():
        return
    _turn(workspace, workspace.session.project.journal.undo(), "Undone", "There is nothing to undo")


def redo_edit(workspace: Workspace) -> None:
    """Do the edit that was undone last again; one that another program has just made is shown first."""
    if workspace.session.take_over_edits():
        return
    _turn(workspace, workspace.session.project.journal.redo(), "Redone", "There is nothing to redo")


def _turn(workspace: Workspace, entry: JournalEntry | None, verb: str, nothing: str) -> None:
    session = workspace.session
    if entry is None:
        session.set_status(nothing)
        return
    session.refresh_flags()
    entries = {known.position: known for known in session.project.journal.entries()}
    edit = entries[entry.refers_to or 0].edit
    session.set_status(f"{verb}: {describe_edit(edit.kind, edit.payload)}")


def describe_edit(kind: str, payload: dict[str, Any]) -> str:
    """An edit of the journal in words."""
    return f"{VERBS[kind]} {describe_flag(Flag.from_dict(payload))}"


COMMANDS = (
    Command(
        "edit.undo",
        undo_edit,
        (Entry("Undo", key="Ctrl+Z", icon="undo", menu="Edit", tool_bar=True),),
    ),
    Command(
        "edit.redo",
        redo_edit,
        (Entry("Redo", key="Ctrl+Shift+Z", icon="redo", menu="Edit", tool_bar=True),),
    ),
)
