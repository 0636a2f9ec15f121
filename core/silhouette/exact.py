"""The exact silhouette as PyTorch functions; see :mod:`core.silhouette.coverage` for what it is.

Computed where the vertices are: by compiled kernels on the CPU, by Triton's on a graphics card.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.parallel import map_chunks
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
    if vertices_px.is_cuda:
        from core.silhouette.cuda import exact as on_card  # Triton comes with a card

        return on_card.Coverage.apply(vertices_px, mesh, height, width)
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
    if vertices_px.is_cuda:
        from core.silhouette.cuda import exact as on_card

        return on_card.SilhouetteError.apply(vertices_px, mesh, masks, pixel_weights)
    return _SilhouetteError.apply(vertices_px, mesh, masks, pixel_weights)


class _Coverage(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, vertices_px: Tensor, mesh: ClosedMesh, height: int, width: int) -> Tensor:
        ctx.mesh = mesh
        ctx.save_for_backward(vertices_px)
        return torch.from_numpy(cover(vertices_px.detach().numpy(), mesh, height, width))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        (vertices_px,) = ctx.saved_tensors
        result = cover_backward(vertices_px.detach().numpy(), ctx.mesh, gradient.numpy())
        return torch.from_numpy(result), None, None, None


class _SilhouetteError(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, vertices_px: Tensor, mesh: ClosedMesh, masks: Tensor, pixel_weights: Tensor | None
    ) -> Tensor:
        errors, gradient = compare_masks(
            vertices_px.detach().numpy(),
            mesh,
            masks.detach().numpy(),
            pixel_weights=None if pixel_weights is None else pixel_weights.detach().numpy(),
        )
        ctx.by_vertices = gradient
        return torch.from_numpy(errors)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        product, factors = np.empty_like(ctx.by_vertices), gradient.numpy()[:, None, None]
        map_chunks(
            lambda start, stop: np.multiply(
                ctx.by_vertices[start:stop], factors[start:stop], out=product[start:stop]
            ),
            len(product),
        )
        return torch.from_numpy(product), None, None, None
