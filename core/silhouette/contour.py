"""Meshes whose silhouette can be computed from their contour edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.body.topology import IntArray, pair_edges


@dataclass(frozen=True, eq=False)
class ClosedMesh:
    """Connectivity of a closed, consistently oriented triangle mesh; made by :func:`close_mesh`.

    Attributes:
        faces: vertex indices, (F, 3).
        edges: both vertices of each edge, in the order in which the first face runs through them, and the
            first and second face, (E, 4).
        vertex_count: least number of vertices that the faces presuppose.
    """

    faces: NDArray[np.int32]
    edges: NDArray[np.int32]
    vertex_count: int


def close_mesh(faces: IntArray) -> ClosedMesh:
    """Check a mesh and pair its edges, once per topology.

    Args:
        faces: vertex indices, (F, 3).

    Raises:
        BodyError: the mesh has a hole, an edge with three faces, or faces that disagree about the outside;
            the message names the place.
    """
    edges = pair_edges(faces)
    return ClosedMesh(
        faces=np.ascontiguousarray(faces, dtype=np.int32),
        edges=edges,
        vertex_count=int(edges[:, :2].max()) + 1,
    )
