"""How far people who reviewed the same findings agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from core.project.reviews import DECISIONS, Review


@dataclass(frozen=True)
class Agreement:
    """Two reviewers, over what both of them decided.

    Attributes:
        first, second: who.
        findings: that both decided about.
        agreeing: on which they decided alike.
        kappa: agreement beyond chance (Cohen, 1960); None where chance alone gives full agreement.
    """

    first: str
    second: str
    findings: int
    agreeing: int
    kappa: float | None


def measure_agreement(reviews: Sequence[Review]) -> list[Agreement]:
    """Agreement of every two reviewers who decided about at least one thing in common."""
    decided: dict[str, dict[str, str]] = {}
    for review in reviews:
        decided.setdefault(review.reviewer, {})[review.finding_id] = review.decision
    found = []
    for first, second in combinations(sorted(decided), 2):
        common = sorted(decided[first].keys() & decided[second].keys())
        if common:
            pairs = [(decided[first][name], decided[second][name]) for name in common]
            agreeing = sum(one == other for one, other in pairs)
            found.append(Agreement(first, second, len(common), agreeing, find_kappa(pairs)))
    return found


def find_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of decisions; None where both always decided the same single thing."""
    count = len(pairs)
    observed = sum(one == other for one, other in pairs) / count
    expected = sum(
        (sum(one == decision for one, _ in pairs) / count)
        * (sum(other == decision for _, other in pairs) / count)
        for decision in DECISIONS
    )
    return None if expected == 1 else (observed - expected) / (1 - expected)
