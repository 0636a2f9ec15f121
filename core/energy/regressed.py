"""Joints regressed from vertices, as one node of the graph: a few vertices carry all the weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numba import njit
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.parallel import map_chunks

# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


def regress(vertices: Tensor, support: Tensor, weights: Tensor) -> Tensor:
    """The same as ``weights @ vertices[:, support]``, which is what runs off the processor.

    Args:
        vertices: (B, V, 3).
        support: (C,) vertices that carry weight.
        weights: (J, C), in the type of the vertices.

    Returns:
        (B, J, 3). Differentiable once, by the vertices.
    """
    if vertices.device.type != "cpu":
        return weights @ vertices.index_select(1, support)
    return _Regress.apply(vertices, support, weights)


class _Regress(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, vertices: Tensor, support: Tensor, weights: Tensor) -> Tensor:
        ctx.support, ctx.weights = support.numpy(), weights.contiguous().numpy()
        ctx.shape = vertices.shape
        points = vertices.detach().contiguous().numpy()
        joints = np.empty((len(points), len(weights), 3), points.dtype)
        regress_joints(0, len(points), points, ctx.support, ctx.weights, joints)
        return torch.from_numpy(joints)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        by_joints, by_vertices = gradient.contiguous().numpy(), gradient.new_zeros(ctx.shape).numpy()
        support, weights = ctx.support, ctx.weights
        map_chunks(
            lambda start, stop: pull_vertices(start, stop, by_joints, support, weights, by_vertices),
            len(by_joints),
        )
        return torch.from_numpy(by_vertices), None, None


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def regress_joints(start, stop, vertices, support, weights, joints):  # type: ignore[no-untyped-def]
    """Fill ``joints`` (B, J, 3) of bodies ``start`` to ``stop``."""
    for b in range(start, stop):
        for j in range(weights.shape[0]):
            x = y = z = vertices.dtype.type(0)
            for c in range(support.shape[0]):
                weight = weights[j, c]
                if weight != 0:
                    vertex = vertices[b, support[c]]
                    x, y, z = x + weight * vertex[0], y + weight * vertex[1], z + weight * vertex[2]
            joints[b, j, 0], joints[b, j, 1], joints[b, j, 2] = x, y, z


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def pull_vertices(start, stop, by_joints, support, weights, by_vertices):  # type: ignore[no-untyped-def]
    """Derivative of :func:`regress_joints`; added to ``by_vertices`` (B, V, 3)."""
    for b in range(start, stop):
        for j in range(weights.shape[0]):
            x, y, z = by_joints[b, j, 0], by_joints[b, j, 1], by_joints[b, j, 2]
            for c in range(support.shape[0]):
                weight = weights[j, c]
                if weight != 0:
                    target = by_vertices[b, support[c]]
                    target[0] += weight * x
                    target[1] += weight * y
                    target[2] += weight * z
