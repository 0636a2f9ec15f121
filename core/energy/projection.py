"""All vertices of a body to pixels of its crop, as one node of the graph with its derivative by hand.

The plain reference is ``to_crop(project(vertices, lens), crop)`` of :mod:`core.cameras`: some forty passes
over all vertices, forward and backward, against one here each way.
"""

from __future__ import annotations

from typing import Any

import numba
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.cameras import Lens
from core.parallel import map_chunks
from core.types import FloatArray


def project_to_crop(vertices: Tensor, lens: Lens, crop: Tensor) -> Tensor:
    """Camera-frame vertices to pixels of their crop, lens distortion included.

    Args:
        vertices: (B, V, 3) metres, all in front of the camera.
        lens: leading shape (B,).
        crop: (B, 3) left, top and scale.

    Returns:
        (B, V, 2) pixels of the crop. Differentiable once, by the vertices.
    """
    intrinsics = join_intrinsics(lens, crop)
    if vertices.is_cuda:
        from core.silhouette.cuda.projection import ProjectToCrop  # Triton comes with a card

        return ProjectToCrop.apply(vertices, intrinsics.to(vertices.dtype))
    return _Project.apply(vertices, intrinsics.to(vertices.dtype))


def join_intrinsics(lens: Lens, crop: Tensor) -> Tensor:
    """What the kernels read: (B, 12), ``f, c, k, p`` of the lens, then the crop."""
    return torch.cat([lens.f, lens.c, lens.k, lens.p, crop], dim=1)


# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


class _Project(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, vertices: Tensor, intrinsics: Tensor) -> Tensor:
        ctx.save_for_backward(vertices, intrinsics)
        points, cameras = vertices.detach().contiguous().numpy(), intrinsics.contiguous().numpy()
        pixels = torch.empty(*vertices.shape[:2], 2, dtype=vertices.dtype)
        output = pixels.numpy()
        map_chunks(lambda start, stop: project_vertices(start, stop, points, cameras, output), len(points))
        return pixels

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        vertices, intrinsics = ctx.saved_tensors
        points, cameras = vertices.detach().contiguous().numpy(), intrinsics.contiguous().numpy()
        by_pixels, by_vertices = gradient.contiguous().numpy(), torch.empty_like(vertices)
        output = by_vertices.numpy()
        map_chunks(
            lambda start, stop: project_vertices_backward(start, stop, points, cameras, by_pixels, output),
            len(points),
        )
        return by_vertices, None


@numba.njit(nogil=True, cache=True, fastmath=_FASTMATH)
def project_vertices(
    start: int, stop: int, points: FloatArray, cameras: FloatArray, pixels: FloatArray
) -> None:  # pragma: no cover - compiled
    """Fill ``pixels`` (B, V, 2) of bodies ``start`` to ``stop``."""
    for body in range(start, stop):
        fx, fy, cx, cy, k1, k2, k3, p1, p2, left, top, scale = cameras[body]
        for vertex in range(points.shape[1]):
            inverse = 1 / points[body, vertex, 2]
            x, y = points[body, vertex, 0] * inverse, points[body, vertex, 1] * inverse
            r2 = x * x + y * y
            spread = 1 + r2 * (k1 + r2 * (k2 + r2 * k3)) + p1 * x + p2 * y
            pixels[body, vertex, 0] = ((x * spread + p1 * r2) * fx + cx - left) * scale
            pixels[body, vertex, 1] = ((y * spread + p2 * r2) * fy + cy - top) * scale


@numba.njit(nogil=True, cache=True, fastmath=_FASTMATH)
def project_vertices_backward(
    start: int,
    stop: int,
    points: FloatArray,
    cameras: FloatArray,
    by_pixels: FloatArray,
    by_points: FloatArray,
) -> None:  # pragma: no cover - compiled
    """Derivative of :func:`project_vertices`; fills ``by_points`` (B, V, 3)."""
    for body in range(start, stop):
        fx, fy, _cx, _cy, k1, k2, k3, p1, p2, _left, _top, scale = cameras[body]
        for vertex in range(points.shape[1]):
            gx, gy = by_pixels[body, vertex, 0] * fx * scale, by_pixels[body, vertex, 1] * fy * scale
            if gx == 0 and gy == 0:  # most vertices are not on the contour
                by_points[body, vertex, 0] = by_points[body, vertex, 1] = by_points[body, vertex, 2] = 0
                continue
            inverse = 1 / points[body, vertex, 2]
            x, y = points[body, vertex, 0] * inverse, points[body, vertex, 1] * inverse
            r2 = x * x + y * y
            spread = 1 + r2 * (k1 + r2 * (k2 + r2 * k3)) + p1 * x + p2 * y
            steepness = 2 * (k1 + r2 * (2 * k2 + r2 * 3 * k3))
            along = gx * x + gy * y
            bent = 2 * (gx * p1 + gy * p2)
            by_x = gx * spread + along * (steepness * x + p1) + bent * x
            by_y = gy * spread + along * (steepness * y + p2) + bent * y
            by_points[body, vertex, 0] = by_x * inverse
            by_points[body, vertex, 1] = by_y * inverse
            by_points[body, vertex, 2] = -(by_x * x + by_y * y) * inverse
