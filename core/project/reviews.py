"""Reviews: what people decide about findings, each decision one edit with the flags that follow from it.

Several people may review the same findings. The flags of a finding stand as long as anybody accepts it, so
a second, blind review takes nothing away that the first one flagged.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from core.errors import ProjectError
from core.joints import JointSet
from core.limbs import get_limb
from core.project import flags
from core.project.finding import Finding
from core.project.finding_table import read_finding
from core.project.flags import Flag
from core.project.journal import Applier, Edit, now, read_position

if TYPE_CHECKING:
    from core.project.project import Project

SET = "review.set"

Decision = Literal["accepted", "rejected", "undecided"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


@dataclass(frozen=True)
class Review:
    """What one person decided about one finding.

    Attributes:
        finding_id: of the finding, which a later audit may not make again.
        decision: ``accepted`` (the labels are bad), ``rejected`` or ``undecided`` (looked at, left open).
        note: in the reviewer's words.
        reviewer: who.
        created: UTC, ISO 8601.
    """

    finding_id: str
    decision: Decision
    note: str
    reviewer: str
    created: str

    def to_dict(self) -> dict[str, Any]:
        """JSON values, as the journal holds them."""
        return asdict(self)


def review_finding(
    project: Project, finding_id: str, decision: Decision, *, reviewer: str, note: str = ""
) -> Review:
    """Decide about a finding, or decide anew; undone as a whole by ``project.journal.undo()``.

    The first acceptance flags all labels of the finding; when nobody accepts it any more, those flags go.

    Args:
        project: in which the finding is.
        finding_id: of the last audit.
        decision: one of :data:`DECISIONS`.
        reviewer: who decides; what the same person decided about it before is replaced.
        note: in the reviewer's words.

    Raises:
        ProjectError: there is no such finding or decision, or the project is read-only.
    """
    if decision not in DECISIONS:
        raise ProjectError(f"{decision!r} is no decision; expected one of {', '.join(DECISIONS)}")
    with project.database.transaction() as connection:
        finding = read_finding(connection, finding_id)
        review = Review(finding_id, decision, note, reviewer, now())
        others = [known for known in read_reviews(connection) if known.finding_id == finding_id]
        earlier = next((known for known in others if known.reviewer == reviewer), None)
        others = [known for known in others if known.reviewer != reviewer]
        accepted = decision == "accepted" or any(known.decision == "accepted" for known in others)
        standing = [flag for flag in flags.read_flags(connection) if flag.finding == finding_id]
        added: list[Flag] = []
        removed: list[Flag] = []
        if accepted and not standing:
            added = _make_flags(finding, review, project.joint_set, read_position(connection) + 1)
        if not accepted:
            removed = standing
        project.journal.append_in(
            connection,
            SET,
            _make_payload(review, review, added, removed),
            Edit(SET, _make_payload(review, earlier, removed, added)),
        )
    return review


def set_review(
    project: Project, finding_id: str, decision: Decision, *, reviewer: str, note: str = ""
) -> Review:
    """Decide about something that no flags follow from, such as a sampled frame; one undoable edit."""
    with project.database.transaction() as connection:
        review = Review(finding_id, decision, note, reviewer, now())
        earlier = next(
            (
                known
                for known in read_reviews(connection)
                if (known.finding_id, known.reviewer) == (finding_id, reviewer)
            ),
            None,
        )
        project.journal.append_in(
            connection,
            SET,
            _make_payload(review, review, [], []),
            Edit(SET, _make_payload(review, earlier, [], [])),
        )
    return review


def read_reviews(connection: sqlite3.Connection) -> list[Review]:
    """The decisions that stand, in the order in which they were made."""
    rows = connection.execute(
        "SELECT finding_id, decision, note, reviewer, created FROM reviews ORDER BY created, rowid"
    )
    return [Review(*row) for row in rows]


def list_flagged_joints(finding: Finding, joint_set: JointSet) -> list[str]:
    """Names of the joints whose labels a finding is about, in the joint set's order."""
    if finding.joint is None:
        return list(joint_set.names)
    if finding.kind == "swap":
        pairs = get_limb(joint_set, finding.joint)
        return [joint_set.names[joint] for joint in sorted(joint for pair in pairs for joint in pair)]
    return [joint_set.names[joint_set.index(finding.joint)]]


def _make_flags(finding: Finding, review: Review, joint_set: JointSet, position: int) -> list[Flag]:
    """One flag a joint, numbered within the entry to come, so that no id is ever given twice."""
    return [
        Flag(
            subject=finding.subject,
            joint=joint,
            action=finding.sequence,
            frames=finding.frames,
            reason=review.note or finding.sentence,
            reviewer=review.reviewer,
            id=f"F{position}" if number == 0 else f"F{position}.{number}",
            created=review.created,
            finding=finding.id,
        )
        for number, joint in enumerate(list_flagged_joints(finding, joint_set))
    ]


def _make_payload(
    about: Review, review: Review | None, added: list[Flag], removed: list[Flag]
) -> dict[str, Any]:
    return {
        "finding_id": about.finding_id,
        "reviewer": about.reviewer,
        "review": None if review is None else review.to_dict(),
        "added": [flag.to_dict() for flag in added],
        "removed": [flag.to_dict() for flag in removed],
    }


def _set(connection: sqlite3.Connection, payload: dict[str, Any]) -> None:
    connection.execute(
        "DELETE FROM reviews WHERE finding_id = ? AND reviewer = ?",
        (payload["finding_id"], payload["reviewer"]),
    )
    if payload["review"] is not None:
        connection.execute(
            "INSERT INTO reviews (finding_id, decision, note, reviewer, created)"
            " VALUES (:finding_id, :decision, :note, :reviewer, :created)",
            payload["review"],
        )
    for flag in payload["removed"]:
        flags.delete_flag(connection, flag)
    for flag in payload["added"]:
        flags.insert_flag(connection, flag)


APPLIERS: dict[str, Applier] = {SET: _set}
