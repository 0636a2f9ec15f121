"""One row of a regressor: a few non-negative weights near the joint that sum to one."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from core.joints import H36M_17
from core.types import BoolArray, FloatArray, IntArray

#: The row of ones that makes weights sum to one weighs this many times the data.
_SUM_WEIGHT = 30.0
#: Regressors of Human3.6M in use have 4 to 9 non-zeros a row.
_MOST_VERTICES = 9
_LEAST_VERTICES = 4

#: How far from its joint, in metres at rest, a row may take its vertices.
REACH = {
    "Pelvis": 0.22, "Hip": 0.16, "Knee": 0.11, "Ankle": 0.09, "Spine": 0.33, "Neck": 0.22, "Nose": 0.13,
    "HeadTop": 0.1, "Shoulder": 0.13, "Elbow": 0.1, "Wrist": 0.08,
}  # fmt: skip


def drop_side(joint: str) -> str:
    """``RKnee`` -> ``Knee``; joints without a side stay."""
    return joint[1:] if joint[1:] in REACH else joint


def find_near_vertices(rest: FloatArray, joint: int, place: FloatArray) -> IntArray:
    """Vertices within the joint's reach of ``place`` at rest, on the joint's own side of the body.

    Args:
        rest: (V, 3) metres, x to the body's left.
        joint: index in Human3.6M's 17.
        place: (3,).
    """
    name = H36M_17.names[joint]
    near: BoolArray = np.linalg.norm(rest - place, axis=1) < REACH[drop_side(name)]
    if drop_side(name) != name:
        near &= (rest[:, 0] > 0.01) if name.startswith("L") else (rest[:, 0] < -0.01)
    return np.nonzero(near)[0]


def fit_row(points: FloatArray, targets: FloatArray) -> FloatArray:
    """Weights (C,) of candidate vertices (n, C, 3) whose mean follows targets (n, 3) best.

    Non-negative least squares with sum to one; then the largest weights alone are fitted again, so that
    4 to 9 remain.
    """
    weights = _solve(points, targets)
    kept = np.argsort(-weights, kind="stable")[:_MOST_VERTICES]
    kept = kept[: max(_LEAST_VERTICES, np.count_nonzero(weights[kept] > 0.01))]
    sparse = np.zeros(points.shape[1])
    sparse[kept] = np.maximum(_solve(points[:, kept], targets), 0.01)
    return sparse / sparse.sum()


def _solve(points: FloatArray, targets: FloatArray) -> FloatArray:
    centre = points.mean(axis=1, keepdims=True)
    columns = (points - centre).transpose(0, 2, 1).reshape(-1, points.shape[1])  # [3n, C]
    values = (targets - centre[:, 0]).reshape(-1)
    heavy = np.full((1, points.shape[1]), _SUM_WEIGHT * np.sqrt(len(points)))
    weights, _ = nnls(
        np.concatenate([columns, heavy]), np.append(values, heavy[0, 0]), maxiter=30 * points.shape[1]
    )
    return weights / weights.sum()
