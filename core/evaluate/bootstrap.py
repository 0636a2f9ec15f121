"""How far a mean error would move had other sequences been recorded: a bootstrap blocked by sequence.

Frames of a sequence resemble each other, and its four cameras show the same instants, so whole sequences are
drawn, with replacement, within each subject (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993,
chapter 8). Differences between regressors are taken on the same draw, so that what both share cancels.

What it cannot tell: what other people would give. Human3.6M's test set is two subjects, of which no honest
interval can be made; their figures are shown one by one instead. With a handful of sequences the interval is
itself a rough guess, and too narrow rather than too wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluate.error_sums import ErrorSums
from core.evaluate.measure import Measure
from core.types import FloatArray

DRAWS = 2000
#: Share of the draws that an interval holds.
LEVEL = 0.95
_SEED = 20220531


@dataclass(frozen=True)
class Interval:
    """A figure and its interval, millimetres; ``low`` and ``high`` are NaN where there is nothing to draw."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return bool(np.isfinite(self.low))

    def to_dict(self) -> dict[str, float | None]:
        """JSON values; None where there is no interval."""
        return {
            "value": self.value,
            "low": self.low if self.known else None,
            "high": self.high if self.known else None,
        }


def bootstrap_means(errors: ErrorSums, measure: Measure) -> dict[str, tuple[float, FloatArray]]:
    """Every regressor's mean error, and what it becomes in each draw.

    Returns:
        Regressor -> millimetres, and (B,) millimetres; where no subject has two sequences B is 0. The
        draws are the same for all regressors and measures.
    """
    column = errors.measures.index(measure)
    sequences = list(dict.fromkeys((shot.subject, shot.action) for shot in errors.shots))
    of_shot = [sequences.index((shot.subject, shot.action)) for shot in errors.shots]
    sums = np.zeros((len(errors.regressors), len(sequences)))
    counts = np.zeros(len(sequences))
    for shot, sequence in enumerate(of_shot):
        sums[:, sequence] += errors.sums[:, shot, column]
        counts[sequence] += errors.counts[shot, column]
    weights = draw_blocks([subject for subject, _ in sequences])
    drawn_counts = weights @ counts
    usable = drawn_counts > 0
    return {
        name: (
            float(total.sum() / counts.sum()) if counts.sum() else float("nan"),
            (weights @ total)[usable] / drawn_counts[usable],
        )
        for name, total in zip(errors.regressors, sums, strict=True)
    }


def draw_blocks(strata: Sequence[str]) -> NDArray[np.int64]:
    """How often each of K blocks is drawn, (B, K); as many of each stratum as there are, the same every time.

    With a single block in every stratum nothing can be drawn: then B is 0.
    """
    stream = np.random.default_rng(_SEED)
    names = np.array(strata)
    weights = np.zeros((DRAWS, len(strata)), np.int64)
    sizes = {name: int((names == name).sum()) for name in dict.fromkeys(strata)}
    if max(sizes.values(), default=0) < 2:
        return weights[:0]
    for name, size in sizes.items():
        weights[:, names == name] = stream.multinomial(size, np.full(size, 1 / size), size=DRAWS)
    return weights


def make_interval(value: float, draws: FloatArray) -> Interval:
    """The percentile interval of some draws, (n,) in the unit of ``value``; NaN bounds without any."""
    if not len(draws):
        return Interval(value, float("nan"), float("nan"))
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Interval(value, float(low), float(high))
