"""Which flags stood at a position of the journal: what a number or regressor that was made there left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import ProjectError
from core.project import flags, reviews
from core.project.flags import Flag
from core.project.journal import REDO, UNDO, Edit

if TYPE_CHECKING:
    from core.project.project import Project


def list_flags_at(project: Project, position: int) -> list[Flag]:
    """The flags that stood once the journal had so many entries, in the order in which they were made.

    Args:
        project: with the journal.
        position: 0 is before the first edit.

    Raises:
        ProjectError: the journal has no such position.
    """
    last = project.journal.position
    if not 0 <= position <= last:
        raise ProjectError(f"{project.path}: has no journal position {position}; it has 0 to {last}")
    entries = {entry.position: entry for entry in project.journal.entries()}
    standing: dict[str, dict[str, Any]] = {}
    for number in range(1, position + 1):
        entry = entries[number]
        edit = entry.edit
        if entry.kind == UNDO and entry.refers_to is not None:
            edit = entries[entry.refers_to].inverse
        elif entry.kind == REDO and entry.refers_to is not None:
            edit = entries[entry.refers_to].edit
        added, removed = _list_changes(edit)
        for values in removed:
            standing.pop(values["id"], None)
        standing |= {values["id"]: values for values in added}
    return [Flag.from_dict(values) for values in standing.values()]


def list_flags_of_regressor(project: Project, name: str) -> list[Flag]:
    """The flags whose labels were left out when a regressor was fitted; none where it was imported.

    Raises:
        ProjectError: the project has no such regressor.
    """
    made_with = project.read_regressor(name).provenance
    if made_with.get("project") != project.id or made_with.get("include_flagged", True):
        return []
    return list_flags_at(project, int(made_with["journal_position"]))


def _list_changes(edit: Edit) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Flags that an edit adds and takes away."""
    if edit.kind == flags.ADD:
        return [edit.payload], []
    if edit.kind == flags.REMOVE:
        return [], [edit.payload]
    if edit.kind == reviews.SET:
        return edit.payload["added"], edit.payload["removed"]
    return [], []
