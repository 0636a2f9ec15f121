"""Skinning with MakeHuman's full rig: the surface that SMPL's 24 joints are taught to imitate.

Dual quaternions (Kavan et al., "Geometric skinning with approximate dual quaternion blending", TOG 2008)
keep volume but bulge at strong bends, linear blending collapses there; a mixture of both looks best.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from core.types import FloatArray
from resources.build_demo_body.rig import Rig

DUAL_QUATERNION_SHARE = 0.6


def skin_with_rig(
    rig: Rig, vertices: FloatArray, *, rotations: FloatArray, pivots: FloatArray, placed: FloatArray
) -> FloatArray:
    """Turn every bone about its pivot, move the pivot, and let the surface follow.

    Args:
        rig: bones and weights.
        vertices: at rest, (V, 3).
        rotations: global rotation of each bone, (B, 3, 3).
        pivots: a point that each bone turns about, at rest, (B, 3).
        placed: where the pivots go, (B, 3).

    Returns:
        (V, 3).
    """
    shifts = placed - np.einsum("bij,bj->bi", rotations, pivots)
    blended = _blend_dual_quaternions(rig, vertices, rotations, shifts)
    linear = _blend_linearly(rig, vertices, rotations, shifts)
    return DUAL_QUATERNION_SHARE * blended + (1 - DUAL_QUATERNION_SHARE) * linear


def _blend_linearly(rig: Rig, vertices: FloatArray, rotations: FloatArray, shifts: FloatArray) -> FloatArray:
    transforms = np.concatenate([rotations, shifts[:, :, None]], axis=2)  # [B, 3, 4]
    blended = (rig.weights @ transforms.reshape(-1, 12)).reshape(-1, 3, 4)
    return np.asarray(np.einsum("vij,vj->vi", blended[:, :, :3], vertices) + blended[:, :, 3])


def _blend_dual_quaternions(
    rig: Rig, vertices: FloatArray, rotations: FloatArray, shifts: FloatArray
) -> FloatArray:
    real = Rotation.from_matrix(rotations).as_quat()[:, [3, 0, 1, 2]]  # w, x, y, z
    for bone in range(1, len(real)):
        # q and -q turn alike but do not blend alike: take each bone on its parent's side
        if real[bone] @ real[rig.parents[bone]] < 0:
            real[bone] = -real[bone]
    scalar, vector = real[:, :1], real[:, 1:]
    dual = 0.5 * np.concatenate(
        [-(shifts * vector).sum(axis=1, keepdims=True), scalar * shifts + np.cross(shifts, vector)], axis=1
    )
    real, dual = rig.weights @ real, rig.weights @ dual
    length = np.linalg.norm(real, axis=1, keepdims=True)
    real, dual = real / length, dual / length
    w, v = real[:, :1], real[:, 1:]
    dual_w, dual_v = dual[:, :1], dual[:, 1:]
    turned = 2 * np.cross(v, np.cross(v, vertices) + w * vertices)
    moved = 2 * (w * dual_v - dual_w * v + np.cross(v, dual_v))
    return np.asarray(vertices + turned + moved)
