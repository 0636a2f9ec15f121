"""Where a body stands, from its joints in 3D and their labels in 2D: closed-form least squares.

SPIN-style estimates have no metric translation. A wrong depth ruins silhouette and absolute joints alike,
so it is solved for before anything is optimised.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.cameras import Lens, stack_lenses, undistort
from core.optimize.evidence import read_keypoints
from core.types import BoolArray, FloatArray

if TYPE_CHECKING:
    from core.project.project import Project

#: Labelled joints below which a body's place is not told.
FEWEST_KEYPOINTS = 4
_BLOCK = 512


def solve_translations(joints: FloatArray, keypoints: FloatArray, valid: BoolArray, lens: Lens) -> FloatArray:
    """Translations that bring joints onto the rays of their 2D labels.

    With the undistorted label (u, v) each joint (x, y, z) asks for ``x + tx = u (z + tz)`` and
    ``y + ty = v (z + tz)``: linear in t. The residuals are weighed equally in normalised image units
    times depth, which for one body hardly differs from pixels.

    Args:
        joints: (N, J, 3) metres, axes of the camera frame, any origin.
        keypoints: (N, J, 2) pixels of the whole image.
        valid: (N, J) whether the label takes part.
        lens: leading shape (N,) or none.

    Returns:
        (N, 3) metres to add to the joints; NaN where fewer than four labels take part, or where the
        solution lies behind the camera.
    """
    rays = undistort(np.where(valid[..., None], keypoints, 0.0).astype(np.float64), lens)  # [N, J, 2]
    joints = joints.astype(np.float64)
    weight = valid.astype(np.float64)
    count, u, v = weight.sum(-1), rays[..., 0] * weight, rays[..., 1] * weight
    matrix = np.zeros((len(joints), 3, 3))
    matrix[:, 0, 0] = matrix[:, 1, 1] = count
    matrix[:, 0, 2] = matrix[:, 2, 0] = -u.sum(-1)
    matrix[:, 1, 2] = matrix[:, 2, 1] = -v.sum(-1)
    matrix[:, 2, 2] = (u * rays[..., 0] + v * rays[..., 1]).sum(-1)
    across = u * joints[..., 2] - weight * joints[..., 0]  # [N, J]
    down = v * joints[..., 2] - weight * joints[..., 1]
    target = np.stack(
        [across.sum(-1), down.sum(-1), -(across * rays[..., 0] + down * rays[..., 1]).sum(-1)], axis=-1
    )
    transl = np.full((len(joints), 3), np.nan)
    told = (count >= FEWEST_KEYPOINTS) & np.isfinite(matrix).all(axis=(1, 2))
    told[told] = np.linalg.det(matrix[told]) > 1e-9
    transl[told] = np.linalg.solve(matrix[told], target[told][..., None])[..., 0]
    nearest = np.where(valid, joints[..., 2], np.inf).min(axis=-1) + transl[:, 2]
    transl[~(nearest > 0)] = np.nan
    return transl


def fill_translations(project: Project, estimator: str, *, regressor: str = "J_std") -> int:
    """Place every body of an estimator by the 2D labels of its frame, and store it.

    Args:
        project: open for writing.
        estimator: whose bodies.
        regressor: whose joints are compared with the labels.

    Returns:
        How many bodies found a place.
    """
    from core.body.skinning import pose_vertices

    body, joint_regressor = project.body(), project.read_regressor(regressor)
    present = np.flatnonzero(project.bodies_present(estimator))
    placed = 0
    for start in range(0, len(present), _BLOCK):
        rows = present[start : start + _BLOCK]
        parameters = project.read_bodies(estimator, rows)
        unplaced = replace(parameters, transl=np.zeros_like(parameters.transl))
        joints = joint_regressor.apply(pose_vertices(body, unplaced))
        keypoints, valid = read_keypoints(project, rows)
        lens = stack_lenses([project.camera(row).lens for row in rows])
        transl = solve_translations(joints, keypoints, valid, lens)
        project.write_translations(estimator, rows, transl.astype(np.float32))
        placed += int(np.isfinite(transl).all(axis=1).sum())
    return placed
