"""How far points lie from a mesh's surface, which its vertices alone tell badly where triangles are large.

The nearest place of a triangle lies in its face where the point stands over it, else on one of its edges
(C. Ericson, Real-Time Collision Detection, 2005, section 5.1.5).
"""

from __future__ import annotations

import numpy as np

from core.types import FloatArray, IntArray

#: Keeps triangles without area, whose nearest place lies on an edge, from dividing by zero.
_LEAST = 1e-30


def measure_surface_distance(points: FloatArray, vertices: FloatArray, faces: IntArray) -> FloatArray:
    """Distance of every point to the nearest place of a mesh, whichever side it lies on.

    Args:
        points: (P, 3) metres.
        vertices: (V, 3) of the mesh, metres, in the same frame.
        faces: (F, 3) indices of vertices.

    Returns:
        (P,) metres.
    """
    corners = vertices[faces]  # [F, 3, 3]
    return np.array([_measure_to_triangles(point, corners).min() for point in points])


def _measure_to_triangles(point: FloatArray, corners: FloatArray) -> FloatArray:
    """Distance of a point (3,) to triangles (F, 3, 3): (F,)."""
    edges = np.roll(corners, -1, axis=1) - corners  # [F, 3, 3]
    from_corner = point - corners
    along = (from_corner * edges).sum(-1) / np.maximum((edges * edges).sum(-1), _LEAST)
    beside = from_corner - np.clip(along, 0, 1)[..., None] * edges
    to_edges = np.linalg.norm(beside, axis=-1).min(axis=1)
    normals = np.cross(edges[:, 0], edges[:, 1])
    over = (np.cross(edges, from_corner) * normals[:, None]).sum(-1)  # on the inner side of each edge
    height = np.abs((from_corner[:, 0] * normals).sum(-1)) / np.maximum(
        np.linalg.norm(normals, axis=-1), _LEAST
    )
    inside = (over > 0).all(axis=1)
    return np.where(inside, height, to_edges)
