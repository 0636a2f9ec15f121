"""The studio's Human3.6M regressor: 17 anatomical points, right side first, read off the demo body's surface.

The points are fixed to bones of many random bodies, so that the regressor holds when the body sits or bends;
one fitted at rest alone is centimetres off at the hips.
"""

from __future__ import annotations

import numpy as np

from core.types import BETAS, FloatArray
from resources.build_demo_body.joint_motion import draw_rotation
from resources.build_demo_body.skeleton import (
    ANKLE,
    ELBOW,
    HEAD,
    HIP,
    JOINT_COUNT,
    KNEE,
    NECK,
    SHOULDER,
    WRIST,
    locate_cubes,
)
from resources.build_demo_body.smpl_form import PosedBody, SmplForm
from resources.build_demo_body.source import VertexGroups
from resources.build_demo_body.sparse_regressor import choose_ring, fit_row

_BODIES = 160
_DIRECTIONS = 500


def locate_head_points(
    base_vertices: FloatArray, groups: VertexGroups, joints: FloatArray, *, crown: float
) -> FloatArray:
    """Nose and top of the head of one person in A-pose, (2, 3) metres.

    Args:
        base_vertices: MakeHuman's base mesh in that person's shape.
        groups: its vertex groups.
        joints: SMPL's joints, (24, 3).
        crown: height of the highest vertex.
    """
    mouth = locate_cubes(base_vertices, groups, "mouth")
    eyes = locate_cubes(base_vertices, groups, "l-eye", "r-eye")
    nose = [0, 0.45 * mouth[1] + 0.55 * eyes[1], eyes[2] - 0.015]
    top = [0, crown, 0.5 * joints[HEAD][2] + 0.5 * eyes[2] - 0.03]
    return np.array([nose, top])


def arrange_joints(joints: FloatArray, nose: FloatArray, head_top: FloatArray) -> FloatArray:
    """Human3.6M's 17 joints, right side first, from SMPL's 24 and two points of the head; (17, 3)."""
    (left_hip, right_hip), (left_knee, right_knee), (left_ankle, right_ankle) = HIP, KNEE, ANKLE
    (left_shoulder, right_shoulder), (left_elbow, right_elbow), (left_wrist, right_wrist) = (
        SHOULDER,
        ELBOW,
        WRIST,
    )
    pelvis = 0.5 * (joints[left_hip] + joints[right_hip])
    neck = 0.25 * (joints[left_shoulder] + joints[right_shoulder]) + 0.5 * joints[NECK]
    right_leg, left_leg = [right_hip, right_knee, right_ankle], [left_hip, left_knee, left_ankle]
    left_arm, right_arm = [left_shoulder, left_elbow, left_wrist], [right_shoulder, right_elbow, right_wrist]
    spine = 0.5 * (pelvis + neck)
    return np.vstack(
        [pelvis, joints[right_leg + left_leg], spine, neck, nose, head_top, joints[left_arm + right_arm]]
    )


def fit_studio_regressor(
    body: SmplForm, rest_points: FloatArray, mean_head: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Regressor (17, V) fitted on random poses and shapes.

    Args:
        body: the finished body.
        rest_points: the population's mean 17 joints in T-pose, (17, 3); candidates are chosen round them.
        mean_head: the population's mean head joint, (3,).
        rng: where poses and shapes are drawn from.
    """
    offsets = rest_points[[9, 10]] - mean_head
    mean_reach = body.template[:, 1].max() - mean_head[1]
    surfaces, points = [], []
    for index in range(_BODIES):
        betas = rng.normal(0, 1, BETAS) if index % 2 else np.zeros(BETAS)
        rotations = np.stack([np.eye(3), *(draw_rotation(joint, rng) for joint in range(1, JOINT_COUNT))])
        if index == 0:
            rotations[:] = np.eye(3)  # the T-pose itself is among them
        posed = body.pose(rotations, betas)
        surfaces.append(posed.vertices)
        points.append(_locate_points(posed, offsets, mean_reach))
    rows = [
        fit_row(
            np.stack(surfaces),
            np.stack(points)[:, joint],
            choose_ring(body.template, rest_point, directions=_DIRECTIONS),
        )
        for joint, rest_point in enumerate(rest_points)
    ]
    return np.stack(rows)


def _locate_points(posed: PosedBody, head_offsets: FloatArray, mean_reach: float) -> FloatArray:
    """The 17 points of one posed body; nose and head top scale with the height of the head."""
    scale = (posed.shaped[:, 1].max() - posed.rest_joints[HEAD][1]) / mean_reach
    nose, head_top = (posed.attach(HEAD, scale * offset) for offset in head_offsets)
    return arrange_joints(posed.joints, nose, head_top)
