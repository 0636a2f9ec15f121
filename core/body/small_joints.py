"""SMPL-H's and SMPL-X's bodies with SMPL's 24 joints: fingers one with the hand, jaw and eyes with the head.

What is lost is the pose of these parts, which stay at rest (flat hands, closed mouth); with them at rest the
mesh is the model's own, vertex by vertex. Each hand turns as one, as SMPL's last two joints do.

Source of the joints: ``body_models.py`` and ``joint_names.py`` of smplx; Romero, Tzionas, Black, "Embodied
Hands", 2017; Pavlakos et al., "Expressive Body Capture", CVPR 2019.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.types import BODY_JOINTS, FloatArray

#: Whose a file is, by its number of joints.
FAMILIES = {BODY_JOINTS: "SMPL", 52: "SMPL-H", 55: "SMPL-X"}

#: SMPL's own joints up to the wrists come first in all three, in the same order.
_SHARED = 22
_HAND_OF_WRIST = {20: 22, 21: 23}
_A_ROTATION = 9


def merge_small_joints(
    parents: Sequence[int], regressor: FloatArray, weights: FloatArray, posedirs: FloatArray
) -> tuple[NDArray[np.int64], FloatArray, FloatArray, FloatArray]:
    """Parents, joint regressor, skinning weights and pose correctives of a model of K joints, for SMPL's 24.

    Args:
        parents: of the K joints, -1 at the root.
        regressor: (K, V).
        weights: (V, K).
        posedirs: (V, 3, 9 (K - 1)).

    Returns:
        (24,), (24, V), (V, 24) and (V, 3, 207).
    """
    kept = [*range(_SHARED), *(_find_carrier(parents, joint) for joint in range(_SHARED, len(parents)))]
    whole_weights = np.zeros((len(weights), BODY_JOINTS), weights.dtype)
    for joint, carrier in enumerate(kept):
        whole_weights[:, carrier] += weights[:, joint]
    hands = [
        regressor[[joint for joint in range(_SHARED, len(parents)) if parents[joint] == wrist]].mean(axis=0)
        for wrist in _HAND_OF_WRIST  # in the middle of the fingers' first joints
    ]
    body = posedirs[..., : _A_ROTATION * (_SHARED - 1)]
    at_rest = np.zeros((*posedirs.shape[:2], _A_ROTATION * len(_HAND_OF_WRIST)), posedirs.dtype)
    return (
        np.array([*parents[:_SHARED], *_HAND_OF_WRIST], np.int64),
        np.concatenate([regressor[:_SHARED], hands]),
        whole_weights,
        np.concatenate([body, at_rest], axis=-1),
    )


def _find_carrier(parents: Sequence[int], joint: int) -> int:
    """The joint of SMPL's that a small one moves with."""
    while joint >= _SHARED:
        joint = parents[joint]
    return _HAND_OF_WRIST.get(joint, joint)
