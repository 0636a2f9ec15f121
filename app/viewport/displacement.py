"""How far the surface has moved, as colours."""

from __future__ import annotations

import numpy as np

from app.theme.colors import to_rgb
from core.types import FloatArray

#: From a quarter of the scale on; below it, the body's own colour fades in.
_HOT = ("#f6c35b", "#e8622c", "#b3203f", "#5d1049")
#: Ends of the scale, millimetres.
_SCALES = (5, 10, 20, 50, 100, 200, 500, 1000)
_STEPS = 256


def measure_displacement(vertices: FloatArray, start: FloatArray) -> FloatArray:
    """Distance of each vertex from where it started, metres (V, 3) -> millimetres (V,)."""
    return 1000 * np.linalg.norm(vertices - start, axis=1)


def choose_scale(distances: FloatArray) -> int:
    """The end of the colour scale: the first round number that nearly all distances stay below, mm."""
    largest = float(np.percentile(distances, 98))
    return next((scale for scale in _SCALES if largest <= scale), _SCALES[-1])


def make_color_table(ground: str) -> np.ndarray:
    """Colours from no displacement to the end of the scale, (256, 3) uint8.

    Args:
        ground: the body's own colour.
    """
    anchors = np.array([to_rgb(color) for color in (ground, *_HOT)], float)
    places = np.linspace(0, 1, len(anchors))
    at = np.linspace(0, 1, _STEPS)
    return np.column_stack([np.interp(at, places, anchors[:, channel]) for channel in range(3)]).astype(
        np.uint8
    )


def color_displacement(distances: FloatArray, scale: float, table: np.ndarray) -> np.ndarray:
    """Colours of distances (V,) in millimetres -> (V, 3) uint8."""
    steps = np.clip(distances / scale * (_STEPS - 1), 0, _STEPS - 1)
    return table[np.round(steps).astype(int)]
