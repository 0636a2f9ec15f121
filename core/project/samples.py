"""A sample of frames that nothing was found in, which people look at to see what an audit misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import ProjectError
from core.project.flags import Flag, find_rows
from core.project.reviews import DECISIONS, Decision, Review, set_review

if TYPE_CHECKING:
    from core.project.project import Project

_PREFIX = "sample:"


@dataclass(frozen=True)
class MissRate:
    """How often a frame that was left alone has a bad label, as far as people have looked.

    Attributes:
        drawn: frames in the sample.
        reviewed: those that somebody called good or bad.
        bad: those that somebody called bad.
        rate: share of bad ones; None before any was reviewed.
        interval: 95%, after Clopper and Pearson (1934); None before any was reviewed.
    """

    drawn: int
    reviewed: int
    bad: int
    rate: float | None
    interval: tuple[float, float] | None

    def describe(self) -> str:
        """As one sentence."""
        if self.interval is None:
            return "No sampled frame was reviewed, so it is not known what the audit misses."
        low, high = self.interval
        return (
            f"{self.bad} of {self.reviewed} sampled frames without findings have a bad label: "
            f"{100 * low:.1f}% to {100 * high:.1f}% of all such frames, at 95%."
        )


def draw_sample(project: Project, count: int, *, seed: int = 0) -> list[str]:
    """Draw frames at random, in place of the last sample, from those without a flag or finding.

    Subject offsets do not count: they are in every frame of a subject. Reviews of frames drawn before stay.

    Args:
        project: open for writing.
        count: how many; fewer where there are not so many.
        seed: decides which.

    Returns:
        Keys, in the order drawn.

    Raises:
        ProjectError: every frame has a flag or a finding, or the project is read-only.
    """
    free = np.ones(len(project.keys), bool)
    concerned = [
        Flag(finding.subject, "", finding.sequence, finding.frames)
        for finding in project.findings()
        if finding.kind != "subject-offset"
    ]
    for flag in (*concerned, *(flag for flag in project.flags() if flag.action is not None)):
        free[find_rows(flag, project.keys)] = False
    rows = np.flatnonzero(free)
    if not len(rows):
        raise ProjectError(f"{project.path}: every frame has a flag or a finding; there is none to sample")
    drawn = np.random.default_rng(seed).choice(rows, size=min(count, len(rows)), replace=False)
    keys = [str(project.keys[row]) for row in drawn]
    with project.database.transaction() as connection:
        connection.execute("DELETE FROM samples")
        connection.executemany("INSERT INTO samples VALUES (?, ?)", list(enumerate(keys)))
    return keys


def read_sample(project: Project) -> list[str]:
    """Keys of the last sample, in the order drawn."""
    rows = project.database.connection.execute("SELECT frame FROM samples ORDER BY position")
    return [key for (key,) in rows]


def review_frame(project: Project, key: str, decision: Decision, *, reviewer: str, note: str = "") -> Review:
    """Say whether a sampled frame has a bad label (``accepted``) or not (``rejected``); one undoable edit.

    Raises:
        ProjectError: the frame is not in the sample, there is no such decision, or the project is read-only.
    """
    if key not in read_sample(project):
        raise ProjectError(f"{key} is not in the sample of the project; audit --sample draws one")
    if decision not in DECISIONS:
        raise ProjectError(f"{decision!r} is no decision; expected one of {', '.join(DECISIONS)}")
    return set_review(project, _PREFIX + key, decision, reviewer=reviewer, note=note)


def read_judgements(project: Project) -> dict[tuple[str, str], Decision]:
    """Sampled frame and reviewer -> what they said about it."""
    sample = set(read_sample(project))
    return {
        (key, review.reviewer): review.decision
        for review in project.reviews()
        if review.finding_id.startswith(_PREFIX)
        and (key := review.finding_id.removeprefix(_PREFIX)) in sample
    }


def estimate_miss_rate(project: Project) -> MissRate:
    """From the reviews of the sampled frames; a frame is bad if anybody called it so."""
    drawn = len(read_sample(project))
    verdicts: dict[str, bool] = {}
    for (key, _reviewer), decision in read_judgements(project).items():
        if decision != "undecided":
            verdicts[key] = verdicts.get(key, False) or decision == "accepted"
    bad, reviewed = sum(verdicts.values()), len(verdicts)
    if not reviewed:
        return MissRate(drawn, 0, 0, None, None)
    from scipy.special import betaincinv  # a window that is opened need not wait for it

    low = float(betaincinv(bad, reviewed - bad + 1, 0.025)) if bad else 0.0
    high = float(betaincinv(bad + 1, reviewed - bad, 0.975)) if bad < reviewed else 1.0
    return MissRate(drawn, reviewed, bad, bad / reviewed, (low, high))
