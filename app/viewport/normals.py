"""Vertex normals of a mesh whose vertices move and whose faces do not."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from core.types import FloatArray


class VertexNormals:
    """Area-weighted vertex normals, with the faces' incidence prepared once.

    Args:
        faces: (F, 3).
        vertex_count: V.
    """

    def __init__(self, faces: np.ndarray, vertex_count: int) -> None:
        self._faces = faces
        corners = faces.reshape(-1)
        of_face = np.repeat(np.arange(len(faces)), 3)
        ones = np.ones(len(corners), np.float32)
        self._incidence = csr_array((ones, (corners, of_face)), shape=(vertex_count, len(faces)))  # [V, F]

    def compute(self, vertices: FloatArray) -> FloatArray:
        """Vertices (V, 3) -> outward unit normals (V, 3) float32."""
        a, b, c = (vertices[self._faces[:, corner]].T for corner in range(3))  # [3, F]
        (ux, uy, uz), (vx, vy, vz) = b - a, c - a
        # As long as twice the face's area.
        of_faces = np.column_stack([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx])
        normals = self._incidence @ of_faces.astype(np.float32)
        lengths = np.linalg.norm(normals, axis=1, keepdims=True)
        return normals / np.maximum(lengths, 1e-12)
