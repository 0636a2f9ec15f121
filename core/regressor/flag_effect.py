"""What leaving flagged labels out of a fit does, judged without any truth: by labels that nobody doubts.

Every subject's unflagged labels are predicted by two fits that have seen none of its labels, one with the
others' flagged labels and one without. Bodies are the same for both. Subjects, not frames, are the unit of
the interval: frames of one person err together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from core.regressor.fit import FitBlock, RegressorFit
from core.types import FloatArray
from core.units import MILLIMETRES

_SHARE = 0.975  # of Student's distribution below the interval's upper end


@dataclass(frozen=True)
class FlagEffect:
    """What the flagged labels mean for one joint, millimetres.

    Attributes:
        joint: its index.
        moved_mm: mean distance of its places by the fits with and without the flagged labels.
        with_mm: mean distance of other subjects' unflagged labels from it, by fits with the flagged labels.
        without_mm: the same without them.
        nearer_mm: how much nearer it is without them.
        interval_mm: 95% interval of that over subjects; None for a single one.
        subjects: whose labels judged.
    """

    joint: int
    moved_mm: float
    with_mm: float
    without_mm: float
    nearer_mm: float
    interval_mm: tuple[float, float] | None
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class SubjectBlocks:
    """One subject's bodies, as often as they are asked for.

    Attributes:
        unflagged: starts a pass over them in which only unflagged labels are valid.
        every: the same bodies with the flagged labels valid as well.
    """

    unflagged: Callable[[], Iterable[FitBlock]]
    every: Callable[[], Iterable[FitBlock]]


def measure_flag_effect(
    without: RegressorFit,
    with_flagged: RegressorFit,
    subjects: Mapping[str, SubjectBlocks],
    joints: Sequence[int],
) -> list[FlagEffect]:
    """Judge two fits to the same bodies by each subject's unflagged labels, the subject left out of both.

    Args:
        without: fitted to the unflagged labels of all subjects.
        with_flagged: fitted to all labels of all subjects.
        subjects: name -> its bodies, as they were at the fits.
        joints: of which labels are flagged.

    Returns:
        One effect a joint; those that no subject can judge are left out.
    """
    errors: dict[str, FloatArray] = {}  # [2, K] metres, with and without
    change = without.weights_[joints] - with_flagged.weights_[joints]
    support = np.flatnonzero(change.any(axis=0))
    moved, bodies = np.zeros(len(joints)), 0
    for name, blocks in subjects.items():
        fits = with_flagged.downdate(blocks.every), without.downdate(blocks.unflagged)
        sums, counts = np.zeros((2, len(joints))), np.zeros((2, len(joints)), int)
        for block in blocks.unflagged():
            steps = change[:, support] @ block.vertices[:, support].astype(np.float64)  # [B, K, 3]
            moved += np.linalg.norm(steps, axis=-1).sum(axis=0)
            bodies += len(block.vertices)
            for number, fit in enumerate(fits):
                distances = fit.measure_distances(block)[:, joints]  # [B, K]
                sums[number] += np.nansum(distances, axis=0)
                counts[number] += np.isfinite(distances).sum(axis=0)
        # A joint that only this subject has labels of keeps a row that has seen them: it cannot judge.
        known = counts * (np.stack([fit.labels_[joints] for fit in fits]) > 0)
        errors[name] = np.where(known > 0, sums / np.maximum(counts, 1), np.nan)
    effects = []
    for place, joint in enumerate(joints):
        judges = tuple(name for name, both in errors.items() if np.isfinite(both[:, place]).all())
        if judges:
            told = MILLIMETRES * np.stack([errors[name][:, place] for name in judges])  # [S, 2]
            nearer = told[:, 0] - told[:, 1]
            effects.append(
                FlagEffect(
                    joint,
                    MILLIMETRES * float(moved[place]) / bodies,
                    float(told[:, 0].mean()),
                    float(told[:, 1].mean()),
                    float(nearer.mean()),
                    _find_interval(nearer),
                    judges,
                )
            )
    return effects


def _find_interval(values: FloatArray) -> tuple[float, float] | None:
    """Student's 95% interval of a mean."""
    count = len(values)
    if count < 2:
        return None
    half = float(stdtrit(count - 1, _SHARE) * values.std(ddof=1) / np.sqrt(count))
    return float(values.mean()) - half, float(values.mean()) + half
