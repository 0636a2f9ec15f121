"""The functions of :mod:`core.silhouette.exact` for tensors on a graphics card, as nodes of the graph."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.silhouette.contour import ClosedMesh
from core.silhouette.cuda.coverage import compare_masks, cover, cover_backward


class Coverage(torch.autograd.Function):
    """Vertices [B, V, 2], mesh, height and width -> [B, height, width]."""

    @staticmethod
    def forward(ctx: Any, vertices_px: Tensor, mesh: ClosedMesh, height: int, width: int) -> Tensor:
        """Coverage (B, height, width); see :func:`core.silhouette.exact.coverage`."""
        result = cover(vertices_px, mesh, height, width)
        ctx.mesh = mesh
        ctx.save_for_backward(vertices_px, result)
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        """Gradient by the vertices, (B, V, 2)."""
        vertices_px, result = ctx.saved_tensors
        return cover_backward(vertices_px, ctx.mesh, result, gradient), None, None, None


class SilhouetteError(torch.autograd.Function):
    """Vertices [B, V, 2], mesh, masks and, perhaps, weights of the pixels [B, height, width] -> [B]."""

    @staticmethod
    def forward(
        ctx: Any, vertices_px: Tensor, mesh: ClosedMesh, masks: Tensor, pixel_weights: Tensor | None
    ) -> Tensor:
        """Errors (B,); see :func:`core.silhouette.exact.silhouette_error`."""
        errors, gradient = compare_masks(
            vertices_px, mesh, masks, pixel_weights=pixel_weights, differentiate=ctx.needs_input_grad[0]
        )
        ctx.save_for_backward(gradient)
        return errors

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        """Gradient by the vertices, (B, V, 2)."""
        (by_vertices,) = ctx.saved_tensors
        return by_vertices * gradient[:, None, None], None, None, None
