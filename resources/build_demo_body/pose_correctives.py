"""Pose blend shapes: what linear skinning with 24 joints misses of the full rig's surface.

Each joint is turned alone, many times; the difference between the full rig's surface and the linearly
skinned one, taken back to rest, is regressed on the rotation's nine numbers, as SMPL's are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse

from core.types import FloatArray
from resources.build_demo_body.joint_motion import draw_rotation
from resources.build_demo_body.rig import Rig
from resources.build_demo_body.rig_pose import spread_rotations
from resources.build_demo_body.rig_skinning import skin_with_rig
from resources.build_demo_body.skeleton import JOINT_COUNT, place_joints, subtree
from resources.build_demo_body.smpl_form import blend_transforms

_ROTATIONS_PER_JOINT = 48
_LARGEST = 0.06  # metres; beyond, the inverse of a nearly singular blend speaks
_RIDGE = 1.0
_SMALLEST = 2e-5  # metres; below, zero packs better


@dataclass(frozen=True)
class RiggedTemplate:
    """The template person in MakeHuman's A-pose with all that poses them.

    Attributes:
        rig: bones and weights of the full surface.
        vertices: full surface in A-pose, (V_full, 3).
        joints: in A-pose, (24, 3).
        to_t_pose: global rotations from A-pose to T-pose, (24, 3, 3).
        carry: values of the full surface -> values of the decimated one, sparse (V, V_full).
        t_pose: decimated surface in T-pose, (V, 3).
    """

    rig: Rig
    vertices: FloatArray
    joints: FloatArray
    to_t_pose: FloatArray
    carry: scipy.sparse.csr_matrix
    t_pose: FloatArray


def fit_pose_directions(person: RiggedTemplate, weights: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Pose directions (V, 3, 207) for a body with those skinning ``weights`` (V, 24)."""
    directions = np.zeros((len(person.t_pose), 3, 9 * (JOINT_COUNT - 1)), dtype=np.float32)
    t_joints = place_joints(person.to_t_pose, person.joints)
    rest_spread = spread_rotations(person.rig, person.to_t_pose, person.joints)
    for joint in range(1, JOINT_COUNT):
        drawn = [draw_rotation(joint, rng) for _ in range(_ROTATIONS_PER_JOINT)]
        features = np.array([(rotation - np.eye(3)).ravel() for rotation in drawn])  # [48, 9]
        missing = np.array(
            [_miss(person, weights, t_joints, rest_spread, joint, rotation) for rotation in drawn]
        ).clip(-_LARGEST, _LARGEST)  # [48, V, 3]
        normal = features.T @ features + _RIDGE * np.eye(9)
        solved = np.linalg.solve(normal, features.T @ missing.reshape(len(drawn), -1))
        directions[:, :, (joint - 1) * 9 : joint * 9] = solved.T.reshape(-1, 3, 9)
    directions[np.abs(directions) < _SMALLEST] = 0
    return directions


def _miss(
    person: RiggedTemplate,
    weights: FloatArray,
    t_joints: FloatArray,
    rest_spread: FloatArray,
    joint: int,
    rotation: FloatArray,
) -> FloatArray:
    """Displacement at rest that linear skinning needs to meet the full rig, (V, 3) metres."""
    turned = np.tile(np.eye(3), (JOINT_COUNT, 1, 1))
    turned[subtree(joint)] = rotation
    placed = place_joints(turned @ person.to_t_pose, person.joints)
    wanted = person.carry @ skin_with_rig(
        person.rig,
        person.vertices,
        rotations=spread_rotations(person.rig, turned, t_joints) @ rest_spread,
        pivots=person.joints[person.rig.joints],
        placed=placed[person.rig.joints],
    )
    linear, shift = blend_transforms(weights, turned, t_joints, place_joints(turned, t_joints))
    return np.asarray(np.linalg.solve(linear, (wanted - shift)[:, :, None])[:, :, 0] - person.t_pose)
