"""All vertices of a body to pixels of its crop on a graphics card, and the derivative.

The same maths as :mod:`core.energy.projection`, which says what it is; lens distortion as in
:func:`core.cameras.distort`.
"""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.autograd.function import once_differentiable

#: Vertices that one program does.
BLOCK = 256


class ProjectToCrop(torch.autograd.Function):
    """Vertices [B, V, 3] in the camera frame and intrinsics [B, 12] -> pixels of the crop [B, V, 2].

    The intrinsics are focal length, principal point, k1-3, p1-2, and left, top and scale of the crop.
    """

    @staticmethod
    def forward(ctx: Any, vertices: Tensor, intrinsics: Tensor) -> Tensor:
        """Pixels (B, V, 2); see :func:`core.energy.projection.project_to_crop`."""
        vertices, intrinsics = vertices.contiguous(), intrinsics.contiguous()
        ctx.save_for_backward(vertices, intrinsics)
        bodies, count, _ = vertices.shape
        pixels = vertices.new_empty(bodies, count, 2)
        _project[(bodies, triton.cdiv(count, BLOCK))](vertices, intrinsics, pixels, count, BLOCK=BLOCK)
        return pixels

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Gradient by the vertices, (B, V, 3)."""
        vertices, intrinsics = ctx.saved_tensors
        bodies, count, _ = vertices.shape
        by_vertices = torch.empty_like(vertices)
        _project_backward[(bodies, triton.cdiv(count, BLOCK))](
            vertices, intrinsics, gradient.contiguous(), by_vertices, count, BLOCK=BLOCK
        )
        return by_vertices, None


@triton.jit
def _normalise(vertices, vertex, inside):  # type: ignore[no-untyped-def]
    inverse = 1 / tl.load(vertices + 3 * vertex + 2, inside, other=1.0)
    x = tl.load(vertices + 3 * vertex, inside, other=0.0) * inverse
    y = tl.load(vertices + 3 * vertex + 1, inside, other=0.0) * inverse
    return x, y, x * x + y * y, inverse


@triton.jit
def _project(vertices, intrinsics, pixels, count, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    body = tl.program_id(0).to(tl.int64)
    vertex = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = vertex < count
    camera = intrinsics + 12 * body
    x, y, r2, _ = _normalise(vertices + 3 * body * count, vertex, inside)
    k1, k2, k3 = tl.load(camera + 4), tl.load(camera + 5), tl.load(camera + 6)
    p1, p2 = tl.load(camera + 7), tl.load(camera + 8)
    spread = 1 + r2 * (k1 + r2 * (k2 + r2 * k3)) + p1 * x + p2 * y
    scale = tl.load(camera + 11)
    column = (x * spread + p1 * r2) * tl.load(camera) + tl.load(camera + 2) - tl.load(camera + 9)
    row = (y * spread + p2 * r2) * tl.load(camera + 1) + tl.load(camera + 3) - tl.load(camera + 10)
    target = pixels + 2 * (body * count + vertex)
    tl.store(target, column * scale, inside)
    tl.store(target + 1, row * scale, inside)


@triton.jit
def _project_backward(  # type: ignore[no-untyped-def]
    vertices, intrinsics, gradient, by_vertices, count, BLOCK: tl.constexpr
):
    body = tl.program_id(0).to(tl.int64)
    vertex = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = vertex < count
    camera = intrinsics + 12 * body
    x, y, r2, inverse = _normalise(vertices + 3 * body * count, vertex, inside)
    k1, k2, k3 = tl.load(camera + 4), tl.load(camera + 5), tl.load(camera + 6)
    p1, p2 = tl.load(camera + 7), tl.load(camera + 8)
    scale = tl.load(camera + 11)
    source = gradient + 2 * (body * count + vertex)
    gx = tl.load(source, inside, other=0.0) * tl.load(camera) * scale
    gy = tl.load(source + 1, inside, other=0.0) * tl.load(camera + 1) * scale
    spread = 1 + r2 * (k1 + r2 * (k2 + r2 * k3)) + p1 * x + p2 * y
    steepness = 2 * (k1 + r2 * (2 * k2 + r2 * 3 * k3))
    along = gx * x + gy * y
    bent = 2 * (gx * p1 + gy * p2)
    by_x = gx * spread + along * (steepness * x + p1) + bent * x
    by_y = gy * spread + along * (steepness * y + p2) + bent * y
    target = by_vertices + 3 * (body * count + vertex)
    tl.store(target, by_x * inverse, inside)
    tl.store(target + 1, by_y * inverse, inside)
    tl.store(target + 2, -(by_x * x + by_y * y) * inverse, inside)
