"""The soft shadow of a body on the floor."""

from __future__ import annotations

import cv2
import numpy as np

from core.silhouette.contour import ClosedMesh
from core.silhouette.coverage import cover
from core.types import FloatArray

#: The square of floor that is looked at, metres, and its picture's side in pixels.
SIDE = 4.0
PIXELS = 256

#: Direction from the floor to the main light.
LIGHT = np.array([0.35, 0.25, 1.0])
#: Darkness and blur in metres of the shadows of the main light and of the ceiling.
_MAIN = (0.38, 0.035)
_CEILING = (0.32, 0.06)


def cast_shadow(vertices: FloatArray, centre: FloatArray, mesh: ClosedMesh) -> FloatArray:
    """Opacity (PIXELS, PIXELS) between 0 and 1 of the shadow around ``centre``.

    Args:
        vertices: (V, 3) metres in the world, standing on z = 0.
        centre: (2,) middle of the square of floor.
        mesh: the body's.

    Returns:
        Rows along the world's y, columns along its x, both upward.
    """
    light = np.ones((PIXELS, PIXELS))
    for (darkness, blur), slope in ((_MAIN, LIGHT[:2] / LIGHT[2]), (_CEILING, np.zeros(2))):
        on_floor = vertices[:, :2] - vertices[:, 2:] * slope
        pixels = (on_floor - centre + SIDE / 2) * (PIXELS / SIDE)
        covered = cover(pixels.astype(np.float32)[None], mesh, PIXELS, PIXELS)[0]
        light *= 1 - darkness * cv2.GaussianBlur(covered.astype(np.float64), (0, 0), blur * PIXELS / SIDE)
    return 1 - light
