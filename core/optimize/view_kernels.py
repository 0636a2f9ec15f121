"""Compiled kernels between bodies in the world and the views that share them (:mod:`core.optimize.views`)."""

from __future__ import annotations

from numba import njit

# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def look_at_bodies(start, stop, vertices, instants, R, t, seen):  # type: ignore[no-untyped-def]
    """Fill ``seen`` (N, V, 3) of views ``start`` to ``stop`` from ``vertices`` (B, V, 3)."""
    for n in range(start, stop):
        points, turn, shift = vertices[instants[n]], R[n], t[n]
        for v in range(points.shape[0]):
            x, y, z = points[v, 0], points[v, 1], points[v, 2]
            for r in range(3):
                seen[n, v, r] = turn[r, 0] * x + turn[r, 1] * y + turn[r, 2] * z + shift[r]


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def gather_views(start, stop, by_seen, order, starts, R, by_vertices):  # type: ignore[no-untyped-def]
    """Derivative of :func:`look_at_bodies`; passes quickly over vertices whose gradient is zero.

    Args:
        start, stop: bodies.
        by_seen: (N, V, 3).
        order: (N,) views, instant by instant.
        starts: (B + 1,) where each instant's views begin in it.
        R: (N, 3, 3).
        by_vertices: output, (B, V, 3).
    """
    for b in range(start, stop):
        target = by_vertices[b]
        target[:] = 0
        for n in order[starts[b] : starts[b + 1]]:
            turn, slopes = R[n], by_seen[n]
            for v in range(target.shape[0]):
                x, y, z = slopes[v, 0], slopes[v, 1], slopes[v, 2]
                if x == 0 and y == 0 and z == 0:
                    continue
                for c in range(3):
                    target[v, c] += turn[0, c] * x + turn[1, c] * y + turn[2, c] * z
