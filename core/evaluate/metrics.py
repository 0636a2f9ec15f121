"""Errors of joints against labels: MPJPE and PA-MPJPE, with labels that may be missing.

Sources: Ionescu et al., "Human3.6M", TPAMI 2014 (MPJPE after aligning the root); SPIN's ``eval.py`` and
``pose_utils.py`` (similarity alignment, after Gower, "Generalized Procrustes analysis", 1975).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.types import BoolArray, FloatArray
from core.units import MILLIMETRES


def measure_joint_errors(
    joints: FloatArray, labels: FloatArray, *, pelvis: int | Sequence[int] | None = 0
) -> FloatArray:
    """Distance of every joint to its label.

    Args:
        joints: (N, J, 3) metres.
        labels: (N, J, 3) metres; NaN where there is none.
        pelvis: index of the joint that both are taken relative to, or of several for their mean, or None to
            compare them where they are.

    Returns:
        (N, J) millimetres; NaN without a label.
    """
    if pelvis is not None:
        root = [pelvis] if isinstance(pelvis, int) else list(pelvis)
        joints = joints - joints[:, root].mean(axis=1, keepdims=True)
        labels = labels - labels[:, root].mean(axis=1, keepdims=True)
    return np.linalg.norm(joints - labels, axis=-1) * MILLIMETRES


def align_similarity(joints: FloatArray, labels: FloatArray, valid: BoolArray) -> FloatArray:
    """Move, turn and scale joints onto their labels, body by body, in the least-squares sense.

    Args:
        joints: (N, J, 3).
        labels: (N, J, 3); not looked at where not valid.
        valid: (N, J) which joints the alignment is found with.

    Returns:
        (N, J, 3) all joints, aligned; NaN for a body with fewer than three valid joints.
    """
    weight = valid[..., None].astype(np.float64)
    count = np.maximum(weight.sum(axis=1, keepdims=True), 1)
    labels = np.where(valid[..., None], labels, 0.0)
    joint_mean = (joints * weight).sum(axis=1, keepdims=True) / count
    label_mean = (labels * weight).sum(axis=1, keepdims=True) / count
    centred = (joints - joint_mean) * weight
    covariance = centred.swapaxes(1, 2) @ ((labels - label_mean) * weight)  # [N, 3, 3]
    U, singular, Vt = np.linalg.svd(covariance)
    mirror = np.sign(np.linalg.det(U) * np.linalg.det(Vt))
    U[:, :, 2] *= mirror[:, None]
    singular[:, 2] *= mirror
    scale = singular.sum(axis=1) / np.maximum((centred**2).sum(axis=(1, 2)), 1e-12)
    aligned = scale[:, None, None] * ((joints - joint_mean) @ U @ Vt) + label_mean
    aligned[valid.sum(axis=1) < 3] = np.nan
    return aligned


def measure_aligned_errors(joints: FloatArray, labels: FloatArray) -> FloatArray:
    """Distance of every joint to its label after the best similarity alignment over the joints given.

    Args:
        joints: (N, J, 3) metres.
        labels: (N, J, 3) metres; NaN where there is none.

    Returns:
        (N, J) millimetres; NaN without a label.
    """
    valid = np.asarray(np.isfinite(labels).all(axis=-1))
    aligned = align_similarity(joints, labels, valid)
    return np.linalg.norm(aligned - labels, axis=-1) * MILLIMETRES


def mpjpe(
    joints: FloatArray, labels: FloatArray, *, pelvis: int = 0, subset: Sequence[int] | None = None
) -> float:
    """Mean per-joint position error relative to the pelvis, millimetres; NaN without any label.

    Args:
        joints: (N, J, 3) metres.
        labels: (N, J, 3) metres; NaN where there is none.
        pelvis: index of the joint that both are taken relative to; it need not be in the subset.
        subset: the joints averaged over; all if not given.
    """
    errors = measure_joint_errors(joints, labels, pelvis=pelvis)
    return _mean(errors if subset is None else errors[:, list(subset)])


def pa_mpjpe(joints: FloatArray, labels: FloatArray, *, subset: Sequence[int] | None = None) -> float:
    """Mean per-joint position error after similarity alignment over the subset, millimetres.

    Args:
        joints: (N, J, 3) metres.
        labels: (N, J, 3) metres; NaN where there is none.
        subset: the joints aligned by and averaged over; all if not given.
    """
    chosen = slice(None) if subset is None else list(subset)
    return _mean(measure_aligned_errors(joints[:, chosen], labels[:, chosen]))


def _mean(errors: FloatArray) -> float:
    present = errors[np.isfinite(errors)]
    return float(present.mean()) if present.size else float("nan")
