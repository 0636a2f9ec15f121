"""Pose correctives of which most are zero: each vertex follows the few joints near it.

In bodies whose correctives are local in this way (STAR, Osman et al., ECCV 2020; the demo body), leaving the
zeros out is ten times less work than the product with the whole matrix, and the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import DTypeLike, NDArray

from core.body.model import BodyModel
from core.types import BODY_JOINTS, FloatArray

#: Share of (vertex, joint) pairs with correctives above which the whole matrix product is faster.
_MOST = 0.2

# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


@dataclass(frozen=True, eq=False)
class PoseCorrectives:
    """Pairs of a joint and a vertex that follows it, joint by joint, and how it follows.

    Attributes:
        starts: where each of joints 1 to 23 begins in the other two, (24,).
        vertices: (N,).
        values: displacement of the vertex per entry of the joint's rotation minus the identity, row by row,
            (N, 3, 9).
    """

    starts: NDArray[np.int64]
    vertices: NDArray[np.int64]
    values: FloatArray


def find_correctives(model: BodyModel, dtype: DTypeLike) -> PoseCorrectives | None:
    """The model's pose correctives without their zeros, or None where too few of them are zero."""
    blocks = model.posedirs.reshape(model.vertex_count, 3, BODY_JOINTS - 1, 9).transpose(2, 0, 1, 3)
    used = blocks.any(axis=(2, 3))  # [23, V]
    if used.mean() > _MOST:
        return None
    joints, vertices = np.nonzero(used)
    return PoseCorrectives(
        starts=np.searchsorted(joints, np.arange(BODY_JOINTS)).astype(np.int64),
        vertices=vertices.astype(np.int64),
        values=np.ascontiguousarray(blocks[joints, vertices], dtype=dtype),
    )


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def correct_vertices(start, stop, rotations, starts, followers, values, unposed):  # type: ignore[no-untyped-def]
    """Displace the vertices of bodies ``start`` to ``stop``.

    Args:
        start, stop: rows of the batch.
        rotations: relative to the parent, (B, 24, 3, 3).
        starts, followers, values: of :class:`PoseCorrectives`.
        unposed: changed in place, (B, V, 3).
    """
    for b in range(start, stop):
        for joint in range(1, starts.shape[0]):
            R = rotations[b, joint]
            f0, f1, f2 = R[0, 0] - 1, R[0, 1], R[0, 2]
            f3, f4, f5 = R[1, 0], R[1, 1] - 1, R[1, 2]
            f6, f7, f8 = R[2, 0], R[2, 1], R[2, 2] - 1
            for n in range(starts[joint - 1], starts[joint]):
                for axis in range(3):
                    by = values[n, axis]
                    unposed[b, followers[n], axis] += (
                        (f0 * by[0] + f1 * by[1] + f2 * by[2])
                        + (f3 * by[3] + f4 * by[4] + f5 * by[5])
                        + (f6 * by[6] + f7 * by[7] + f8 * by[8])
                    )


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def gather_correctives(start, stop, grad_unposed, starts, followers, values, grad_rotations):  # type: ignore[no-untyped-def]
    """Derivative of :func:`correct_vertices` by the rotations.

    Args:
        start, stop: rows of the batch.
        grad_unposed: (B, V, 3).
        starts, followers, values: of :class:`PoseCorrectives`.
        grad_rotations: added to, (B, 24, 3, 3).
    """
    zero = grad_unposed.dtype.type(0)
    for b in range(start, stop):
        for joint in range(1, starts.shape[0]):
            g0 = g1 = g2 = g3 = g4 = g5 = g6 = g7 = g8 = zero
            for n in range(starts[joint - 1], starts[joint]):
                vertex = followers[n]
                for axis in range(3):
                    slope, by = grad_unposed[b, vertex, axis], values[n, axis]
                    if slope == 0:  # most vertices are not on the contour
                        continue
                    g0, g1, g2 = g0 + slope * by[0], g1 + slope * by[1], g2 + slope * by[2]
                    g3, g4, g5 = g3 + slope * by[3], g4 + slope * by[4], g5 + slope * by[5]
                    g6, g7, g8 = g6 + slope * by[6], g7 + slope * by[7], g8 + slope * by[8]
            R = grad_rotations[b, joint]
            R[0, 0], R[0, 1], R[0, 2] = R[0, 0] + g0, R[0, 1] + g1, R[0, 2] + g2
            R[1, 0], R[1, 1], R[1, 2] = R[1, 0] + g3, R[1, 1] + g4, R[1, 2] + g5
            R[2, 0], R[2, 1], R[2, 2] = R[2, 0] + g6, R[2, 1] + g7, R[2, 2] + g8
