"""The exact silhouette as PyTorch functions; see :mod:`core.silhouette.coverage` for what it is.

Computed on the CPU wherever the tensors live.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.silhouette.contour import ClosedMesh
from core.silhouette.coverage import compare_masks, cover, cover_backward


def coverage(vertices_px: Tensor, mesh: ClosedMesh, height: int, width: int) -> Tensor:
    """Share of each pixel that the projected mesh covers.

    Args:
        vertices_px: projected vertices in pixels, all in front of the camera, [B, V, 2].
        mesh: connectivity.
        height: of the images, pixels.
        width: of the images, pixels.

    Returns:
        [B, height, width], 0 to 1, NaN for images with a vertex that is not finite. Differentiable once.

    Raises:
        ValueError: shapes or types do not fit.
    """
    return _Coverage.apply(vertices_px, mesh, height, width)


def silhouette_error(
    vertices_px: Tensor, mesh: ClosedMesh, masks: Tensor, *, pixel_weights: Tensor | None = None
) -> Tensor:
    """Mean over the pixels of the squared difference between coverage and mask.

    The same as ``(pixel_weights * (coverage(...) - masks).square()).mean((1, 2))`` in a third of the time.
    Source: equation 4 of the paper, up to the constant factor of the number of pixels.

    Args:
        vertices_px: as in :func:`coverage`, [B, V, 2].
        mesh: connectivity.
        masks: wanted coverage, [B, H, W]; fastest in the type of ``vertices_px``. Gets no gradient.
        pixel_weights: how much each pixel counts, [B, H, W]; all the same, 1, if not given. Gets no gradient.

    Returns:
        [B], differentiable once by the vertices.

    Raises:
        ValueError: shapes or types do not fit.
    """
    return _SilhouetteError.apply(vertices_px, mesh, masks, pixel_weights)


class _Coverage(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, vertices_px: Tensor, mesh: ClosedMesh, height: int, width: int) -> Tensor:
        ctx.mesh = mesh
        ctx.save_for_backward(vertices_px)
        result = cover(vertices_px.detach().cpu().numpy(), mesh, height, width)
        return torch.from_numpy(result).to(vertices_px.device)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        (vertices_px,) = ctx.saved_tensors
        result = cover_backward(vertices_px.detach().cpu().numpy(), ctx.mesh, gradient.cpu().numpy())
        return torch.from_numpy(result).to(vertices_px.device), None, None, None


class _SilhouetteError(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, vertices_px: Tensor, mesh: ClosedMesh, masks: Tensor, pixel_weights: Tensor | None
    ) -> Tensor:
        errors, gradient = compare_masks(
            vertices_px.detach().cpu().numpy(),
            mesh,
            masks.detach().cpu().numpy(),
            pixel_weights=None if pixel_weights is None else pixel_weights.detach().cpu().numpy(),
        )
        ctx.save_for_backward(torch.from_numpy(gradient).to(vertices_px.device))
        return torch.from_numpy(errors).to(vertices_px.device)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        (by_vertices,) = ctx.saved_tensors
        return by_vertices * gradient[:, None, None], None, None, None
