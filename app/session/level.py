"""Worlds whose up is another axis than z, turned until it is: the viewport's floor is z = 0.

Data sets keep the world that they came with, and so do exports; only what is looked at is turned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

import numpy as np

from core.cameras import Camera
from core.types import FloatArray

#: Cameras that are asked; a data set's stand alike.
_ASKED = 64
#: How much of the mean direction an axis must have to be the world's up.
_LEAST_SHARE = 0.7


def find_level(cameras: Iterable[Camera]) -> FloatArray:
    """Rotation (3, 3) of the world that brings its up to z, up being the axis that pictures show upwards.

    None, the identity, where z is up already, no axis is nearly up, or nobody knows where cameras stand.
    """
    ups = [-camera.R[1] for camera in islice(cameras, _ASKED) if np.isfinite(camera.R).all()]
    mean = np.mean(ups, axis=0) if ups else np.zeros(3)
    axis = int(np.abs(mean).argmax())
    if abs(mean[axis]) < _LEAST_SHARE * np.linalg.norm(mean) or not mean.any():
        return np.eye(3)
    up = np.sign(mean[axis]) * np.eye(3)[axis]
    across = np.eye(3)[(axis + 1) % 3]
    return np.stack([across, np.cross(up, across), up])


def level_camera(camera: Camera, level: FloatArray) -> Camera:
    """The camera in the world turned by a rotation (3, 3): the same points in its own frame."""
    return replace(camera, R=camera.R @ level.T)
