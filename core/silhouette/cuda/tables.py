"""A closed mesh's connectivity, laid out for the kernels of one device."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.silhouette.contour import ClosedMesh


@dataclass(frozen=True, eq=False)
class EdgeTables:
    """Edges and what they belong to, one row a property, so that neighbouring lanes read neighbouring words.

    Attributes:
        ends: both vertices of each edge, as its first face runs through them, [2, E] int32.
        corners: the vertices of its first face, then of its second, [6, E] int32.
        incident: the edges that meet in each vertex, as twice the edge's number plus 1 at its second end,
            padded with -1, [K, V] int32; K is the most that meet in any vertex.
    """

    ends: Tensor
    corners: Tensor
    incident: Tensor


@lru_cache(maxsize=8)
def find_tables(mesh: ClosedMesh, device: torch.device) -> EdgeTables:
    """Tables of a mesh on a device; made once and kept."""

    def place(array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, dtype=np.int32)).to(device)

    corners = np.concatenate([mesh.faces[mesh.edges[:, 2]], mesh.faces[mesh.edges[:, 3]]], axis=1)
    return EdgeTables(place(mesh.edges[:, :2].T), place(corners.T), place(_link_vertices(mesh)))


def _link_vertices(mesh: ClosedMesh) -> np.ndarray:
    vertices = mesh.edges[:, :2].ravel()  # edge 0's first end, its second, edge 1's first end, ...
    order = np.argsort(vertices, kind="stable")
    counts = np.bincount(vertices, minlength=mesh.vertex_count)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    incident = np.full((counts.max(), mesh.vertex_count), -1)
    incident[rank, vertices[order]] = order
    return incident
