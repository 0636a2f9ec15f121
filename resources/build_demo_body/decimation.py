"""Fewer triangles: a mesh of SMPL's size, and how values of the full mesh carry over to it."""

from __future__ import annotations

import fast_simplification
import numpy as np
import scipy.sparse
import trimesh
from scipy.spatial import cKDTree

from core.errors import BodyError
from core.types import FloatArray
from resources.build_demo_body.source import IntArray

SMPL_VERTICES = 6890
SMPL_FACES = 13776

# Quadric decimation may pinch the mesh or stop a face short: several strengths and targets are tried.
_AGGRESSIVENESS = (3, 5, 7, 2)
_EXTRA_FACES = range(8)
# Triangles with the nearest centres among which the nearest triangle is looked for.
_NEIGHBOURS = 48


def decimate(
    vertices: FloatArray, faces: IntArray, face_count: int
) -> tuple[IntArray, scipy.sparse.csr_matrix]:
    """Simplify a closed mesh of one piece without handles.

    Args:
        vertices: (V, 3).
        faces: (F, 3).
        face_count: faces wanted, exactly.

    Returns:
        The new faces, and the sparse matrix (V_new, V), rows summing to one, that gives any per-vertex value
        of the new mesh as a barycentric mean over a triangle of the old one.

    Raises:
        BodyError: no attempt gave a closed mesh with that many faces.
    """
    for aggressiveness in _AGGRESSIVENESS:
        for extra in _EXTRA_FACES:
            points, triangles = fast_simplification.simplify(
                vertices.astype(np.float64), faces.astype(np.int32), target_count=face_count + extra,
                agg=aggressiveness,
            )  # fmt: skip
            points, triangles = _drop_unused(points, triangles)
            if len(triangles) == face_count and _is_sphere(points, triangles):
                return triangles, carry_over(vertices, faces, points)
    raise BodyError(f"decimation found no closed mesh of {face_count} faces")


def carry_over(vertices: FloatArray, faces: IntArray, points: FloatArray) -> scipy.sparse.csr_matrix:
    """Sparse (P, V) matrix of the barycentric coordinates of the surface points nearest to ``points``."""
    triangles = vertices[faces]
    neighbours = min(_NEIGHBOURS, len(faces))
    _, near = cKDTree(triangles.mean(axis=1)).query(points, k=neighbours)
    closest = trimesh.triangles.closest_point(
        triangles[near.ravel()], np.repeat(points, neighbours, axis=0)
    ).reshape(len(points), neighbours, 3)
    best = np.linalg.norm(closest - points[:, None], axis=2).argmin(axis=1)
    rows = np.arange(len(points))
    face = near[rows, best]
    corners = trimesh.triangles.points_to_barycentric(triangles[face], closest[rows, best])
    corners = np.clip(corners, 0, 1)
    corners /= corners.sum(axis=1, keepdims=True)
    indices = (np.repeat(rows, 3), faces[face].ravel())
    return scipy.sparse.csr_matrix((corners.ravel(), indices), (len(points), len(vertices)))


def _drop_unused(points: FloatArray, triangles: IntArray) -> tuple[FloatArray, IntArray]:
    used, renumbered = np.unique(triangles, return_inverse=True)
    return points[used], renumbered.reshape(triangles.shape)


def _is_sphere(points: FloatArray, triangles: IntArray) -> bool:
    """Whether the mesh is closed, in one piece and without handles."""
    mesh = trimesh.Trimesh(points, triangles, process=False)
    return bool(mesh.is_watertight and mesh.body_count == 1 and mesh.euler_number == 2)
