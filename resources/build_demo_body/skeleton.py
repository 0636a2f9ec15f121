"""SMPL's 24 joints: their tree, where they lie in MakeHuman's body, and which of its bones move with them.

Frame everywhere in this package: metres, y up, the body faces +z, its left is +x.
"""

from __future__ import annotations

import numpy as np

from core.types import FloatArray
from resources.build_demo_body.source import VertexGroups

JOINT_COUNT = 24

PELVIS, SPINE1, SPINE2, SPINE3, NECK, HEAD = 0, 3, 6, 9, 12, 15
# Joints that come in pairs: (left, right).
HIP, KNEE, ANKLE, FOOT = (1, 2), (4, 5), (7, 8), (10, 11)
COLLAR, SHOULDER, ELBOW, WRIST, HAND = (13, 14), (16, 17), (18, 19), (20, 21), (22, 23)

PARENTS = np.array([-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21])

# MakeHuman marks its joints by little cubes of vertices that follow every change of shape.
_MIDLINE_CUBES = {
    PELVIS: "pelvis", SPINE1: "spine-4", SPINE2: "spine-2", SPINE3: "spine-1", NECK: "neck", HEAD: "head",
}  # fmt: skip
_PAIRED_CUBES = {
    HIP: ("upper-leg",),
    KNEE: ("knee",),
    ANKLE: ("ankle",),
    FOOT: ("toe-1-1", "toe-2-1", "toe-3-1", "toe-4-1", "toe-5-1"),
    COLLAR: ("clavicle",),
    SHOULDER: ("shoulder",),
    ELBOW: ("elbow",),
    WRIST: ("hand",),
    HAND: ("finger-2-1", "finger-3-1", "finger-4-1", "finger-5-1"),
}

_MIDLINE_BONES = {
    "root": PELVIS, "pelvis": PELVIS, "spine05": PELVIS, "spine04": SPINE1, "spine03": SPINE1,
    "spine02": SPINE2, "spine01": SPINE3, "breast": SPINE3,
    "neck01": NECK, "neck02": NECK, "neck03": NECK, "head": HEAD,
}  # fmt: skip
_LIMB_BONES = {
    "upperleg": HIP, "lowerleg": KNEE, "foot": ANKLE, "toe": FOOT, "clavicle": COLLAR, "shoulder": COLLAR,
    "upperarm": SHOULDER, "lowerarm": ELBOW, "wrist": WRIST, "metacarpal": HAND, "finger": HAND,
}  # fmt: skip


def locate_cubes(vertices: FloatArray, groups: VertexGroups, *names: str) -> FloatArray:
    """Mean of the centres of MakeHuman's joint cubes, (3,)."""
    return np.mean([vertices[groups[f"joint-{name}"]].mean(axis=0) for name in names], axis=0)


def locate_joints(vertices: FloatArray, groups: VertexGroups) -> FloatArray:
    """SMPL's joints in MakeHuman's base mesh ``vertices`` (V, 3), whatever its shape; (24, 3)."""
    joints = np.empty((JOINT_COUNT, 3))
    for joint, cube in _MIDLINE_CUBES.items():
        joints[joint] = locate_cubes(vertices, groups, cube)
    for pair, cubes in _PAIRED_CUBES.items():
        for joint, side in zip(pair, "lr"):
            joints[joint] = locate_cubes(vertices, groups, *(f"{side}-{cube}" for cube in cubes))
    return joints


def joint_of_bone(bone: str) -> int:
    """SMPL joint that a bone of MakeHuman's default rig moves with.

    SMPL has no face: the bones of eyes, jaw, lips and tongue, which no other rule names, follow the head.
    """
    stem, side = (bone[:-2], "LR".index(bone[-1])) if bone.endswith((".L", ".R")) else (bone, 0)
    if stem in _MIDLINE_BONES:
        return _MIDLINE_BONES[stem]
    for prefix, pair in _LIMB_BONES.items():
        if stem.startswith(prefix):
            return pair[side]
    return HEAD


def subtree(joint: int) -> list[int]:
    """The joint and all that hang on it, in SMPL's order."""
    found = [joint]
    for candidate in range(joint + 1, JOINT_COUNT):
        if PARENTS[candidate] in found:
            found.append(candidate)
    return found


def place_joints(rotations: FloatArray, rest_joints: FloatArray) -> FloatArray:
    """Joint positions after the bones are turned, the root joint staying where it is.

    Args:
        rotations: global rotation of each joint, (24, 3, 3).
        rest_joints: (24, 3).
    """
    placed = rest_joints.copy()
    for joint in range(1, JOINT_COUNT):
        parent = PARENTS[joint]
        placed[joint] = placed[parent] + rotations[parent] @ (rest_joints[joint] - rest_joints[parent])
    return placed
