"""Random rotations of each joint, roughly within what people can do."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from core.types import FloatArray
from resources.build_demo_body.skeleton import (
    ANKLE,
    COLLAR,
    ELBOW,
    HEAD,
    HIP,
    KNEE,
    NECK,
    SHOULDER,
    SPINE1,
    SPINE2,
    SPINE3,
    WRIST,
)

_LARGEST_ANGLE = 130.0  # degrees
# Degrees of the other joints' isotropic turns; their standard deviation is a 1.7th part.
_RANGES = {
    **dict.fromkeys(COLLAR, 20),
    **dict.fromkeys(ANKLE, 35),
    **dict.fromkeys((NECK, HEAD), 30),
    **dict.fromkeys((SPINE1, SPINE2, SPINE3), 25),
}
_SMALL_RANGE = 20


def draw_rotation(joint: int, rng: np.random.Generator) -> FloatArray:
    """One rotation of a joint against its parent, (3, 3)."""
    rotvec = _draw_degrees(joint, rng)
    angle = np.linalg.norm(rotvec)
    if angle > _LARGEST_ANGLE:
        rotvec = rotvec * _LARGEST_ANGLE / angle
    return np.asarray(Rotation.from_rotvec(np.radians(rotvec)).as_matrix())


def _draw_degrees(joint: int, rng: np.random.Generator) -> FloatArray:
    """Rotation vector in degrees; x bends forward, y twists an upright bone, z leans sideways."""
    if joint in KNEE:  # a knee bends one way only
        return np.array([abs(rng.normal(0, 80)), rng.normal(0, 8), rng.normal(0, 6)])
    if joint in HIP:
        return np.array([rng.normal(-25, 45), rng.normal(0, 20), rng.normal(0, 20)])
    if joint in ELBOW:  # bends forward about the vertical, the arm lying sideways in T-pose
        outward = _outward(joint, ELBOW)
        return np.array([rng.normal(0, 30), -outward * abs(rng.normal(0, 80)), rng.normal(0, 15)])
    if joint in SHOULDER:  # arms hang more often than they rise
        outward = _outward(joint, SHOULDER)
        return np.array([rng.normal(0, 30), -outward * rng.normal(15, 40), outward * rng.normal(-35, 45)])
    if joint in WRIST:
        return np.array([rng.normal(0, 40), rng.normal(0, 15), rng.normal(0, 35)])
    return rng.normal(0, _RANGES.get(joint, _SMALL_RANGE) / 1.7, 3)


def _outward(joint: int, pair: tuple[int, int]) -> int:
    return 1 if joint == pair[0] else -1
