"""True silhouettes at full resolution, lens distortion included, in the body's box alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cameras import CROP_SIDE, Camera, project, to_camera
from core.silhouette.contour import ClosedMesh
from core.silhouette.coverage import cover
from core.types import BoolArray, FloatArray

_MARGIN = 40
#: The crop's side over the longer side of the body.
_CROP_MARGIN = 1.25


@dataclass(frozen=True)
class Silhouette:
    """Part of an image that holds a body.

    Attributes:
        left: column of the box's first pixel.
        top: row of the box's first pixel.
        inside: (h, w) whether a pixel shows the body.
        width: of the whole image.
        height: of the whole image.
    """

    left: int
    top: int
    inside: BoolArray
    width: int
    height: int

    @property
    def crop_pixel(self) -> float:
        """Side of a pixel of the crop that masks are used on, in pixels of the image; one at least."""
        sides = [np.ptp(np.nonzero(self.inside.any(axis=axis))[0]) + 1 for axis in (0, 1)]
        return max(1.0, _CROP_MARGIN * float(max(sides)) / CROP_SIDE)

    def fill(self, box: BoolArray) -> BoolArray:
        """The whole image (height, width) with ``box`` in its place."""
        image = np.zeros((self.height, self.width), dtype=bool)
        rows, columns = box.shape
        image[self.top : self.top + rows, self.left : self.left + columns] = box
        return image


def draw_silhouette(vertices: FloatArray, camera: Camera, mesh: ClosedMesh) -> Silhouette:
    """The silhouette of world vertices (V, 3), thresholded at half a pixel's coverage."""
    pixels = project(to_camera(vertices, camera.R, camera.t), camera.lens)
    size = np.array([camera.width, camera.height])
    low = np.clip(np.floor(pixels.min(axis=0)) - _MARGIN, 0, size).astype(int)
    high = np.clip(np.ceil(pixels.max(axis=0)) + _MARGIN, low, size).astype(int)
    width, height = high - low
    covered = cover((pixels - low).astype(np.float32)[None], mesh, int(height), int(width))[0]
    return Silhouette(int(low[0]), int(low[1]), covered > 0.5, camera.width, camera.height)
