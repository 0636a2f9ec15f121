"""What each vertex of the template is dressed in, so that the studio's pictures look like people."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from core.types import FloatArray
from resources.build_demo_body.skeleton import (
    ANKLE,
    COLLAR,
    ELBOW,
    FOOT,
    HEAD,
    HIP,
    KNEE,
    NECK,
    PELVIS,
    SHOULDER,
    SPINE1,
    SPINE2,
    SPINE3,
)

_TRUNK = (PELVIS, *HIP, SPINE1, SPINE2, SPINE3)


class Material(IntEnum):
    """Values of the body file's ``material`` array."""

    SKIN = 0
    SHIRT = 1
    TROUSERS = 2
    SHOES = 3
    HAIR = 4


def dress(template: FloatArray, joints: FloatArray, weights: FloatArray) -> NDArray[np.uint8]:
    """Material of each vertex of the body in T-pose; ``joints`` (24, 3), ``weights`` (V, 24)."""
    sideways, height, forward = np.abs(template[:, 0]), template[:, 1], template[:, 2]
    joint = weights.argmax(axis=1)
    waist = 0.35 * joints[SPINE1][1] + 0.65 * joints[PELVIS][1]
    sleeve = 0.35 * joints[SHOULDER[0]][0] + 0.65 * joints[ELBOW[0]][0]
    ankle = joints[ANKLE[0]][1] + 0.015

    shirt = np.isin(joint, (*_TRUNK, *COLLAR, *SHOULDER)) & (height > waist) & (sideways < sleeve)
    collar_opening = (height > joints[NECK][1] + 0.01) & (sideways < 0.09)
    trousers = np.isin(joint, (PELVIS, *HIP, SPINE1, *KNEE, *ANKLE)) & (height <= waist)
    trousers &= (height > ankle) & (sideways < 0.45)
    shoes = np.isin(joint, (*KNEE, *ANKLE, *FOOT)) & (height <= ankle)

    up, front = height - joints[HEAD][1], forward - joints[HEAD][2]
    scalp = up > 0.135
    back = (front < 0.02) & (up > 0.0) & (sideways <= 0.066)  # leaves the ears free
    forehead = (front < 0.055) & (up > 0.085)
    hair = (joint == HEAD) & (scalp | back | forehead)

    material = np.full(len(template), Material.SKIN, dtype=np.uint8)
    material[shirt & ~collar_opening] = Material.SHIRT
    material[trousers] = Material.TROUSERS
    material[shoes] = Material.SHOES
    material[hair] = Material.HAIR
    return material
