"""MakeHuman's default rig: its bone tree, and the skinning weights on the closed surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse

from core.types import FloatArray
from resources.build_demo_body.skeleton import JOINT_COUNT, joint_of_bone
from resources.build_demo_body.source import AnnyWheel, IntArray
from resources.build_demo_body.surface import ClosedSurface


@dataclass(frozen=True)
class Rig:
    """The bones, parents before children, and what they move.

    Attributes:
        bones: names, (B,).
        parents: index of the parent bone, -1 at the root, (B,).
        joints: the SMPL joint that each bone moves with, (B,).
        weights: of the closed surface's vertices, rows sum to one, sparse (V, B).
    """

    bones: list[str]
    parents: IntArray
    joints: IntArray
    weights: scipy.sparse.csr_matrix

    def index(self, bone: str) -> int:
        """Index of a bone by name."""
        return self.bones.index(bone)

    def joint_weights(self) -> FloatArray:
        """Weights summed over the bones of each SMPL joint, (V, 24)."""
        membership = np.zeros((len(self.bones), JOINT_COUNT))
        membership[np.arange(len(self.bones)), self.joints] = 1
        return np.asarray(self.weights @ membership)


def read_rig(wheel: AnnyWheel, surface: ClosedSurface, base_vertex_count: int) -> Rig:
    """The default rig with its weights on ``surface``."""
    parents_by_name = wheel.read_bones()
    bones = _order_bones(parents_by_name)
    weights = np.zeros((base_vertex_count, len(bones)))
    for bone, entries in wheel.read_bone_weights().items():
        if bone in parents_by_name and entries:
            table = np.array(entries)
            weights[table[:, 0].astype(int), bones.index(bone)] = table[:, 1]
    carried = surface.carry(weights)
    carried /= carried.sum(axis=1, keepdims=True)
    parents = [bones.index(parents_by_name[bone]) if parents_by_name[bone] else -1 for bone in bones]
    return Rig(
        bones=bones,
        parents=np.array(parents),
        joints=np.array([joint_of_bone(bone) for bone in bones]),
        weights=scipy.sparse.csr_matrix(carried),
    )


def _order_bones(parents: dict[str, str]) -> list[str]:
    """Depth first from the root."""
    (root,) = (bone for bone, parent in parents.items() if not parent)
    ordered, waiting = [], [root]
    while waiting:
        bone = waiting.pop()
        ordered.append(bone)
        waiting += [child for child, parent in reversed(parents.items()) if parent == bone]
    return ordered
