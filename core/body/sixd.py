"""6D rotations to matrices as one node of the graph, with its derivative by hand.

The plain reference is :func:`core.rotations.sixd_to_matrix`, whose thirty small operations, forward and
backward, take longer for one body than posing it.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from numba import njit
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.rotations import sixd_to_matrix

# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


def orthonormalise(sixd: Tensor) -> Tensor:
    """First two columns of rotations, the first column first, made orthonormal by Gram-Schmidt.

    Args:
        sixd: [..., 6]; off the processor the reference runs.

    Returns:
        [..., 3, 3]. Differentiable once.
    """
    return sixd_to_matrix(sixd) if sixd.device.type != "cpu" else _Orthonormalise.apply(sixd)


class _Orthonormalise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, sixd: Tensor) -> Tensor:
        sixd = sixd.detach().contiguous()
        rotations = sixd.new_empty(*sixd.shape[:-1], 3, 3)
        orthonormalise_columns(sixd.numpy().reshape(-1, 6), rotations.numpy().reshape(-1, 3, 3))
        ctx.save_for_backward(sixd, rotations)
        return rotations

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        sixd, rotations = ctx.saved_tensors
        by_sixd = torch.empty_like(sixd)
        orthonormalise_columns_backward(
            sixd.numpy().reshape(-1, 6),
            rotations.numpy().reshape(-1, 3, 3),
            gradient.contiguous().numpy().reshape(-1, 3, 3),
            by_sixd.numpy().reshape(-1, 6),
        )
        return by_sixd


@njit(nogil=True, cache=True, error_model="numpy", fastmath=_FASTMATH)
def orthonormalise_columns(sixd, rotations):  # type: ignore[no-untyped-def]
    """Fill ``rotations`` (N, 3, 3) from ``sixd`` (N, 6)."""
    for n in range(sixd.shape[0]):
        a0, a1, a2, b0, b1, b2 = sixd[n]
        length = math.sqrt(a0 * a0 + a1 * a1 + a2 * a2)
        x0, x1, x2 = a0 / length, a1 / length, a2 / length
        along = x0 * b0 + x1 * b1 + x2 * b2
        c0, c1, c2 = b0 - along * x0, b1 - along * x1, b2 - along * x2
        height = math.sqrt(c0 * c0 + c1 * c1 + c2 * c2)
        y0, y1, y2 = c0 / height, c1 / height, c2 / height
        R = rotations[n]
        R[0, 0], R[1, 0], R[2, 0] = x0, x1, x2
        R[0, 1], R[1, 1], R[2, 1] = y0, y1, y2
        R[0, 2], R[1, 2], R[2, 2] = x1 * y2 - x2 * y1, x2 * y0 - x0 * y2, x0 * y1 - x1 * y0


@njit(nogil=True, cache=True, error_model="numpy", fastmath=_FASTMATH)
def orthonormalise_columns_backward(sixd, rotations, gradient, by_sixd):  # type: ignore[no-untyped-def]
    """Fill ``by_sixd`` (N, 6): through z = x × y, y = c / |c|, c = b - (x·b) x, x = a / |a| in this order."""
    for n in range(sixd.shape[0]):
        a0, a1, a2, b0, b1, b2 = sixd[n]
        R, G = rotations[n], gradient[n]
        x0, x1, x2 = R[0, 0], R[1, 0], R[2, 0]
        y0, y1, y2 = R[0, 1], R[1, 1], R[2, 1]
        z0, z1, z2 = G[0, 2], G[1, 2], G[2, 2]
        # gradients of x and y: z = x × y gives y × g to x and g × x to y
        gx0, gx1, gx2 = (
            G[0, 0] + y1 * z2 - y2 * z1,
            G[1, 0] + y2 * z0 - y0 * z2,
            G[2, 0] + y0 * z1 - y1 * z0,
        )
        gy0, gy1, gy2 = (
            G[0, 1] + z1 * x2 - z2 * x1,
            G[1, 1] + z2 * x0 - z0 * x2,
            G[2, 1] + z0 * x1 - z1 * x0,
        )
        height = y0 * b0 + y1 * b1 + y2 * b2  # c is along y, and x is at right angles to it
        slope = y0 * gy0 + y1 * gy1 + y2 * gy2
        gc0, gc1, gc2 = (gy0 - slope * y0) / height, (gy1 - slope * y1) / height, (gy2 - slope * y2) / height
        along, across = x0 * b0 + x1 * b1 + x2 * b2, x0 * gc0 + x1 * gc1 + x2 * gc2
        by_sixd[n, 3], by_sixd[n, 4], by_sixd[n, 5] = gc0 - across * x0, gc1 - across * x1, gc2 - across * x2
        gx0 -= across * b0 + along * gc0
        gx1 -= across * b1 + along * gc1
        gx2 -= across * b2 + along * gc2
        slope = x0 * gx0 + x1 * gx1 + x2 * gx2
        length = math.sqrt(a0 * a0 + a1 * a1 + a2 * a2)
        by_sixd[n, 0], by_sixd[n, 1] = (gx0 - slope * x0) / length, (gx1 - slope * x1) / length
        by_sixd[n, 2] = (gx2 - slope * x2) / length
