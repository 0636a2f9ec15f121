"""Undo and redo of edits, across restarts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.commands.command import NOTHING_DONE, Command, Entry, Workspace
from app.commands.findings import WORDS, show_finding
from app.commands.labels import count, describe_flag, show_flagged
from app.commands.regressors import describe_acceptance
from app.commands.split import describe_split
from core.project.acceptance import ACCEPT
from core.project.flags import ADD, REMOVE, Flag
from core.project.journal import Entry as JournalEntry
from core.project.reviews import SET
from core.project.subject_split import SET as SPLIT

VERBS = {ADD: "flag on", REMOVE: "removal of the flag on"}


def undo_edit(workspace: Workspace) -> object:
    """Take the last edit back; one that another program has just made is shown first."""
    if workspace.session.take_over_edits():
        return NOTHING_DONE
    return _turn(workspace, workspace.session.project.journal.undo(), "Undone", "There is nothing to undo")


def redo_edit(workspace: Workspace) -> object:
    """Do the edit that was undone last again; one that another program has just made is shown first."""
    if workspace.session.take_over_edits():
        return NOTHING_DONE
    return _turn(workspace, workspace.session.project.journal.redo(), "Redone", "There is nothing to redo")


def _turn(workspace: Workspace, entry: JournalEntry | None, verb: str, nothing: str) -> object:
    session = workspace.session
    if entry is None:
        session.set_status(nothing)
        return NOTHING_DONE
    session.refresh_edits()
    entries = {known.position: known for known in session.project.journal.entries()}
    edit = entries[entry.refers_to or 0].edit
    _show_edit(workspace, edit.kind, edit.payload)
    sentences = {finding.id: finding.sentence for finding in session.review.findings}
    session.set_status(f"{verb}: {describe_edit(edit.kind, edit.payload, sentences)}")
    return None


def _show_edit(workspace: Workspace, kind: str, payload: dict[str, Any]) -> None:
    """Go to what was undone or redone: nothing changes out of sight."""
    review = workspace.session.review
    if kind == SET:
        if payload["finding_id"] in {finding.id for finding in review.findings}:
            finding = review.look_at(payload["finding_id"])
            if finding is not None:
                show_finding(workspace, finding)
    elif kind == ACCEPT:
        workspace.session.appearance.toggle_layer(payload["name"], shown=True)
    elif kind != SPLIT:
        show_flagged(workspace, Flag.from_dict(payload))


def describe_edit(kind: str, payload: dict[str, Any], sentences: Mapping[str, str]) -> str:
    """An edit of the journal in words, given those of each finding by its id."""
    if kind == SET:
        review = payload["review"]
        what = WORDS[review["decision"]].lower() if review else "review"
        if payload["added"]:
            what += f", with its {count(len(payload['added']), 'flag')}"
        return f"{what}: {sentences.get(payload['finding_id'], payload['finding_id'])}"
    if kind == ACCEPT:
        return describe_acceptance(payload["name"], payload["version"])
    if kind == SPLIT:
        return describe_split(tuple(payload["subjects"]))
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
