"""A z-buffer for one body: which triangle each pixel shows, and where in it.

It takes projected vertices, so that a body drawn over a photograph goes through the same lens, distortion
included, which no renderer with a pinhole camera offers; and it needs no display and no graphics library.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.types import FloatArray, IntArray

#: Pixels a side that each pixel of the result is averaged from.
_FINER = 3
#: Where light comes from, camera frame: above, the left and behind the camera; and how much is everywhere.
_LIGHT = np.array([-0.45, -0.65, -0.62]) / np.linalg.norm([-0.45, -0.65, -0.62])
_AMBIENT = 0.42


def draw_mesh(
    vertices: FloatArray, pixels: FloatArray, faces: IntArray, color: FloatArray, *, height: int, width: int
) -> FloatArray:
    """A shaded mesh on nothing.

    Args:
        vertices: (V, 3) in a frame that looks along z, y down, as the camera's.
        pixels: (V, 2) where they are seen.
        faces: (F, 3).
        color: (3,) or (V, 3) RGB, 0 to 1.
        height: pixels of the picture.
        width: pixels of the picture.

    Returns:
        (height, width, 4) RGB times opacity, and opacity, 0 to 1.
    """
    index, inside = _fill(
        np.ascontiguousarray(pixels, np.float64) * _FINER,
        np.ascontiguousarray(vertices[:, 2], np.float64),
        np.ascontiguousarray(faces, np.int32),
        height * _FINER,
        width * _FINER,
    )
    seen = index >= 0
    corners = np.asarray(faces)[index[seen]]  # [P, 3]
    shares = inside[seen]
    shares = np.concatenate([shares, 1 - shares.sum(axis=1, keepdims=True)], axis=1)
    normals = (_find_normals(vertices, faces)[corners] * shares[..., None]).sum(axis=1)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    lit = np.clip(normals @ _LIGHT, 0, 1)
    facing = np.clip(-normals[:, 2], 0, 1)
    brightness = _AMBIENT + 0.5 * lit + 0.16 * facing
    tint = np.broadcast_to(color, (len(vertices), 3))
    tints = (tint[corners] * shares[..., None]).sum(axis=1)
    fine = np.zeros((height * _FINER, width * _FINER, 4))
    fine[seen, :3] = np.clip(tints * brightness[:, None], 0, 1)
    fine[seen, 3] = 1
    return fine.reshape(height, _FINER, width, _FINER, 4).mean(axis=(1, 3))


def lay_over(picture: FloatArray, layer: FloatArray, *, opacity: float = 1.0) -> FloatArray:
    """A layer (H, W, 4) of :func:`draw_mesh` over a picture (H, W, 3), both 0 to 1."""
    return picture * (1 - opacity * layer[..., 3:]) + opacity * layer[..., :3]


def _find_normals(vertices: FloatArray, faces: IntArray) -> FloatArray:
    """Unit normals of the vertices, outwards where faces run as SMPL's do, (V, 3)."""
    first, second, third = (vertices[faces[:, corner]].astype(np.float64) for corner in range(3))
    of_faces = np.cross(second - first, third - first)  # as long as twice the area
    normals = np.zeros((len(vertices), 3))
    for corner in range(3):
        np.add.at(normals, faces[:, corner], of_faces)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


@njit(cache=True, nogil=True)
def _fill(  # type: ignore[no-untyped-def]
    pixels, depths, faces, height, width
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Nearest face of each pixel, -1 for none, (H, W); shares of its first two corners, (H, W, 2)."""
    index = np.full((height, width), -1, np.int32)
    inside = np.zeros((height, width, 2))
    nearest = np.full((height, width), np.inf)
    for face in range(len(faces)):
        a, b, c = faces[face]
        ax, ay = pixels[a, 0], pixels[a, 1]
        bx, by = pixels[b, 0], pixels[b, 1]
        cx, cy = pixels[c, 0], pixels[c, 1]
        twice_area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if not np.isfinite(twice_area) or twice_area == 0:
            continue
        top = max(int(np.ceil(min(ay, by, cy) - 0.5)), 0)
        bottom = min(int(np.floor(max(ay, by, cy) - 0.5)), height - 1)
        left = max(int(np.ceil(min(ax, bx, cx) - 0.5)), 0)
        right = min(int(np.floor(max(ax, bx, cx) - 0.5)), width - 1)
        for row in range(top, bottom + 1):
            y = row + 0.5
            for column in range(left, right + 1):
                x = column + 0.5
                first = ((bx - x) * (cy - y) - (cx - x) * (by - y)) / twice_area
                second = ((cx - x) * (ay - y) - (ax - x) * (cy - y)) / twice_area
                third = 1 - first - second
                if first < 0 or second < 0 or third < 0:
                    continue
                depth = first * depths[a] + second * depths[b] + third * depths[c]
                if depth < nearest[row, column]:
                    nearest[row, column] = depth
                    index[row, column] = face
                    inside[row, column, 0] = first
                    inside[row, column, 1] = second
    return index, inside
