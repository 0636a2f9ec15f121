"""``flag``: say that labels are bad, take that back, and list what is flagged."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import CycloptsError, Parameter
from rich.console import Console

from app.cli.output import emit, make_table

if TYPE_CHECKING:
    from core.project.flags import Flag
    from core.project.project import Project


def flag(
    project: Path,
    verb: Literal["add", "remove", "list"],
    flag_id: Annotated[str | None, Parameter(name="ID")] = None,
    /,
    *,
    subject: str | None = None,
    joint: str | None = None,
    sequence: str | None = None,
    frames: str | None = None,
    reason: str = "",
    reviewer: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Flag labels as bad, so that refits leave them out; every flag can be undone.

    Args:
        project: project folder.
        verb: add a flag, remove one by its ID, or list those that stand.
        flag_id: of the flag to remove.
        subject: whose label, e.g. S5.
        joint: which joint, e.g. RAnkle.
        sequence: Walking-1 or S5/Walking-1; all of the subject's without it.
        frames: first and last frame number, e.g. 10:80; all without it.
        reason: why the label is bad.
        reviewer: who says so; the user's name without it.
        json: print one JSON document.
    """
    from core.project.project import Project

    with Project.open(project, read_only=verb == "list") as opened:
        if verb == "list":
            _list(opened, json)
        elif verb == "remove":
            _remove(opened, flag_id, json)
        else:
            if flag_id is not None:
                raise CycloptsError(msg=f"add takes no ID: {flag_id}")
            made = _make_flag(subject, joint, sequence, frames, reason, reviewer)
            _add(opened, made, json)


def parse_frames(text: str) -> tuple[int, int]:
    """``10:80`` as first and last frame.

    Raises:
        CycloptsError: it is not of that form, or the last comes before the first.
    """
    first, colon, last = text.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal() and 0 < int(first) <= int(last)):
        raise CycloptsError(msg=f"--frames {text}: expected FIRST:LAST, e.g. 10:80")
    return int(first), int(last)


def _make_flag(
    subject: str | None,
    joint: str | None,
    sequence: str | None,
    frames: str | None,
    reason: str,
    reviewer: str | None,
) -> Flag:
    from core.project.flags import Flag

    if subject is None or joint is None or not reason.strip():
        raise CycloptsError(msg="add needs --subject, --joint and --reason")
    if sequence is not None and "/" in sequence:
        of_subject, _, sequence = sequence.partition("/")
        if of_subject != subject:
            raise CycloptsError(msg=f"--sequence {of_subject}/{sequence} is not of --subject {subject}")
    return Flag(
        subject=subject,
        joint=joint,
        action=sequence,
        frames=None if frames is None else parse_frames(frames),
        reason=reason,
        reviewer=getpass.getuser() if reviewer is None else reviewer,
    )


def _add(project: Project, flag: Flag, as_json: bool) -> None:
    from core.project.flags import add_flag, find_rows

    added = add_flag(project, flag)
    labels = len(find_rows(added, project.keys))
    document = {"flag": added.to_dict(), "labels": labels, "journal_position": project.journal.position}
    emit(document, as_json, f"{added.id}: {describe_flag(added)}, {labels} labels")


def _remove(project: Project, flag_id: str | None, as_json: bool) -> None:
    from core.project.flags import remove_flag

    if flag_id is None:
        raise CycloptsError(msg="remove needs the ID of a flag; see list")
    removed = remove_flag(project, flag_id)
    document = {"removed": removed.to_dict(), "journal_position": project.journal.position}
    emit(document, as_json, f"Removed {removed.id}: {describe_flag(removed)}")


def _list(project: Project, as_json: bool) -> None:
    flags = project.flags()
    document = {"flags": [flag.to_dict() for flag in flags], "journal_position": project.journal.position}

    def render(console: Console) -> None:
        rows = [[flag.id, describe_flag(flag), flag.reason, flag.reviewer, flag.created] for flag in flags]
        if rows:
            console.print(make_table("Flags", ["id", "labels", "reason", "reviewer", "created"], rows))
        else:
            console.print("No flags.")

    emit(document, as_json, render)


def describe_flag(flag: Flag) -> str:
    """``S5/Walking-1 RAnkle, frames 10 to 80``."""
    place = "/".join(part for part in (flag.subject, flag.action) if part)
    span = "" if flag.frames is None else f", frames {flag.frames[0]} to {flag.frames[1]}"
    return f"{place} {flag.joint}{span}"
