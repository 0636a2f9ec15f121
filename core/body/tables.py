"""What the kernels of skinning need of a body model, laid out for them once per precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.body.correctives import PoseCorrectives, find_correctives
from core.body.model import POSE_CORRECTIVES, BodyModel
from core.types import BETAS, FloatArray


@dataclass(frozen=True, eq=False)
class SkinningTables:
    """Constants of skinning in one float type.

    Attributes:
        template: mean body, (3 V,).
        shapedirs: shape directions, coefficient by coefficient, (10, 3 V).
        directions: shape directions and pose correctives one below the other, so that one matrix product
            applies both, (217, 3 V); their coefficients are the betas and the rotations of joints 1-23 minus
            the identity. None where ``correctives`` are used.
        basis: the same, or with ``correctives`` the shape directions alone, vertex by vertex, for visits to
            single vertices, (3 V, 217) or (3 V, 10).
        correctives: pose correctives without their zeros; None where too few of them are zero.
        joint_template: rest joints of the mean body, (24, 3).
        joint_shapedirs: displacement of rest joints per beta, (24, 3, 10).
        joints: joints that move each vertex, the heaviest first, (V, K); K is the most that any vertex has.
        weights: their weights, followed by zeros, (V, K).
        parents: (24,) int64.
    """

    template: FloatArray
    shapedirs: FloatArray
    directions: FloatArray | None
    basis: FloatArray
    correctives: PoseCorrectives | None
    joint_template: FloatArray
    joint_shapedirs: FloatArray
    joints: NDArray[np.int32]
    weights: FloatArray
    parents: NDArray[np.int64]


def skinning_tables(model: BodyModel, dtype: DTypeLike) -> SkinningTables:
    """Tables of a model in float32 or float64; made once and kept."""
    return _make_tables(model, np.dtype(dtype))


@lru_cache(maxsize=8)
def _make_tables(model: BodyModel, dtype: np.dtype[Any]) -> SkinningTables:
    rows = 3 * model.vertex_count
    correctives = find_correctives(model, dtype)
    directions = None
    shapedirs = np.ascontiguousarray(model.shapedirs.reshape(rows, BETAS).T, dtype=dtype)
    if correctives is None:
        posedirs = model.posedirs.reshape(rows, POSE_CORRECTIVES)
        directions = np.concatenate([shapedirs, posedirs.T.astype(dtype)])
    most = int((model.weights != 0).sum(axis=1).max())
    joints = np.argsort(-np.abs(model.weights), axis=1, kind="stable")[:, :most]
    return SkinningTables(
        template=model.v_template.reshape(rows).astype(dtype),
        shapedirs=shapedirs,
        directions=directions,
        basis=np.ascontiguousarray((shapedirs if directions is None else directions).T),
        correctives=correctives,
        joint_template=model.joint_template.astype(dtype),
        joint_shapedirs=model.joint_shapedirs.astype(dtype),
        joints=np.ascontiguousarray(joints, dtype=np.int32),
        weights=np.ascontiguousarray(np.take_along_axis(model.weights, joints, axis=1), dtype=dtype),
        parents=np.ascontiguousarray(model.parents, dtype=np.int64),
    )
