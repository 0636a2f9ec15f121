"""Flags: labels that a person calls bad, and leaves out of refits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectError
from core.joints import JointSet
from core.project.frame_index import FrameIndex
from core.project.journal import Applier, Edit, now, read_position
from core.types import LARGEST_FRAME, BoolArray

if TYPE_CHECKING:
    from core.project.project import Project

ADD, REMOVE = "flag.add", "flag.remove"


@dataclass(frozen=True)
class Flag:
    """Labels of one joint of one subject that are bad.

    Attributes:
        subject: e.g. ``S5``.
        joint: name in the project's joint set.
        action: e.g. ``Walking-1``; None for all of the subject's actions.
        frames: first and last frame number, both included; None for all.
        reason: why, in the reviewer's words.
        reviewer: who.
        id: given when the flag is added, e.g. ``F12``.
        created: UTC, ISO 8601; given when the flag is added.
        finding: id of the finding that was accepted; None where a person flagged by hand.
    """

    subject: str
    joint: str
    action: str | None = None
    frames: tuple[int, int] | None = None
    reason: str = ""
    reviewer: str = ""
    id: str = ""
    created: str = ""
    finding: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON values, as ``flag list --json`` and the journal hold them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Flag:
        """The inverse of :meth:`to_dict`."""
        frames = values["frames"]
        return cls(**{**values, "frames": None if frames is None else (int(frames[0]), int(frames[1]))})


def add_flag(project: Project, flag: Flag) -> Flag:
    """Flag labels; undone by ``project.journal.undo()``.

    Returns:
        The flag with its id, its time, and the joint's name as the joint set spells it.

    Raises:
        DatasetError: the project's joint set has no such joint.
        ProjectError: the flag covers no frame of the project, its frame numbers are too large, or the project
            is read-only.
    """
    if flag.frames is not None and max(flag.frames) > LARGEST_FRAME:
        raise ProjectError(f"frames {flag.frames[0]} to {flag.frames[1]}: numbers go up to {LARGEST_FRAME}")
    flag = replace(flag, joint=project.joint_set.names[project.joint_set.index(flag.joint)])
    if not len(find_rows(flag, project.keys)):
        place = "/".join(part for part in (flag.subject, flag.action) if part)
        span = ""
        if flag.frames is not None:
            first, last = flag.frames
            span = f", frame {first}" if first == last else f", frames {first} to {last}"
        raise ProjectError(
            f"there is nothing to flag: the project has no frame of {place}{span}; it has "
            f"{_list_nearest(flag, project.keys)}"
        )
    with project.database.transaction() as connection:
        # The position of the entry to come: no id is ever given twice, whatever is undone.
        flag = replace(flag, id=f"F{read_position(connection) + 1}", created=now())
        project.journal.append_in(connection, ADD, flag.to_dict(), Edit(REMOVE, flag.to_dict()))
    return flag


def _list_nearest(flag: Flag, keys: FrameIndex) -> str:
    """What there is in place of the first part of a flag that there is not."""
    shots = keys.shots_of(flag.subject)
    if not shots:
        return ", ".join(keys.subjects)
    spans = keys.shots_of(flag.subject, flag.action)
    if not spans:
        return ", ".join(dict.fromkeys(shot.action for shot in shots))
    numbers = np.concatenate([keys.numbers[shot.start : shot.stop] for shot in spans])
    return f"frames {numbers.min()} to {numbers.max()}"


def remove_flag(project: Project, flag_id: str) -> Flag:
    """Take a flag away; undone by ``project.journal.undo()``.

    Returns:
        The flag that was there.

    Raises:
        ProjectError: there is no such flag, or the project is read-only.
    """
    with project.database.transaction() as connection:
        known = {flag.id: flag for flag in read_flags(connection)}
        if flag_id not in known:
            names = ", ".join(known) or "none"
            raise ProjectError(f"{flag_id!r} is no flag of the project; it has {names}")
        flag = known[flag_id]
        project.journal.append_in(connection, REMOVE, flag.to_dict(), Edit(ADD, flag.to_dict()))
    return flag


def read_flags(connection: sqlite3.Connection) -> list[Flag]:
    """The flags that stand, in the order in which they were made."""
    rows = connection.execute(
        "SELECT subject, joint, action, first_frame, last_frame, reason, reviewer, id, created, finding"
        " FROM flags ORDER BY CAST(SUBSTR(id, 2) AS INTEGER), LENGTH(id), id"
    )
    return [
        Flag(subject, joint, action, None if first is None else (first, last), *rest)
        for subject, joint, action, first, last, *rest in rows
    ]


def find_rows(flag: Flag, keys: FrameIndex) -> NDArray[np.intp]:
    """Rows whose label a flag covers, ascending."""
    spans = find_spans(flag, keys)
    return np.concatenate([np.arange(*span) for span in spans]) if spans else np.zeros(0, np.intp)


def find_spans(flag: Flag, keys: FrameIndex, *, camera: str | None = None) -> list[tuple[int, int]]:
    """The same as ranges of rows, first and last but one, one a shot; of one camera alone if told."""
    spans = []
    for shot in keys.shots_of(flag.subject, flag.action, camera):
        start, stop = shot.start, shot.stop
        if flag.frames is not None:
            numbers = keys.numbers[start:stop]
            start, stop = (
                start + int(np.searchsorted(numbers, flag.frames[0], side="left")),
                start + int(np.searchsorted(numbers, flag.frames[1], side="right")),
            )
        if start < stop:
            spans.append((start, stop))
    return spans


def mask_flagged(
    flags: Iterable[Flag], keys: FrameIndex, joint_set: JointSet, rows: NDArray[np.intp]
) -> BoolArray:
    """Which labels of some rows are flagged, (n, J)."""
    rows = np.asarray(rows)
    numbers = keys.numbers[rows]
    shots, shot_of_row = np.unique(keys.find_shots(rows), return_inverse=True)
    named = [keys.shots[shot] for shot in shots]
    mask = np.zeros((len(rows), len(joint_set)), bool)
    for flag in flags:  # what a flag covers besides these rows costs nothing
        concerned = [shot.subject == flag.subject and flag.action in (None, shot.action) for shot in named]
        if not any(concerned):
            continue
        covered = np.array(concerned)[shot_of_row]
        if flag.frames is not None:
            covered &= (numbers >= flag.frames[0]) & (numbers <= flag.frames[1])
        mask[:, joint_set.index(flag.joint)] |= covered
    return mask


def insert_flag(connection: sqlite3.Connection, values: dict[str, Any]) -> None:
    """Write a flag, as :meth:`Flag.to_dict` told it, within a transaction."""
    flag = Flag.from_dict(values)
    first, last = flag.frames or (None, None)
    connection.execute(
        "INSERT INTO flags (id, subject, joint, action, first_frame, last_frame, reason, reviewer, created,"
        " finding) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(flag.id, flag.subject, flag.joint, flag.action, first, last),
            *(flag.reason, flag.reviewer, flag.created, flag.finding),
        ),
    )


def delete_flag(connection: sqlite3.Connection, values: dict[str, Any]) -> None:
    """Take a flag away within a transaction; ProjectError if it is gone already."""
    if not connection.execute("DELETE FROM flags WHERE id = ?", (values["id"],)).rowcount:
        raise ProjectError(f"flag {values['id']} is gone already")


APPLIERS: dict[str, Applier] = {ADD: insert_flag, REMOVE: delete_flag}
