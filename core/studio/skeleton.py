"""The body's own 24 joints by name, and the bones that carry Human3.6M's 17."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from core.types import BODY_JOINTS, FloatArray

#: SMPL's joint order.
BODY_JOINT_NAMES = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle",
    "right_ankle", "spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_hand", "right_hand",
)  # fmt: skip
BODY_JOINT = {name: index for index, name in enumerate(BODY_JOINT_NAMES)}

#: SMPL's kinematic tree.
BODY_PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)

#: For each of Human3.6M's 17 joints the body joint whose rotation carries it: that of the bone above it.
CARRYING_BONES = tuple(
    BODY_JOINT[name]
    for name in (
        "pelvis", "pelvis", "right_hip", "right_knee", "pelvis", "left_hip", "left_knee", "spine1", "spine3",
        "head", "head", "left_collar", "left_shoulder", "left_elbow", "right_collar", "right_shoulder",
        "right_elbow",
    )
)  # fmt: skip


def chain_rotations(local: FloatArray) -> FloatArray:
    """Rotations about the parent -> rotations in the frame of the root, (N, 24, 3, 3) both."""
    chained = local.copy()
    for joint in range(1, BODY_JOINTS):
        chained[:, joint] = chained[:, BODY_PARENTS[joint]] @ local[:, joint]
    return chained


def unchain_rotations(chained: FloatArray) -> FloatArray:
    """Inverse of :func:`chain_rotations`, (N, 24, 3, 3) both."""
    local = chained.copy()
    parents = list(BODY_PARENTS[1:])
    local[:, 1:] = chained[:, parents].swapaxes(-1, -2) @ chained[:, 1:]
    return local


def rotate(axis_angle: FloatArray) -> FloatArray:
    """(…, 3) radians -> (…, 3, 3)."""
    flat = Rotation.from_rotvec(axis_angle.reshape(-1, 3))
    return flat.as_matrix().reshape(*axis_angle.shape, 3)


def find_axis_angle(matrix: FloatArray) -> FloatArray:
    """(…, 3, 3) -> (…, 3) radians."""
    return Rotation.from_matrix(matrix.reshape(-1, 3, 3)).as_rotvec().reshape(matrix.shape[:-1])


def carry(offsets: FloatArray, pose: FloatArray) -> FloatArray:
    """Offsets fixed to the carrying bones, in the frame that the pose's root is given in.

    Args:
        offsets: (17, 3) or (N, 17, 3), in the rest frame of each joint's carrying bone.
        pose: axis-angle of all 24 joints, (N, 24, 3).

    Returns:
        (N, 17, 3), in the unit of ``offsets``.
    """
    bones = chain_rotations(rotate(np.asarray(pose, dtype=np.float64)))[:, CARRYING_BONES]  # [N, 17, 3, 3]
    return (bones @ np.broadcast_to(offsets, (*bones.shape[:2], 3))[..., None])[..., 0]
