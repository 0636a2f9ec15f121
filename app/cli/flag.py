"""``flag``: say that labels are bad, by hand, by findings or from a file, take it back, list what stands."""

from __future__ import annotations

import getpass
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import CycloptsError, Parameter
from rich.console import Console

from app.cli.output import emit, make_table
from app.session.durations import tell_time
from core.project.finding import Verdict

if TYPE_CHECKING:
    from core.project.flags import Flag
    from core.project.project import Project


def flag(
    project: Path,
    verb: Literal["add", "remove", "list", "accept-findings", "import"],
    target: Annotated[str | None, Parameter(name="ID")] = None,
    /,
    *,
    subject: str | None = None,
    joint: str | None = None,
    sequence: str | None = None,
    frames: str | None = None,
    reason: str = "",
    reviewer: str | None = None,
    verdict: Verdict = "bad-label",
    at: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Flag labels as bad, so that refits leave them out; every flag can be undone.

    Args:
        project: project folder.
        verb: add a flag, remove one by its ID, list those that stand, accept-findings of the last audit, or
            import a .csv or .json file that "export PROJECT flags" wrote.
        target: ID of the flag to remove, or the file to import.
        subject: whose label, e.g. S5.
        joint: which joint, e.g. RAnkle.
        sequence: Walking-1 or S5/Walking-1; all of the subject's without it.
        frames: first and last frame number, e.g. 10:80; all without it.
        reason: why the label is bad; add needs it.
        reviewer: who says so; the user's name without it.
        verdict: the findings with this verdict are accepted; what was rejected before stays so.
        at: list the flags that stood at this journal position, which exported numbers tell, or those that the
            regressor of this name was fitted without.
        json: print one JSON document.
    """
    from core.project.project import Project

    if at is not None and verb != "list":
        raise CycloptsError(msg=f"--at goes with list, not with {verb}")
    with Project.open(project, read_only=verb == "list") as opened:
        if verb == "list":
            _list(opened, at, json)
        elif verb == "remove":
            _remove(opened, target, json)
        elif verb == "import":
            _import(opened, target, json)
        elif target is not None:
            raise CycloptsError(msg=f"{verb} takes no ID: {target}")
        elif verb == "accept-findings":
            _accept(opened, verdict, _name_reviewer(reviewer), json)
        else:
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
    from core.types import compose

    subject, sequence = (None if name is None else compose(name) for name in (subject, sequence))
    given = {"--subject": subject, "--joint": joint, "--reason": reason.strip()}
    missing = [name for name, value in given.items() if not value]
    if subject is None or joint is None or missing:
        raise CycloptsError(msg=f"add needs {' and '.join(missing)} as well")
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
        reviewer=_name_reviewer(reviewer),
    )


def _name_reviewer(reviewer: str | None) -> str:
    return getpass.getuser() if reviewer is None else reviewer


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


def _accept(project: Project, verdict: Verdict, reviewer: str, as_json: bool) -> None:
    from core.project.reviews import review_finding

    project.require_audit()
    reviewed = {review.finding_id for review in project.reviews()}
    findings = [finding for finding in project.findings() if finding.verdict == verdict]
    accepted = [finding for finding in findings if finding.id not in reviewed]
    for finding in accepted:
        review_finding(project, finding.id, "accepted", reviewer=reviewer)
    flags = [flag for flag in project.flags() if flag.finding in {finding.id for finding in accepted}]
    document = {
        "accepted": [finding.id for finding in accepted],
        "reviewed_before": len(findings) - len(accepted),
        "flags": [flag.to_dict() for flag in flags],
        "journal_position": project.journal.position,
    }
    before = len(findings) - len(accepted)
    others = Counter(finding.verdict for finding in project.findings() if finding.id not in reviewed)
    del others[verdict]
    emit(
        document,
        as_json,
        f"Accepted {len(accepted)} findings as {verdict}, which made {len(flags)} flags"
        + (f"; {before} had been reviewed before and stay as they are" if before else "")
        + "".join(f"; {count} open with --verdict {other}" for other, count in others.items()),
    )


def _import(project: Project, path: str | None, as_json: bool) -> None:
    from core.data.flags_file import import_flags

    if path is None:
        raise CycloptsError(msg="import needs a .csv or .json file")
    added, known = import_flags(project, Path(path))
    document = {
        "added": [flag.to_dict() for flag in added],
        "known": known,
        "journal_position": project.journal.position,
    }
    emit(document, as_json, f"{len(added)} flags added; {known} were there already")


def _list(project: Project, at: str | None, as_json: bool) -> None:
    from core.project.flag_history import list_flags_at, list_flags_of_regressor

    if at is None:
        flags = project.flags()
    elif at.isdecimal():
        flags = list_flags_at(project, int(at))
    else:
        flags = list_flags_of_regressor(project, at)
    document = {"flags": [flag.to_dict() for flag in flags], "journal_position": project.journal.position}

    def render(console: Console) -> None:
        rows = [
            [flag.id, describe_flag(flag), flag.reason, flag.reviewer, tell_time(flag.created)]
            for flag in flags
        ]
        if rows:
            columns = ["id", "labels", "reason", "reviewer", "created"]
            console.print(make_table("Flags", columns, rows, words=columns))
        else:
            console.print("No flags.")

    emit(document, as_json, render)


def describe_flag(flag: Flag) -> str:
    """``S5/Walking-1 RAnkle, frames 10 to 80``."""
    from core.words import name_frames

    place = "/".join(part for part in (flag.subject, flag.action) if part)
    span = "" if flag.frames is None else f", {name_frames(flag.frames)}"
    return f"{place} {flag.joint}{span}"
