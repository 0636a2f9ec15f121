"""Subject offsets: a joint whose labels lie elsewhere in one subject than in all the others.

A subject's residuals are averaged sequence by sequence, and compared with the median of the other subjects.
How far two subjects may differ without anything being wrong is taken from the others too: shapes and poses
are estimated with errors of their own for every subject, which no amount of frames of that subject shows.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy import stats

from core.audit.observations import Instants, median_without_nan
from core.joints import JointSet
from core.types import BoolArray, FloatArray, IntArray

#: Degrees of freedom that the usual spread between subjects counts for, beside that of the joint's own five.
PRIOR_FREEDOM, OWN_FREEDOM = 8.0, 5.0
#: Variance of few values from their median absolute deviation comes out too small by this factor.
_SMALL_SAMPLE = 1.3
#: Degrees of freedom of the ratio's distribution: on clean studios its largest values are hardly larger than
#: of a spread that is known.
_TAIL = 60.0
#: Ratio from which on a subject's joint is suspected, and judged again without its labels where that can be.
NEAR_RATIO = 2.5
_FEWEST_SUBJECTS = 3
_FEWEST_INSTANTS = 3


@dataclass(frozen=True)
class OffsetTests:
    """Every subject and joint, compared with the other subjects.

    Attributes:
        offset: (S, J, 3) metres, in bone frames.
        effect: (S, J) its length.
        spread: (S, J) metres an axis that subjects may differ by, with the error of the mean in it.
        ratio: (S, J) ``effect / spread``; what cells are ranked by.
        p: (S, J) probability of so large a ratio where nothing is wrong.
        interval: (S, J, 2) metres, 95% of the effect.
    """

    offset: FloatArray
    effect: FloatArray
    spread: FloatArray
    ratio: FloatArray
    p: FloatArray
    interval: FloatArray

    def replace(self, cells: BoolArray, other: OffsetTests) -> OffsetTests:
        """These tests, with those of another at some cells (S, J)."""
        merged = {
            field.name: np.where(
                cells.reshape(cells.shape + (1,) * (getattr(self, field.name).ndim - cells.ndim)),
                getattr(other, field.name),
                getattr(self, field.name),
            )
            for field in fields(self)
        }
        return OffsetTests(**merged)


def centre_sequences(residuals: FloatArray, usable: BoolArray, instants: Instants) -> FloatArray:
    """Median residual of each sequence, (Q, J, 3) metres; NaN where too few of its instants are in order.

    Three are enough, or all that the source of bodies has.

    Args:
        residuals: (M, J, 3) metres, in bone frames.
        usable: (M, J) which are not known to be wrong for another reason.
        instants: the M instants.
    """
    centres = np.full((len(instants.sequence_names), *residuals.shape[1:]), np.nan)
    for sequence in range(len(centres)):
        rows = instants.rows_of_sequence(sequence)
        part = np.where(usable[rows, :, None], residuals[rows], np.nan)
        there, in_order = (np.isfinite(each).all(axis=-1).sum(axis=0) for each in (residuals[rows], part))
        enough = in_order >= np.clip(there, 1, _FEWEST_INSTANTS)
        centres[sequence] = np.where(enough[:, None], median_without_nan(part, axis=0), np.nan)
    return centres


def average_sequences(centres: FloatArray, instants: Instants) -> tuple[FloatArray, FloatArray]:
    """Each subject's mean over its sequences without the two extremes, and the variance of that mean.

    Returns:
        (S, J, 3) metres, NaN where a subject has no sequence; and (J, 3), pooled over the subjects.
    """
    means, squares, counts = [], [], []
    for subject in range(len(instants.subject_names)):
        own = np.sort(centres[instants.subject_of_sequence == subject], axis=0)  # NaN last
        count = np.isfinite(own).sum(axis=0)  # [J, 3]
        rank = np.arange(len(own))[:, None, None]
        inner = (rank >= np.where(count >= 4, 1, 0)) & (rank < np.where(count >= 4, count - 1, count))
        number = inner.sum(axis=0)
        mean = np.where(inner, own, 0).sum(axis=0) / np.maximum(number, 1)
        means.append(np.where(number > 0, mean, np.nan))
        squares.append(np.nansum((own - mean) ** 2, axis=0))
        counts.append(count)
    count = np.stack(counts)
    freedom = np.maximum(count - 1, 0).sum(axis=0)
    within = np.stack(squares).sum(axis=0) / np.maximum(freedom, 1)
    return np.stack(means), within / np.maximum(np.median(count, axis=0), 1)


def compare_subjects(centres: FloatArray, instants: Instants, joint_set: JointSet) -> OffsetTests | None:
    """Compare every subject's joints with those of the others.

    Args:
        centres: (Q, J, 3) metres, of :func:`centre_sequences`.
        instants: that the sequences belong to.
        joint_set: its mirror pairs share their spread.

    Returns:
        None with fewer than three subjects, who cannot tell who of them is odd.
    """
    means, within = average_sequences(centres, instants)
    subjects = int(np.isfinite(means).any(axis=(1, 2)).sum())
    if subjects < _FEWEST_SUBJECTS:
        return None
    offset = leave_out_medians(means)
    variance = estimate_spread(offset, joint_set)
    variance = np.maximum(variance, within) * (1 + 1 / (subjects - 1))
    effect = np.linalg.norm(offset, axis=-1)
    spread = np.sqrt(variance.mean(axis=-1))
    ratio = effect / spread
    along = offset / np.maximum(effect, 1e-9)[..., None]
    error = 1.96 * np.sqrt((along**2 * (variance + within)).sum(axis=-1))
    interval = np.stack([np.maximum(effect - error, 0), effect + error], axis=-1)
    return OffsetTests(
        offset=offset,
        effect=effect,
        spread=spread,
        ratio=ratio,
        p=np.nan_to_num(stats.f.sf(ratio**2 / 3, 3, _TAIL), nan=1.0),
        interval=interval,
    )


def leave_out_medians(means: FloatArray) -> FloatArray:
    """Each subject minus the median of the others, (S, …) -> (S, …)."""
    return np.stack(
        [
            means[subject] - median_without_nan(np.delete(means, subject, axis=0), axis=0)
            for subject in range(len(means))
        ]
    )


def find_mirrors(joint_set: JointSet) -> IntArray:
    """For each joint the one on the other side of the body, or itself, (J,)."""
    mirror = np.arange(len(joint_set))
    for right, left in joint_set.pairs:
        mirror[right], mirror[left] = left, right
    return mirror


def estimate_spread(offset: FloatArray, joint_set: JointSet) -> FloatArray:
    """Variance between subjects, for each from the others alone, (S, J, 3) square metres.

    Median absolute deviations of a joint and its mirror image, drawn towards their mean over the axes and
    the median over the joints: five other subjects tell little about a single joint.
    """
    mirror = find_mirrors(joint_set)
    variances = []
    for subject in range(len(offset)):
        others = np.delete(offset, subject, axis=0)
        others = others - median_without_nan(others, axis=0)
        both = np.concatenate([others, others[:, mirror] * [-1, 1, 1]])
        own = (1.4826 * median_without_nan(np.abs(both), axis=0)) ** 2 * _SMALL_SAMPLE
        mean = own.mean(axis=-1, keepdims=True)
        pooled = (OWN_FREEDOM * (0.5 * own + 0.5 * mean) + PRIOR_FREEDOM * np.nanmedian(mean)) / (
            OWN_FREEDOM + PRIOR_FREEDOM
        )
        variances.append(pooled)
    return np.stack(variances)
