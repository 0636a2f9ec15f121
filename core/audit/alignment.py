"""Move bodies onto labels: rigidly, robustly, body by body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.observations import median_without_nan
from core.parallel import map_chunks
from core.types import BoolArray, FloatArray, IntArray

#: Rounds of reweighting, in which joints that fit badly lose their say (Geman and McClure's weights).
ROUNDS = 4
_FEWEST_JOINTS = 4
#: Bodies that are aligned at once; few enough to stay in the processor's cache.
_BLOCK = 1024


@dataclass(frozen=True)
class Alignment:
    """Similarity ``x -> scale R x + t`` for each of N bodies; NaN where it cannot be told.

    Attributes:
        R: (N, 3, 3).
        scale: (N,).
        t: (N, 3) metres.
    """

    R: FloatArray
    scale: FloatArray
    t: FloatArray

    def apply(self, points: FloatArray) -> FloatArray:
        """(N, P, 3) -> (N, P, 3)."""
        return self.scale[:, None, None] * (points @ self.R.swapaxes(1, 2)) + self.t[:, None]


def align_rigid(
    joints: FloatArray, labels: FloatArray, usable: BoolArray, *, scale: FloatArray | None
) -> Alignment:
    """Find the similarity that brings joints onto labels.

    Args:
        joints: (N, J, 3) metres.
        labels: (N, J, 3) metres; not looked at where not usable.
        usable: (N, J) which labels have a say.
        scale: (N,) given scales; None finds them.

    Source: the weighted form of Kabsch (1976) and Umeyama (1991), reweighted.
    """
    count = len(joints)
    found = Alignment(np.empty((count, 3, 3)), np.empty(count), np.empty((count, 3)))

    def align(start: int, stop: int) -> None:
        rows = slice(start, stop)
        given = None if scale is None else scale[rows]
        found.R[rows], found.scale[rows], found.t[rows] = _align(
            joints[rows], labels[rows], usable[rows], scale=given
        )

    map_chunks(align, count, chunks=-(-count // _BLOCK))
    return found


def _align(
    joints: FloatArray, labels: FloatArray, usable: BoolArray, *, scale: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    usable = usable & np.isfinite(joints).all(axis=-1)
    base = usable.astype(np.float64)
    joints = np.nan_to_num(joints)
    labels = np.where(usable[..., None], labels, 0.0)
    weight = base
    for number in range(ROUNDS):
        share = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
        joint_mean = (share[..., None] * joints).sum(axis=1)
        label_mean = (share[..., None] * labels).sum(axis=1)
        centred, wanted = joints - joint_mean[:, None], labels - label_mean[:, None]
        U, singular, Vt = np.linalg.svd((centred * share[..., None]).swapaxes(1, 2) @ wanted)
        mirror = np.sign(np.linalg.det(U) * np.linalg.det(Vt))
        Vt[:, 2] *= mirror[:, None]
        singular[:, 2] *= mirror
        R = (U @ Vt).swapaxes(1, 2)
        if scale is None:
            spread = (share * (centred**2).sum(axis=-1)).sum(axis=1)
            factor = singular.sum(axis=1) / np.maximum(spread, 1e-12)
        else:
            factor = scale
        t = label_mean - factor[:, None] * (R @ joint_mean[..., None])[..., 0]
        if number < ROUNDS - 1:
            error = np.linalg.norm(
                labels - factor[:, None, None] * (joints @ R.swapaxes(1, 2)) - t[:, None], axis=-1
            )
            width = 2 * median_without_nan(np.where(usable, error, np.nan), axis=1)[:, None] + 1e-6
            width = np.nan_to_num(width, nan=1.0)
            weight = base / (1 + (error / width) ** 2) ** 2
    told = usable.sum(axis=1) >= _FEWEST_JOINTS
    return R, factor, np.where(told[:, None], t, np.nan)


def find_scales(joints: FloatArray, labels: FloatArray, usable: BoolArray) -> FloatArray:
    """Each view's own scale, (N,); NaN where it cannot be told."""
    found = align_rigid(joints, labels, usable, scale=None)
    return np.where(np.isfinite(found.t[:, 0]), found.scale, np.nan)


def share_scales(scales: FloatArray, subjects: IntArray) -> FloatArray:
    """One scale a subject, the median over its views, for every view, (N,)."""
    by_subject = np.ones(int(subjects.max()) + 1)
    for subject in np.unique(subjects[np.isfinite(scales)]):
        by_subject[subject] = np.nanmedian(scales[subjects == subject])
    return by_subject[subjects]
