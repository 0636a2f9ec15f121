"""The functions of :mod:`core.silhouette.coverage` on tensors of a graphics card.

The same inputs give the same bits again, whatever else the card does. Nothing waits for the card, so that a
step can be captured in a CUDA graph.
"""

from __future__ import annotations

import torch
import triton
from torch import Tensor

from core.silhouette.contour import ClosedMesh
from core.silhouette.cuda.kernels import compare_columns, gather_gradient, sum_areas, wind_columns
from core.silhouette.cuda.tables import EdgeTables, find_tables
from core.silhouette.kernels import FARTHEST

#: Edges or vertices that one program does: one warp, so that its lanes need not wait for others.
LANES = 32
#: Rows and columns of an image that one program takes in at a time.
TILE = 32


def cover(vertices_px: Tensor, mesh: ClosedMesh, height: int, width: int) -> Tensor:
    """Share of each pixel that the projected mesh covers; see :func:`core.silhouette.coverage.cover`.

    Args:
        vertices_px: projected vertices in pixels, [B, V, 2].
        mesh: connectivity.
        height: of the images, pixels.
        width: of the images, pixels.

    Returns:
        [B, height, width], 0 to 1; NaN for an image with a vertex that is not finite.

    Raises:
        ValueError: the vertices are not the mesh's.
    """
    vertices = _check_vertices(vertices_px, mesh)
    placeable = _find_placeable(vertices)
    areas, _ = _wind(vertices, placeable, find_tables(mesh, vertices.device), height, width)
    coverage = vertices.new_empty(areas.shape)
    grid = (len(vertices), triton.cdiv(width, TILE))
    wind_columns[grid](areas, coverage, height, width, ROWS=TILE, COLUMNS=TILE)
    return torch.where(placeable[:, None, None], coverage, torch.nan)


def cover_backward(vertices_px: Tensor, mesh: ClosedMesh, coverage: Tensor, grad_coverage: Tensor) -> Tensor:
    """Gradient of the vertices, given :func:`cover`'s result and its gradient, [B, V, 2]."""
    vertices = _check_vertices(vertices_px, mesh)
    height, width = coverage.shape[1:]
    placeable, tables = _find_placeable(vertices), find_tables(mesh, vertices.device)
    _, turns = _wind(vertices, placeable, tables, height, width)
    gradient = torch.where(coverage < 1, grad_coverage, 0).to(vertices.dtype).contiguous()
    return _move(vertices, placeable, tables, turns, gradient)


def compare_masks(
    vertices_px: Tensor,
    mesh: ClosedMesh,
    masks: Tensor,
    *,
    pixel_weights: Tensor | None = None,
    differentiate: bool = True,
) -> tuple[Tensor, Tensor | None]:
    """Mean squared difference of coverage and masks, and its gradient.

    Args:
        vertices_px: as in :func:`cover`, [B, V, 2].
        mesh: as there.
        masks: wanted coverage of each pixel, [B, height, width].
        pixel_weights: factors of the pixels' squares, [B, height, width]; 1 if not given.
        differentiate: whether the gradient is wanted.

    Returns:
        Mean over the pixels of the squared difference, [B], and its gradient by the vertices, [B, V, 2]; both
        NaN where a vertex is not finite.

    Raises:
        ValueError: shapes do not agree.
    """
    vertices = _check_vertices(vertices_px, mesh)
    wanted = _check_images("masks", masks, vertices)
    weights = wanted if pixel_weights is None else _check_images("pixel_weights", pixel_weights, vertices)
    if weights.shape != wanted.shape:
        raise ValueError(f"pixel_weights have shape {weights.shape}; expected {wanted.shape} as the masks")
    images, height, width = wanted.shape
    placeable, tables = _find_placeable(vertices), find_tables(mesh, vertices.device)
    areas, turns = _wind(vertices, placeable, tables, height, width)
    gradient = torch.empty_like(wanted)
    grid = (images, triton.cdiv(width, TILE))
    sums = vertices.new_empty(grid, dtype=torch.float64)
    compare_columns[grid](
        areas, wanted, weights, gradient, sums, height, width,
        WEIGHTED=pixel_weights is not None, ROWS=TILE, COLUMNS=TILE,
    )  # fmt: skip
    errors = torch.where(placeable, sums.sum(dim=1) / (height * width), torch.nan).to(vertices.dtype)
    return errors, _move(vertices, placeable, tables, turns, gradient) if differentiate else None


def _wind(
    vertices: Tensor, placeable: Tensor, tables: EdgeTables, height: int, width: int
) -> tuple[Tensor, Tensor]:
    """Areas [B, height, width] int64 and contour [B, E] int8, as :func:`sum_areas` tells them."""
    images, vertex_count, _ = vertices.shape
    edge_count = tables.ends.shape[1]
    areas = vertices.new_zeros(images, height, width, dtype=torch.int64)
    turns = vertices.new_empty(images, edge_count, dtype=torch.int8)
    # Without fused multiply-adds all edges of a face find the same sign, so that the contour stays closed.
    sum_areas[(images, triton.cdiv(edge_count, LANES))](
        vertices, placeable.to(torch.int8), tables.ends, tables.corners, turns, areas,
        vertex_count, edge_count, height, width, BLOCK=LANES, num_warps=1, enable_fp_fusion=False,
    )  # fmt: skip
    return areas, turns


def _move(vertices: Tensor, placeable: Tensor, tables: EdgeTables, turns: Tensor, gradient: Tensor) -> Tensor:
    images, vertex_count, _ = vertices.shape
    most, linked_count = tables.incident.shape
    grad_vertices = torch.empty_like(vertices)
    gather_gradient[(images, triton.cdiv(vertex_count, LANES))](
        vertices, tables.ends, tables.incident, turns, gradient, grad_vertices,
        vertex_count, linked_count, tables.ends.shape[1], most, *gradient.shape[1:],
        BLOCK=LANES, num_warps=1,
    )  # fmt: skip
    return torch.where(placeable[:, None, None], grad_vertices, torch.nan)


def _find_placeable(vertices: Tensor) -> Tensor:
    """Whether all vertices of each image are finite and not absurdly far out, [B]."""
    return (vertices.abs() <= FARTHEST).flatten(1).all(dim=1)


def _check_vertices(vertices_px: Tensor, mesh: ClosedMesh) -> Tensor:
    shape = tuple(vertices_px.shape)
    if len(shape) != 3 or shape[2] != 2 or shape[1] < mesh.vertex_count:
        raise ValueError(f"vertices_px has shape {shape}; expected (B, {mesh.vertex_count} or more, 2)")
    if vertices_px.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"vertices_px is {vertices_px.dtype}; expected float32 or float64")
    return vertices_px.detach().contiguous()


def _check_images(name: str, images: Tensor, vertices: Tensor) -> Tensor:
    if images.ndim != 3 or len(images) != len(vertices) or 0 in images.shape[1:]:
        raise ValueError(f"{name} has shape {tuple(images.shape)}; expected ({len(vertices)}, height, width)")
    return images.detach().to(vertices).contiguous()
