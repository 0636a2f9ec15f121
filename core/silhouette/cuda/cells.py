"""The walk of an edge through the pixels that it crosses, one edge a lane.

The same maths as ``_cut_contour`` of :mod:`core.silhouette.kernels`, in double precision like there.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def enter_image(x, y, dx, dy, height, width, live):  # type: ignore[no-untyped-def]
    """Leave out what of each edge lies left, right or below the image.

    Args:
        x: where the edge starts, pixels; float64 like all lengths here.
        y: the same.
        dx: from its start to its end.
        dy: the same.
        height: of the image, pixels.
        width: the same.
        live: which lanes hold an edge.

    Returns:
        Where on the edge it enters and where it leaves, 0 to 1; row (-1 above the image) and column where it
        enters; which lanes do enter.
    """
    slanted, falling, rising = dx != 0, dy > 0, dy < 0
    left = -x / tl.where(slanted, dx, 1.0)
    right = (width - x) / tl.where(slanted, dx, 1.0)
    floor = (height - y) / tl.where(dy != 0, dy, 1.0)
    start = tl.where(slanted, tl.maximum(tl.minimum(left, right), 0.0), 0.0)
    end = tl.where(slanted, tl.minimum(tl.maximum(left, right), 1.0), 1.0)
    start = tl.where(rising, tl.maximum(start, floor), start)
    end = tl.where(falling, tl.minimum(end, floor), end)
    live = live & (slanted | ((x >= 0) & (x < width)))
    live = live & (falling | rising | (y < height)) & (start < end)
    column = tl.minimum(tl.maximum(tl.floor(x + dx * start), 0.0), width - 1.0)
    row = tl.minimum(tl.maximum(tl.floor(y + dy * start), -1.0), height - 1.0)
    return start, end, row.to(tl.int32), column.to(tl.int32), live


@triton.jit
def leave_pixel(x, y, dx, dy, end, row, column):  # type: ignore[no-untyped-def]
    """Where each edge leaves the pixel that it is in, or ends; and whether it leaves it sideways."""
    slanted, falling = dx != 0, dy > 0
    border = column + tl.where(dx > 0, 1, 0)
    across = tl.where(slanted, (border - x) / tl.where(slanted, dx, 1.0), float("inf"))
    border = row + tl.where(falling, 1, 0)
    along = (border - y) / tl.where(dy != 0, dy, 1.0)
    along = tl.where(falling | ((dy < 0) & (row >= 0)), along, float("inf"))
    return tl.minimum(tl.minimum(across, along), end), across < along


@triton.jit
def enter_pixel(dx, dy, row, column, sideways, live):  # type: ignore[no-untyped-def]
    """Row and column of the next pixel."""
    column = tl.where(live & sideways, column + tl.where(dx > 0, 1, -1), column)
    row = tl.where(live & (sideways == 0), row + tl.where(dy > 0, 1, -1), row)
    return row, column
