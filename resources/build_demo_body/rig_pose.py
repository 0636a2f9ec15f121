"""From rotations of SMPL's 24 joints to rotations of MakeHuman's bones, and the way into SMPL's T-pose."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from core.types import FloatArray
from resources.build_demo_body.rig import Rig
from resources.build_demo_body.rotations import align_directions, extract_twist, scale_rotation
from resources.build_demo_body.skeleton import (
    ANKLE,
    COLLAR,
    ELBOW,
    HAND,
    HIP,
    JOINT_COUNT,
    KNEE,
    PELVIS,
    SHOULDER,
    WRIST,
)

# Share of a limb's twist that each bone in the direction of the limb takes: without spreading, elbows and
# shoulders wring like a candy wrapper.
_UPPER_TWIST = {"01": 0.35, "02": 0.85}
_ELBOW_TWIST = 0.4
_WRIST_TWIST = {"01": 0.15, "02": 0.55}


def turn_to_t_pose(joints: FloatArray) -> FloatArray:
    """Global rotation of each joint that brings MakeHuman's A-pose into SMPL's T-pose, (24, 3, 3)."""
    rotations = np.tile(np.eye(3), (JOINT_COUNT, 1, 1))
    for side, outward in ((0, 1.0), (1, -1.0)):
        shoulder, elbow, wrist, hand = SHOULDER[side], ELBOW[side], WRIST[side], HAND[side]
        collar_turn = np.asarray(Rotation.from_euler("z", outward * 8, degrees=True).as_matrix())
        upper_arm = _point(collar_turn, joints[elbow] - joints[shoulder], (outward, -0.03, -0.03))
        forearm = _point(upper_arm, joints[wrist] - joints[elbow], (outward, -0.01, 0.0))
        palm = _point(forearm, joints[hand] - joints[wrist], (outward, -0.04, 0.05))
        rotations[COLLAR[side]] = collar_turn
        rotations[shoulder], rotations[elbow] = upper_arm, forearm
        rotations[wrist] = rotations[hand] = palm

        hip, knee, ankle = HIP[side], KNEE[side], ANKLE[side]
        thigh = _point(np.eye(3), joints[knee] - joints[hip], (outward * 0.035, -1, 0.0))
        shank = _point(thigh, joints[ankle] - joints[knee], (outward * 0.015, -1, -0.05))
        rotations[hip], rotations[knee] = thigh, shank
    return rotations


def spread_rotations(rig: Rig, rotations: FloatArray, rest_joints: FloatArray) -> FloatArray:
    """Global rotations of all bones, the twist of a limb spread along its bones.

    Args:
        rig: MakeHuman's bones.
        rotations: global rotation of each SMPL joint, (24, 3, 3).
        rest_joints: where the joints are before turning, (24, 3).

    Returns:
        (B, 3, 3).
    """
    turned = rotations[rig.joints].copy()
    for side, letter in ((0, "L"), (1, "R")):
        for limb, parent, joint, child in (
            ("upperarm", COLLAR[side], SHOULDER[side], ELBOW[side]),
            ("upperleg", PELVIS, HIP[side], KNEE[side]),
        ):
            axis = _direction(rest_joints, joint, child)
            swing, twist = _split(rotations[parent].T @ rotations[joint], axis)
            for part, share in _UPPER_TWIST.items():
                bone = rig.index(f"{limb}{part}.{letter}")
                turned[bone] = rotations[parent] @ swing @ scale_rotation(twist, share)

        shoulder, elbow, wrist = SHOULDER[side], ELBOW[side], WRIST[side]
        axis = _direction(rest_joints, elbow, wrist)
        swing, twist = _split(rotations[shoulder].T @ rotations[elbow], axis)
        wrist_twist = extract_twist(rotations[elbow].T @ rotations[wrist], axis)
        near, far = (scale_rotation(wrist_twist, share) for share in _WRIST_TWIST.values())
        elbow_twist = scale_rotation(twist, _ELBOW_TWIST)
        turned[rig.index(f"lowerarm01.{letter}")] = rotations[shoulder] @ swing @ elbow_twist @ near
        turned[rig.index(f"lowerarm02.{letter}")] = rotations[elbow] @ far
    return turned


def _point(carried: FloatArray, bone: FloatArray, direction: tuple[float, float, float]) -> FloatArray:
    """Rotation ``carried`` followed by the shortest turn that points the bone in the direction."""
    return align_directions(carried @ bone, np.array(direction)) @ carried


def _direction(joints: FloatArray, start: int, end: int) -> FloatArray:
    along = joints[end] - joints[start]
    return np.asarray(along / np.linalg.norm(along))


def _split(rotation: FloatArray, axis: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Swing and twist: rotation = swing @ twist."""
    twist = extract_twist(rotation, axis)
    return rotation @ twist.T, twist
