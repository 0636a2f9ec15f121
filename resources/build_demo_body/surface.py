"""A closed triangle mesh out of MakeHuman's body: what cannot be seen is dropped, holes are capped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import BodyError
from core.types import BoolArray, FloatArray
from resources.build_demo_body.source import BaseMesh, IntArray

# Ranges of base-mesh vertices of the nipples: detail that a demo does without.
_NIPPLES = np.r_[1778:1794, 8450:8466]

# Where on the neutral base mesh a hole is an eye's: above 0.6 m and off the midline (origin at the chest).
_EYE_HEIGHT, _EYE_OFFSET = 0.6, 0.015
_EYE_DOME = np.array([0.0, 0.0, 0.004])


@dataclass(frozen=True)
class ClosedSurface:
    """Triangles over the base-mesh vertices that are in use, followed by one new vertex a capped hole.

    Attributes:
        used: base-mesh vertices in use, (U,).
        loops: base-mesh vertices round each hole.
        pushes: displacement of each hole's new vertex from the middle of its loop, metres, (C, 3).
        faces: triangles, counter-clockwise seen from outside, (F, 3) into U + C vertices.
    """

    used: IntArray
    loops: list[IntArray]
    pushes: FloatArray
    faces: IntArray

    def carry(self, values: FloatArray) -> FloatArray:
        """Per-vertex values of the base mesh on this surface; the mean of its loop on a cap's vertex."""
        return np.concatenate(
            [values[self.used], *(values[loop].mean(0, keepdims=True) for loop in self.loops)]
        )

    def place(self, base_vertices: FloatArray) -> FloatArray:
        """Vertices of this surface for a shape of the base mesh (V, 3), metres."""
        placed = self.carry(base_vertices)
        placed[len(self.used) :] += self.pushes
        return placed


def close_surface(mesh: BaseMesh, cavities: BoolArray) -> ClosedSurface:
    """Drop nipples and ``cavities`` (quads lining mouth and eye sockets), triangulate, cap the holes."""
    visible = ~cavities & ~np.isin(mesh.quads, _NIPPLES).any(axis=1)
    triangles = split_quads(mesh.vertices, mesh.quads[visible])
    loops = find_holes(triangles)
    used = np.unique(triangles)
    renumbered = np.full(len(mesh.vertices), -1)
    renumbered[used] = np.arange(len(used))
    caps = [fan_triangles(renumbered[loop], centre) for centre, loop in enumerate(loops, start=len(used))]
    return ClosedSurface(
        used=used,
        loops=loops,
        pushes=np.stack([_dome(mesh.vertices[loop].mean(axis=0)) for loop in loops]),
        faces=np.vstack([renumbered[triangles], *caps]),
    )


def split_quads(vertices: FloatArray, quads: IntArray) -> IntArray:
    """Two triangles a quad, cut along its shorter diagonal; (2 Q, 3)."""
    a, b, c, d = vertices[quads].transpose(1, 0, 2)
    along_ac = np.linalg.norm(a - c, axis=1) <= np.linalg.norm(b - d, axis=1)
    first, second = quads[along_ac], quads[~along_ac]
    return np.vstack([first[:, [0, 1, 2]], first[:, [0, 2, 3]], second[:, [0, 1, 3]], second[:, [1, 2, 3]]])


def find_holes(triangles: IntArray) -> list[IntArray]:
    """Boundary loops, each in the direction in which a cap must run round it to face outwards.

    Raises:
        BodyError: two holes touch in a vertex.
    """
    edges = {(int(a), int(b)) for face in triangles for a, b in zip(face, np.roll(face, -1))}
    following: dict[int, int] = {}
    for a, b in edges:
        if (b, a) in edges:
            continue
        if b in following:
            raise BodyError(f"vertex {b} lies on two holes; they cannot be capped apart")
        following[b] = a
    loops, left = [], set(following)
    while left:
        vertex, loop = min(left), []
        while vertex in left:
            left.discard(vertex)
            loop.append(vertex)
            vertex = following[vertex]
        loops.append(np.array(loop))
    return loops


def fan_triangles(loop: IntArray, centre: int) -> IntArray:
    """Triangles from each edge of a loop to one centre vertex, (len(loop), 3)."""
    return np.stack([loop, np.roll(loop, -1), np.full(len(loop), centre)], axis=1)


def _dome(middle: FloatArray) -> FloatArray:
    """How far a cap bulges: eyes a little, the rest is flat."""
    is_eye = middle[1] > _EYE_HEIGHT and abs(middle[0]) > _EYE_OFFSET
    return _EYE_DOME if is_eye else np.zeros(3)
