"""Cameras: extrinsics, lens with Human3.6M's distortion, and the square crop that the silhouette lives on.

Frames: camera x right, y down, z forward, metres; ``X_camera = R X_world + t``. Pixels: the centre of the
top-left pixel is (0.5, 0.5). The functions take numpy arrays or torch tensors and give back the same.

Source of the distortion: ``project_to_2d`` of VideoPose3D (common/camera.py), which reproduces Human3.6M's
own 2D positions to 0.00 px. It is not OpenCV's formula: the tangential part differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from core.types import FloatArray

Array = TypeVar("Array", bound=Any)

CROP_SIDE = 224


@dataclass(frozen=True)
class Lens:
    """Focal length, principal point and distortion, for one camera or with any leading batch shape.

    Attributes:
        f: focal length in pixels, (…, 2).
        c: principal point in pixels, (…, 2).
        k: radial distortion k1, k2, k3, (…, 3).
        p: tangential distortion p1, p2, (…, 2).
    """

    f: Any
    c: Any
    k: Any
    p: Any

    def __getitem__(self, rows: Any) -> Lens:
        return Lens(self.f[rows], self.c[rows], self.k[rows], self.p[rows])


@dataclass(frozen=True)
class Camera:
    """One camera as one subject was recorded with it.

    Attributes:
        name: Human3.6M's serial number, e.g. ``54138969``.
        R: world to camera rotation, (3, 3).
        t: world to camera translation in metres, (3,).
        lens: intrinsics without batch shape.
        width: pixels.
        height: pixels.
    """

    name: str
    R: FloatArray
    t: FloatArray
    lens: Lens
    width: int
    height: int


def stack_lenses(lenses: list[Lens]) -> Lens:
    """N lenses -> one with the leading shape (N,)."""
    return Lens(*(np.stack([getattr(lens, name) for lens in lenses]) for name in ("f", "c", "k", "p")))


def project(points: Array, lens: Lens) -> Array:
    """Camera-frame points to pixels of the whole image, lens distortion included.

    Args:
        points: (…, P, 3) metres; points behind the camera give meaningless pixels, see :func:`in_front`.
        lens: leading shape (…) or none.

    Returns:
        (…, P, 2) pixels.
    """
    normalised = points[..., :2] / points[..., 2:]
    return distort(normalised, lens) * lens.f[..., None, :] + lens.c[..., None, :]


def distort(normalised: Array, lens: Lens) -> Array:
    """Lens distortion of normalised image coordinates, (…, P, 2) -> (…, P, 2)."""
    k, p = lens.k[..., None, :], lens.p[..., None, :]
    squares = normalised * normalised
    r2 = squares[..., :1] + squares[..., 1:]
    radial = 1 + r2 * (k[..., :1] + r2 * (k[..., 1:2] + r2 * k[..., 2:]))
    products = p * normalised
    tangential = products[..., :1] + products[..., 1:]
    return normalised * (radial + tangential) + p * r2


def undistort(pixels: Array, lens: Lens, *, iterations: int = 20) -> Array:
    """Pixels of the whole image to normalised coordinates, by fixed-point iteration.

    Args:
        pixels: (…, P, 2).
        lens: leading shape (…) or none.
        iterations: 20 reach 1e-9 for Human3.6M's lenses.

    Returns:
        (…, P, 2) such that ``distort`` of it times focal length plus centre gives ``pixels``.
    """
    target = (pixels - lens.c[..., None, :]) / lens.f[..., None, :]
    normalised = target
    for _ in range(iterations):
        normalised = normalised - (distort(normalised, lens) - target)
    return normalised


def in_front(points: FloatArray, *, nearest: float = 0.05) -> bool:
    """Whether every camera-frame point (…, 3) lies at least ``nearest`` metres in front of the camera."""
    return bool((points[..., 2] > nearest).all())


def to_camera(points: Array, R: Array, t: Array) -> Array:
    """World to camera, ``X_camera = R X_world + t``: (…, P, 3) metres with R (…, 3, 3) and t (…, 3)."""
    return points @ R.swapaxes(-1, -2) + t[..., None, :]


def to_world(points: Array, R: Array, t: Array) -> Array:
    """Camera to world, the inverse of :func:`to_camera`: (…, P, 3) metres with R (…, 3, 3) and t (…, 3)."""
    return (points - t[..., None, :]) @ R


def crop_around(points: FloatArray, *, margin: float = 1.3, side: int = CROP_SIDE) -> FloatArray:
    """Square crops around sets of pixels.

    Args:
        points: (…, P, 2) pixels of the whole image; NaN points are passed over.
        margin: side of the crop over the longer side of the points' box.
        side: pixels of the crop.

    Returns:
        (…, 3): left and top edge in pixels of the whole image, and crop pixels per image pixel.
    """
    low, high = np.nanmin(points, axis=-2), np.nanmax(points, axis=-2)
    length = margin * (high - low).max(axis=-1, keepdims=True)
    return np.concatenate([(low + high - length) / 2, side / length], axis=-1)


def to_crop(pixels: Array, crop: Array) -> Array:
    """Pixels of the whole image (…, P, 2) to pixels of the crop (…, 3)."""
    return (pixels - crop[..., None, :2]) * crop[..., None, 2:]
