"""The body in SMPL's own terms while it is being made, and SMPL's linear blend skinning of it.

Source: Loper et al., "SMPL: A Skinned Multi-Person Linear Model", SIGGRAPH Asia 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.types import FloatArray
from resources.build_demo_body.skeleton import JOINT_COUNT, PARENTS, place_joints

LARGEST_SUPPORT = 4  # joints that may move one vertex, as in SMPL
_SMALLEST_WEIGHT = 1e-3


@dataclass(frozen=True)
class SmplForm:
    """Arrays of an SMPL-format body, metres.

    Attributes:
        template: (V, 3).
        shape_directions: (V, 3, 10).
        pose_directions: (V, 3, 207).
        joint_regressor: (24, V).
        weights: (V, 24).
    """

    template: FloatArray
    shape_directions: FloatArray
    pose_directions: FloatArray
    joint_regressor: FloatArray
    weights: FloatArray

    def pose(self, rotations: FloatArray, betas: FloatArray) -> PosedBody:
        """Shape and pose one body; ``rotations`` (24, 3, 3) against the parent, ``betas`` (10,)."""
        shaped = self.template + self.shape_directions @ betas
        rest_joints = self.joint_regressor @ shaped
        corrected = shaped + self.pose_directions @ (rotations[1:] - np.eye(3)).reshape(-1)
        turned = compose_rotations(rotations)
        joints = place_joints(turned, rest_joints)
        linear, shift = blend_transforms(self.weights, turned, rest_joints, joints)
        vertices = np.einsum("vij,vj->vi", linear, corrected) + shift
        return PosedBody(
            vertices=vertices, shaped=shaped, rest_joints=rest_joints, joints=joints, turned=turned
        )


@dataclass(frozen=True)
class PosedBody:
    """One posed body: vertices, the shaped mesh at rest, its joints before and after, global rotations."""

    vertices: FloatArray
    shaped: FloatArray
    rest_joints: FloatArray
    joints: FloatArray
    turned: FloatArray

    def attach(self, joint: int, offset: FloatArray) -> FloatArray:
        """Where a point goes that is fixed to a joint's bone at ``offset`` from the joint at rest, (3,)."""
        return np.asarray(self.joints[joint] + self.turned[joint] @ offset)


def compose_rotations(rotations: FloatArray) -> FloatArray:
    """Global rotations from those against the parent, (24, 3, 3)."""
    turned = rotations.copy()
    for joint in range(1, JOINT_COUNT):
        turned[joint] = turned[PARENTS[joint]] @ rotations[joint]
    return turned


def blend_transforms(
    weights: FloatArray, turned: FloatArray, rest_joints: FloatArray, joints: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Each vertex's blended transform: linear part (V, 3, 3) and shift (V, 3)."""
    shifts = joints - np.einsum("bij,bj->bi", turned, rest_joints)
    transforms = np.concatenate([turned, shifts[:, :, None]], axis=2).reshape(JOINT_COUNT, 12)
    blended = (weights @ transforms).reshape(-1, 3, 4)
    return blended[:, :, :3], blended[:, :, 3]


def prune_weights(weights: FloatArray) -> FloatArray:
    """Skinning weights (V, 24) with the four largest a row kept, rows summing to one."""
    pruned = np.where(weights < _SMALLEST_WEIGHT, 0.0, weights)
    pruned /= pruned.sum(axis=1, keepdims=True)
    smaller = np.argsort(-pruned, axis=1)[:, LARGEST_SUPPORT:]
    np.put_along_axis(pruned, smaller, 0.0, axis=1)
    return np.asarray(pruned / pruned.sum(axis=1, keepdims=True))
