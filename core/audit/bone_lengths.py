"""Lengths between labels, without what posture explains of them: a witness that needs no body.

Labels follow soft tissue, so the distance between two joints changes a little with the angles at both. That
is learned from all frames together, by robust regression, and taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.file_array import list_blocks
from core.audit.observations import Observations
from core.joints import JointSet
from core.types import BoolArray, FloatArray, IntArray

_ROUNDS = 8
_FLOOR = 1e-4  # metres


@dataclass(frozen=True)
class BoneLengths:
    """Lengths of E pairs of joints.

    Attributes:
        pairs: (E, 2) joints.
        lengths: (M, E) metres, freed of posture; NaN where a label is missing or suspect.
        directions: (M, E, 3) unit vectors from the first to the second joint, in the frame of the instant's
            first view.
    """

    pairs: IntArray
    lengths: FloatArray
    directions: FloatArray


def measure_bone_lengths(observations: Observations, joint_set: JointSet) -> BoneLengths:
    """Lengths of bones, and between mirrored joints that hang on the same one, such as both hips."""
    pairs = list_pairs(joint_set)
    first = observations.first_views
    lengths, directions = np.empty((len(first), len(pairs))), np.empty((len(first), len(pairs), 3))
    for block in list_blocks(len(first)):
        views = first[block]
        labels = np.where(observations.usable[views, :, None], observations.labels[views], np.nan)
        span = labels[:, pairs[:, 1]] - labels[:, pairs[:, 0]]  # [B, E, 3]
        lengths[block] = np.linalg.norm(span, axis=-1)
        directions[block] = span / np.maximum(lengths[block], _FLOOR)[..., None]
    freed = _free_of_posture(lengths, directions, pairs, observations.instants.subjects)
    return BoneLengths(pairs, freed, directions)


def list_pairs(joint_set: JointSet) -> IntArray:
    """Bones, and pairs of mirrored joints whose parents are the same joint, (E, 2)."""
    across = [
        pair for pair in joint_set.pairs if joint_set.parents[pair[0]] == joint_set.parents[pair[1]] >= 0
    ]
    return np.array([*joint_set.bones, *across], np.intp)


def _free_of_posture(
    lengths: FloatArray, directions: FloatArray, pairs: IntArray, subjects: IntArray
) -> FloatArray:
    """Take off what the angles to neighbouring bones explain, (M, E)."""
    freed = lengths.copy()
    for number, pair in enumerate(pairs):
        neighbours = [other for other, ends in enumerate(pairs) if other != number and set(ends) & set(pair)]
        if not neighbours:
            continue
        cosines = (directions[:, number, None] * directions[:, neighbours]).sum(axis=-1)  # [M, K]
        features = np.concatenate([cosines, cosines**2], axis=1)
        known = np.isfinite(lengths[:, number]) & np.isfinite(features).all(axis=1)
        features[~known] = 0
        target = np.where(known, lengths[:, number], 0)
        for subject in np.unique(subjects[known]):
            rows = known & (subjects == subject)
            features[rows] -= features[rows].mean(axis=0)
            target[rows] -= np.median(target[rows])
        freed[:, number] -= features @ _regress_robustly(features, target, known)
    return freed


def _regress_robustly(features: FloatArray, target: FloatArray, known: BoolArray) -> FloatArray:
    """Coefficients by reweighted least squares."""
    weight = known.astype(np.float64)
    coefficients: FloatArray = np.zeros(features.shape[1])
    for _ in range(_ROUNDS):
        weighted = features * weight[:, None]
        matrix = features.T @ weighted + 1e-3 * np.eye(features.shape[1])
        coefficients = np.linalg.solve(matrix, weighted.T @ target)
        error = target - features @ coefficients
        spread = 1.4826 * np.median(np.abs(error[known])) + _FLOOR if known.any() else 1.0
        weight = known / (1 + (error / (2 * spread)) ** 2)
    return coefficients
