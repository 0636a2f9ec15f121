"""Bodies posed from their stored parameters, without PyTorch: for the window, the studio and the refit.

The differentiable layer is :mod:`core.body.layer`; both run the same kernels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.body.correctives import correct_vertices
from core.body.kernels import chain_joints, rotate_by_axis_angle, skin_vertices
from core.body.model import BodyModel
from core.body.tables import SkinningTables, skinning_tables
from core.parallel import map_chunks
from core.types import BETAS, BODY_JOINTS, BodyParameters, FloatArray


def pose_vertices(model: BodyModel, parameters: BodyParameters) -> NDArray[np.float32]:
    """Vertices of N bodies in the frame of their parameters, with smplx's meaning of these.

    An unknown (NaN) ``transl`` counts as zero: the body is then where its rest pelvis is.

    Returns:
        (N, V, 3) metres.
    """
    tables = skinning_tables(model, np.float32)
    rotations, betas, transl = _prepare(parameters)
    _, affine = _chain(tables, rotations, betas)
    vertices = np.empty((len(betas), model.vertex_count, 3), dtype=np.float32)
    coefficients, directions, near = betas, tables.shapedirs, tables.correctives
    if tables.directions is not None:
        feature = rotations[:, 1:] - np.eye(3, dtype=np.float32)
        coefficients = np.concatenate([betas, feature.reshape(len(betas), 9 * (BODY_JOINTS - 1))], axis=1)
        directions = tables.directions

    def skin(start: int, stop: int) -> None:
        part = vertices[start:stop]
        np.matmul(coefficients[start:stop], directions, out=part.reshape(stop - start, -1))
        part += tables.template.reshape(-1, 3)
        if near is not None:
            correct_vertices(start, stop, rotations, near.starts, near.vertices, near.values, vertices)
        skin_vertices(start, stop, vertices, affine, tables.joints, tables.weights, transl, vertices)

    map_chunks(skin, len(betas))
    return vertices


def pose_joints(model: BodyModel, parameters: BodyParameters) -> NDArray[np.float32]:
    """The 24 joints of the kinematic trees of N bodies, (N, 24, 3) metres; as :func:`pose_vertices`."""
    rotations, betas, transl = _prepare(parameters)
    places, _ = _chain(skinning_tables(model, np.float32), rotations, betas)
    return places + transl[:, None]


def _prepare(
    parameters: BodyParameters,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Rotation matrices (N, 24, 3, 3), betas (N, 10) and a known translation (N, 3)."""
    axis_angle = np.ascontiguousarray(parameters.pose, dtype=np.float64).reshape(-1, 3)
    rotations = np.empty((len(axis_angle), 3, 3))
    rotate_by_axis_angle(axis_angle, rotations)
    transl = np.asarray(parameters.transl, dtype=np.float32)
    return (
        rotations.astype(np.float32).reshape(-1, BODY_JOINTS, 3, 3),
        np.ascontiguousarray(parameters.betas, dtype=np.float32).reshape(-1, BETAS),
        np.where(np.isnan(transl), np.float32(0), transl),
    )


def _chain(
    tables: SkinningTables, rotations: NDArray[np.float32], betas: NDArray[np.float32]
) -> tuple[FloatArray, FloatArray]:
    """Positions of the joints (N, 24, 3) and their maps from rest to posed space (N, 24, 12)."""
    rest = tables.joint_template + np.einsum("jck,nk->njc", tables.joint_shapedirs, betas)
    turns, places = np.empty_like(rotations), np.empty_like(rest)
    affine = np.empty((len(betas), BODY_JOINTS, 12), dtype=np.float32)
    chain_joints(0, len(betas), rotations, rest, tables.parents, turns, places, affine)
    return places, affine
