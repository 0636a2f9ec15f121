"""Two slow silhouettes that share nothing with the fast one: no contour, no winding number, no cell walk."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.body.topology import IntArray
from core.types import FloatArray


def supersample_silhouette(
    vertices_px: FloatArray, faces: IntArray, height: int, width: int, *, samples: int = 8
) -> NDArray[np.float64]:
    """Share of ``samples`` x ``samples`` points per pixel that lie in any triangle.

    Works for any triangle soup, closed or not.

    Args:
        vertices_px: one projected mesh, (V, 2) pixels.
        faces: (F, 3).
        height: pixels.
        width: pixels.
        samples: points along each side of a pixel.

    Returns:
        (height, width), 0 to 1.
    """
    corners = np.asarray(vertices_px, dtype=np.float64)[faces] * samples - 0.5  # points at whole numbers
    size = np.array([width, height]) * samples
    low = np.clip(np.ceil(corners.min(axis=1)), 0, size).astype(np.int64)
    high = np.clip(np.floor(corners.max(axis=1)) + 1, low, size).astype(np.int64)
    across, down = (high - low).T
    inside = np.zeros((size[1], size[0]), dtype=bool)
    counts = across * down
    for block in np.array_split(np.arange(len(faces)), max(1, int(counts.sum()) // 4_000_000)):
        face = np.repeat(block, counts[block])
        within = np.arange(len(face)) - np.repeat(np.cumsum(counts[block]) - counts[block], counts[block])
        x, y = low[face, 0] + within % across[face], low[face, 1] + within // across[face]
        hit = _lies_inside(corners[face], np.stack([x, y], axis=1).astype(np.float64))
        inside[y[hit], x[hit]] = True
    return inside.reshape(height, samples, width, samples).mean(axis=(1, 3))


def _lies_inside(corners: FloatArray, points: FloatArray) -> NDArray[np.bool_]:
    """Whether each point (N, 2) lies in its triangle (N, 3, 2), borders included."""
    sides = np.roll(corners, -1, axis=1) - corners
    offsets = points[:, None] - corners
    cross = sides[..., 0] * offsets[..., 1] - sides[..., 1] * offsets[..., 0]
    return np.logical_or((cross >= 0).all(axis=1), (cross <= 0).all(axis=1))


def cover_plainly(vertices_px: FloatArray, faces: IntArray, height: int, width: int) -> NDArray[np.float64]:
    """The sum that :func:`core.silhouette.coverage.cover` computes, from its definition, in float64.

    Clips every face that turns the counted way against every pixel that it may touch, sums the areas and
    clamps at one. Takes a second per ten thousand faces.

    Args:
        vertices_px: one projected closed mesh, (V, 2) pixels.
        faces: (F, 3).
        height: pixels.
        width: pixels.

    Returns:
        (height, width), 0 to 1.
    """
    layers = np.zeros((height, width))
    size = np.array([width, height])
    for corners in np.asarray(vertices_px, dtype=np.float64)[faces]:
        if _signed_area(corners) <= 0:
            continue
        low = np.clip(np.floor(corners.min(axis=0)), 0, size).astype(int)
        high = np.clip(np.ceil(corners.max(axis=0)), 0, size).astype(int)
        for row in range(low[1], high[1]):
            strip = _clip(_clip(corners, 1, row, 1), 1, row + 1, -1)
            for column in range(low[0], high[0]):
                layers[row, column] += _signed_area(_clip(_clip(strip, 0, column, 1), 0, column + 1, -1))
    return np.clip(layers, 0, 1)


def _clip(polygon: NDArray[Any], axis: int, border: float, side: int) -> NDArray[Any]:
    """What of a convex polygon (N, 2) lies on one side of a horizontal or vertical line."""
    kept = []
    for before, after in zip(np.roll(polygon, 1, axis=0), polygon):
        depth_before, depth_after = side * (before[axis] - border), side * (after[axis] - border)
        if (depth_before < 0) != (depth_after < 0):
            kept.append(before + (after - before) * depth_before / (depth_before - depth_after))
        if depth_after >= 0:
            kept.append(after)
    return np.array(kept).reshape(-1, 2)


def _signed_area(polygon: NDArray[Any]) -> float:
    following = np.roll(polygon, -1, axis=0)
    return float((polygon[:, 0] * following[:, 1] - polygon[:, 1] * following[:, 0]).sum()) / 2
