"""The findings to be reviewed: which are listed, which one is looked at, who decided what."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from psygnal import SignalInstance

from app.session.changes import Change
from app.session.sample_review import SampleReview
from core.errors import DatasetError, ProjectError, SettingsError
from core.project.finding import Finding, Kind, Verdict
from core.project.flags import Flag
from core.project.reviews import Review, list_flagged_joints
from core.types import parse_key

if TYPE_CHECKING:
    from core.project.project import Project

#: What the filter of decisions offers; ``open`` are those that the reviewer has not looked at.
DecisionFilter = Literal["open", "accepted", "rejected", "undecided"]


@dataclass(frozen=True)
class FindingFilter:
    """Which findings are listed; None lets all through.

    Attributes:
        kind: of the finding.
        subject: whose labels.
        joint: name; a swap counts for every joint of its limbs, a shifted sequence for all.
        verdict: of the audit.
        decision: of the reviewer.
    """

    kind: Kind | None = None
    subject: str | None = None
    joint: str | None = None
    verdict: Verdict | None = None
    decision: DecisionFilter | None = None


def find_user() -> str:
    """Name of who runs the program; ``reviewer`` where the system does not tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"


class ReviewQueue:
    """Findings in the order of their rank, under a filter.

    Args:
        changed: the session's signal.
        project: where findings and reviews are kept.

    Attributes:
        findings: of the last audit.
        reviews: decisions that stand, oldest first.
        filter: which of them are listed.
        reviewer: who decides in this window.
        blind: whether the decisions of others are hidden, and the flags that follow from them.
        bodies: run or estimator whose bodies the audit compared the labels with; empty where nobody tells.
        flags: how many flags stood in the audit, whose labels vouched for no others; None where nobody tells.
        cells: subjects and joints that the audit compared, as in its details; empty where it could not.
    """

    def __init__(self, changed: SignalInstance, project: Project) -> None:
        self._changed = changed
        self._project = project
        self._current: str | None = None
        self.filter = FindingFilter()
        self.reviewer = find_user()
        self.blind = False
        self.findings: tuple[Finding, ...] = ()
        self.reviews: tuple[Review, ...] = ()
        self.bodies = ""
        self.flags: int | None = None
        self.cells: tuple[Mapping[str, Any], ...] = ()
        self.sample: SampleReview
        self._decisions: dict[tuple[str, str], Review] = {}  # by finding and reviewer
        self.refresh()

    # What is listed

    @property
    def listed(self) -> tuple[Finding, ...]:
        """The findings that pass the filter."""
        return tuple(finding for finding in self.findings if self._passes(finding))

    @property
    def finding(self) -> Finding | None:
        """The one that is looked at."""
        return next((finding for finding in self.findings if finding.id == self._current), None)

    @property
    def decided(self) -> int:
        """How many of all findings the reviewer has decided about."""
        return sum(self.own_review(finding.id) is not None for finding in self.findings)

    @property
    def origin(self) -> str:
        """What the findings were made from, in words; empty where nobody tells."""
        if not self.bodies:
            return ""
        if self.flags is None or self.blind:  # flags tell what others decided
            return f"Found with {self.bodies}"
        stood = {0: "no flag", 1: "one flag"}.get(self.flags, f"{self.flags} flags")
        return f"Found with {self.bodies}, while {stood} stood"

    def own_review(self, finding_id: str) -> Review | None:
        """What the reviewer decided about a finding."""
        return self._decisions.get((finding_id, self.reviewer))

    def other_reviews(self, finding_id: str) -> tuple[Review, ...]:
        """What others decided about a finding; nothing in a blind review."""
        if self.blind:
            return ()
        return tuple(
            review
            for review in self.reviews
            if review.finding_id == finding_id and review.reviewer != self.reviewer
        )

    def measure_agreement(self) -> tuple[int, int]:
        """Findings that the reviewer and somebody else decided alike, and those that both decided about."""
        both = [
            (own.decision, other.decision)
            for finding in self.findings
            if (own := self.own_review(finding.id)) is not None
            for other in self.other_reviews(finding.id)
        ]
        return sum(own == other for own, other in both), len(both)

    def hides(self, flag: Flag) -> bool:
        """Whether a flag would tell in a blind review what somebody else decided."""
        return self.blind and flag.finding is not None and flag.reviewer != self.reviewer

    def joints_of(self, finding: Finding) -> list[str]:
        """Names of the joints that a finding is about."""
        return list_flagged_joints(finding, self._project.joint_set)

    def frames_of(self, finding: Finding) -> list[int]:
        """Rows of the frames that show a finding best, best first; without any, its first frame."""
        rows = []
        for text in finding.best_frames:
            try:
                rows.append(self._project.row(parse_key(text)))
            except (DatasetError, ProjectError):
                continue  # an audit of frames that have gone since
        if not rows:
            keys = self._project.keys
            found = keys.rows_of(finding.subject, finding.sequence)
            if finding.frames is not None:
                numbers = keys.numbers[found]
                found = found[(numbers >= finding.frames[0]) & (numbers <= finding.frames[1])]
            rows = [int(row) for row in found[:1]]
        return list(dict.fromkeys(int(row) for row in rows))

    def find_for(self, subject: str, joint: int, row: int) -> tuple[Finding, ...]:
        """Findings that are about one joint of a frame."""
        key = self._project.keys[row]
        name = self._project.joint_set.names[joint]
        return tuple(
            finding
            for finding in self.findings
            if finding.subject == subject
            and finding.sequence in (None, key.action)
            and (finding.frames is None or finding.frames[0] <= key.frame <= finding.frames[1])
            and name in self.joints_of(finding)
        )

    # What changes it

    def look_at(self, finding_id: str | None) -> Finding | None:
        """Look at a finding, by its id.

        Raises:
            SettingsError: the last audit made none of that id.
        """
        if finding_id is not None and finding_id not in {finding.id for finding in self.findings}:
            raise SettingsError(f"{finding_id!r} is no finding of the last audit")
        self._current = finding_id
        self._changed.emit(Change.FINDINGS)
        return self.finding

    def step(self, distance: int, *, unreviewed: bool = False) -> Finding:
        """Look at the next listed finding, or the one before; around the ends.

        Args:
            distance: 1 for the next one, -1 for the one before.
            unreviewed: pass over those that the reviewer has decided about.

        Raises:
            SettingsError: nothing is listed.
        """
        listed = self.listed
        if not listed:
            raise SettingsError(
                "no finding passes the filter"
                if self.findings
                else "there are no findings; run the audit first"
            )
        places = [place for place, finding in enumerate(listed) if finding.id == self._current]
        place = places[0] if places else (-1 if distance > 0 else 0)
        order = np.roll(np.arange(len(listed)), -(place + 1) if distance > 0 else -place)
        if distance < 0:
            order = order[::-1]
        for number in order:
            if not unreviewed or self.own_review(listed[number].id) is None:
                self._current = listed[number].id
                self._changed.emit(Change.FINDINGS)
                return listed[number]
        raise SettingsError("every listed finding has been reviewed")

    def narrow(self, **changes: str | None) -> None:
        """Change parts of the filter; None lets all through."""
        self.filter = replace(self.filter, **changes)  # type: ignore[arg-type]
        self._changed.emit(Change.FINDINGS)

    def sign(self, reviewer: str) -> None:
        """Say who decides.

        Raises:
            SettingsError: the name is empty.
        """
        if not reviewer.strip():
            raise SettingsError("a reviewer needs a name")
        self.reviewer = reviewer.strip()
        self._changed.emit(Change.FINDINGS)

    def set_blind(self, blind: bool) -> None:
        """Hide what others decided, or show it; flags change with it."""
        self.blind = blind
        self._changed.emit(Change.FINDINGS | Change.FLAGS)

    def refresh(self) -> None:
        """Read findings and reviews anew, for the session to tell of."""
        self.findings = tuple(self._project.findings())
        origin = self._project.audit_provenance() or {}
        self.bodies = str(origin.get("run") or origin.get("estimator") or "")
        self.flags = origin.get("flags")
        self.cells = tuple(origin.get("cells", ()))
        self.reviews = tuple(self._project.reviews())
        self._decisions = {(review.finding_id, review.reviewer): review for review in self.reviews}
        self.sample = SampleReview.read(self._project)

    def _passes(self, finding: Finding) -> bool:
        wanted = self.filter
        if wanted.decision is not None:
            own = self.own_review(finding.id)
            if (own.decision if own else "open") != wanted.decision:
                return False
        return (
            wanted.kind in (None, finding.kind)
            and wanted.subject in (None, finding.subject)
            and wanted.verdict in (None, finding.verdict)
            and (wanted.joint is None or wanted.joint in self.joints_of(finding))
        )
