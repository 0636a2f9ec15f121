"""Rotation matrices: shortest turns, twists, and parts of a turn."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from core.types import FloatArray


def align_directions(source: FloatArray, target: FloatArray) -> FloatArray:
    """Shortest rotation that turns one direction into another, (3, 3)."""
    source = source / np.linalg.norm(source)
    target = target / np.linalg.norm(target)
    axis = np.cross(source, target)
    sine = np.linalg.norm(axis)
    if sine < 1e-9:
        return np.eye(3)
    return np.asarray(Rotation.from_rotvec(axis / sine * np.arctan2(sine, source @ target)).as_matrix())


def extract_twist(rotation: FloatArray, axis: FloatArray) -> FloatArray:
    """The part of ``rotation`` (3, 3) that turns about the unit ``axis``: rotation = swing @ twist."""
    quaternion = Rotation.from_matrix(rotation).as_quat()  # x, y, z, w
    about_axis = np.array([*(axis * (quaternion[:3] @ axis)), quaternion[3]])
    length = np.linalg.norm(about_axis)
    if length < 1e-8:
        return np.eye(3)
    return np.asarray(Rotation.from_quat(about_axis / length).as_matrix())


def scale_rotation(rotation: FloatArray, share: float) -> FloatArray:
    """The same turn by a share of its angle, (3, 3)."""
    return np.asarray(Rotation.from_rotvec(Rotation.from_matrix(rotation).as_rotvec() * share).as_matrix())
