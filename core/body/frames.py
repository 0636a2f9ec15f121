"""Bodies from camera to world and back.

``global_orient`` turns a body about its rest pelvis p0, not about the origin:
``V = R_root (v - p0) + p0 + transl``. A change of frame therefore turns the root and also moves ``transl``
by what the pelvis offset needs; turning the root alone misplaces the body by decimetres.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial.transform import Rotation

from core.types import BodyParameters, FloatArray


def bodies_to_world(
    parameters: BodyParameters, rest_pelvis: FloatArray, R: FloatArray, t: FloatArray
) -> BodyParameters:
    """Camera frame to world frame, given ``X_camera = R X_world + t``.

    Args:
        parameters: N bodies in the camera frame; an unknown (NaN) ``transl`` stays unknown.
        rest_pelvis: :meth:`core.body.model.BodyModel.rest_pelvis` of their betas, (N, 3).
        R: world to camera rotation, (3, 3) or (N, 3, 3).
        t: world to camera translation in metres, (3,) or (N, 3).

    Returns:
        The same bodies in the world frame, in the precision of ``parameters``.
    """
    to_world = np.swapaxes(np.asarray(R, dtype=np.float64), -1, -2)
    return _move(parameters, rest_pelvis, to_world, -_apply(to_world, np.asarray(t, dtype=np.float64)))


def bodies_to_camera(
    parameters: BodyParameters, rest_pelvis: FloatArray, R: FloatArray, t: FloatArray
) -> BodyParameters:
    """World frame to camera frame; shapes and units as in :func:`bodies_to_world`, which it inverts."""
    return _move(parameters, rest_pelvis, np.asarray(R, dtype=np.float64), np.asarray(t, dtype=np.float64))


def _move(parameters: BodyParameters, pelvis: FloatArray, R: FloatArray, t: FloatArray) -> BodyParameters:
    if len(parameters) == 0:
        return parameters
    root = Rotation.from_matrix(R) * Rotation.from_rotvec(parameters.global_orient.astype(np.float64))
    transl = _apply(R, pelvis + parameters.transl.astype(np.float64)) + t - pelvis
    return replace(
        parameters,
        global_orient=root.as_rotvec().astype(parameters.global_orient.dtype),
        transl=transl.astype(parameters.transl.dtype),
    )


def _apply(R: FloatArray, points: FloatArray) -> FloatArray:
    return (R @ points[..., None])[..., 0]
