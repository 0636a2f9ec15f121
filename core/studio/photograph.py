"""From pinhole pictures to the photographs that a camera with lens distortion takes.

A photograph is an empty room, taken once a camera, and a layer over it: the person and the shadow. Layers
have four channels, RGB times opacity and opacity.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.cameras import Camera, to_camera, undistort
from core.types import FloatArray

#: The pinhole camera that rooms and layers are rendered with: pixels a side, and focal length in pixels.
PINHOLE_SIDE = 1200
PINHOLE_FOCAL = 1150.0

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Region:
    """A square of the pinhole picture, in its pixels."""

    left: int
    top: int
    side: int


def project_pinhole(points: FloatArray, camera: Camera) -> FloatArray:
    """World points (P, 3) to pixels (P, 2) of the pinhole picture taken from the camera's place."""
    seen = to_camera(points, camera.R, camera.t)
    return PINHOLE_FOCAL * seen[:, :2] / seen[:, 2:] + PINHOLE_SIDE / 2


def find_region(pixels: FloatArray, *, margin: int = 4) -> Region:
    """The smallest square with whole borders around pixels (P, 2)."""
    low, high = np.floor(pixels.min(axis=0)) - margin, np.ceil(pixels.max(axis=0)) + margin
    return Region(int(low[0]), int(low[1]), int((high - low).max()))


def lay_on_floor(opacity: FloatArray, centre: FloatArray, side: float, camera: Camera) -> Picture:
    """Black on the floor z = 0, as the pinhole camera sees it.

    Args:
        opacity: (n, n) between 0 and 1, rows along the world's y, columns along its x.
        centre: (2,) of the square in the world, metres.
        side: of the square, metres.
        camera: whose place the picture is taken from.

    Returns:
        (PINHOLE_SIDE, PINHOLE_SIDE) opacity, up to 255.
    """
    step = side / len(opacity)
    to_world = np.array([[step, 0, centre[0] - side / 2], [0, step, centre[1] - side / 2], [0, 0, 1]])
    half = PINHOLE_SIDE / 2
    to_pixels = np.array([[PINHOLE_FOCAL, 0, half], [0, PINHOLE_FOCAL, half], [0, 0, 1]])
    homography = to_pixels @ np.column_stack([camera.R[:, :2], camera.t]) @ to_world
    to_centres = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # OpenCV counts from pixel centres
    homography = np.linalg.inv(to_centres) @ homography @ to_centres
    darkness = (255 * opacity).astype(np.uint8)
    return np.asarray(cv2.warpPerspective(darkness, homography, (PINHOLE_SIDE, PINHOLE_SIDE)), np.uint8)


def place_layer(picture: Picture, region: Region, shadow: Picture) -> Picture:
    """A layer of the whole pinhole picture: a picture of one region, over a shadow.

    Args:
        picture: (n, n, 4) of the region, RGB times opacity and opacity, finer than the region.
        region: where it belongs.
        shadow: (PINHOLE_SIDE, PINHOLE_SIDE).

    Returns:
        (PINHOLE_SIDE, PINHOLE_SIDE, 4).
    """
    layer = np.zeros((PINHOLE_SIDE, PINHOLE_SIDE, 4), np.uint8)
    layer[..., 3] = shadow
    scaled = cv2.resize(picture, (region.side, region.side), interpolation=cv2.INTER_AREA)
    low = np.maximum([region.top, region.left], 0)
    high = np.minimum([region.top + region.side, region.left + region.side], PINHOLE_SIDE)
    rows, columns = slice(low[0], high[0]), slice(low[1], high[1])
    part = scaled[low[0] - region.top : high[0] - region.top, low[1] - region.left : high[1] - region.left]
    behind = layer[rows, columns].astype(np.float32) * (1 - part[..., 3:].astype(np.float32) / 255)
    layer[rows, columns] = np.clip(part + behind + 0.5, 0, 255).astype(np.uint8)
    return layer


class Photograph:
    """Looks up, for each pixel of a camera's images, where it lies in the pinhole picture.

    Raises:
        ValueError: the camera sees more than the pinhole picture holds.
    """

    def __init__(self, camera: Camera) -> None:
        rows, columns = np.mgrid[: camera.height, : camera.width]
        pixels = np.stack([columns + 0.5, rows + 0.5], axis=-1).reshape(-1, 2)
        rays = undistort(pixels, camera.lens, iterations=10)
        places = (PINHOLE_FOCAL * rays + PINHOLE_SIDE / 2 - 0.5).reshape(camera.height, camera.width, 2)
        if places.min() < 0 or places.max() > PINHOLE_SIDE - 1:
            raise ValueError(f"camera {camera.name} sees beyond the {PINHOLE_SIDE}-pixel pinhole picture")
        self._maps = cv2.convertMaps(
            places[..., 0].astype(np.float32), places[..., 1].astype(np.float32), cv2.CV_16SC2
        )

    def take(self, pinhole: Picture) -> Picture:
        """The image (height, width, channels) of a pinhole picture."""
        return np.asarray(cv2.remap(pinhole, *self._maps, interpolation=cv2.INTER_LINEAR), np.uint8)


def compose(room: Picture, layer: Picture) -> Picture:
    """A photographed layer (H, W, 4) over a photographed room (H, W, 3)."""
    through = 255 - layer[..., 3:].repeat(3, axis=2)
    behind = cv2.multiply(room, through, scale=1 / 255)
    return np.asarray(cv2.add(behind, np.ascontiguousarray(layer[..., :3])), np.uint8)
