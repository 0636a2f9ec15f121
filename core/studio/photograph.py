"""From a pinhole picture to the photograph that a lens with distortion takes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.cameras import Camera, undistort

#: The pinhole camera that scenes are rendered with: pixels a side, and focal length in pixels.
PINHOLE_SIDE = 1160
PINHOLE_FOCAL = 1150.0


class Photograph:
    """Looks up, for each pixel of one camera's images, where it lies in a pinhole picture.

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

    def take(self, pinhole: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The image (height, width, 3) of a pinhole picture (PINHOLE_SIDE, PINHOLE_SIDE, 3)."""
        return np.asarray(cv2.remap(pinhole, *self._maps, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
