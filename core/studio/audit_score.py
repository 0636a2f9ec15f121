"""Score a project's findings against the defects that were planted in the labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.project.finding import KINDS, Finding

#: Verdicts that say that something is wrong with labels or cameras; others accuse nothing that was planted.
COUNTED = ("bad-label", "bad-camera")
#: Share of all frames of both that finding and defect must have in common.
OVERLAP = 0.5


def score_findings(
    findings: Sequence[Finding], defects: Sequence[dict[str, Any]]
) -> dict[str, dict[str, int]]:
    """Count what was planted and what was found, by kind.

    A finding is true if a defect of its kind, subject, sequence and joint, which none before it has matched,
    shares half of the frames with it.

    Args:
        findings: in rank order; those with other verdicts than :data:`COUNTED` are passed over.
        defects: as in the truth's ``defects.json``.

    Returns:
        Kind -> ``planted``, ``tp`` and ``fp``.
    """
    left = list(defects)
    counts: dict[str, dict[str, int]] = {
        kind: {"planted": sum(defect["kind"] == kind for defect in left), "tp": 0, "fp": 0} for kind in KINDS
    }
    for finding in findings:
        if finding.verdict not in COUNTED:
            continue
        defect = next((defect for defect in left if _matches(finding, defect)), None)
        if defect is None:
            counts[finding.kind]["fp"] += 1
        else:
            counts[finding.kind]["tp"] += 1
            left.remove(defect)
    return counts


def _matches(finding: Finding, defect: dict[str, Any]) -> bool:
    same = all(getattr(finding, name) == defect[name] for name in ("kind", "subject", "joint", "sequence"))
    return same and _overlap(finding.frames, defect["frames"])


def _overlap(found: Sequence[int] | None, planted: Sequence[int] | None) -> bool:
    if found is None or planted is None:
        return found is None and planted is None
    common = min(found[1], planted[1]) - max(found[0], planted[0]) + 1
    together = max(found[1], planted[1]) - min(found[0], planted[0]) + 1
    return common >= OVERLAP * together
