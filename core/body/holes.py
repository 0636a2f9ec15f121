"""Holes of a mesh, closed by triangles between the vertices of their rims.

SMPL's mesh is closed; SMPL-X's eyeballs are open behind, and a body of one's own may be open at neck or
wrists. A silhouette needs it closed. No vertex is added, so regressors and whatever else counts vertices stay
valid.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.body.topology import IntArray, check_closed, is_closed
from core.errors import BodyError
from core.types import FloatArray

#: The longest rim that is closed, metres round: about a neck's. The flat cap of a larger hole would show in
#: the silhouette as something that the body is not.
LONGEST_RIM = 0.5


def find_caps(faces: IntArray, vertices: FloatArray) -> NDArray[np.int32]:
    """Triangles that close a mesh, (C, 3); none where it is closed.

    Args:
        faces: vertex indices, (F, 3).
        vertices: at rest, (V, 3) metres.

    Raises:
        BodyError: they do not close it: a rim is too long or not simple, or an edge has three faces.
    """
    if is_closed(faces):
        return np.zeros((0, 3), np.int32)
    edges = {(a, b) for x, y, z in np.asarray(faces).tolist() for a, b in ((x, y), (y, z), (z, x))}
    following: dict[int, int] = {}
    for start, end in sorted(edges):
        if (end, start) not in edges:
            if start in following:
                raise BodyError(f"two holes of the mesh meet in vertex {start}; cap them in a mesh editor")
            following[start] = end
    neighbours: dict[int, set[int]] = {}
    for start, end in edges:
        neighbours.setdefault(start, set()).add(end)
        neighbours.setdefault(end, set()).add(start)
    caps: list[tuple[int, int, int]] = []
    while following:
        caps += _close_rim(_take_rim(following), vertices, neighbours)
    closed = np.array([*np.asarray(faces).tolist(), *caps], np.int32).reshape(-1, 3)
    check_closed(closed)
    return closed[len(faces) :]


def _take_rim(following: dict[int, int]) -> list[int]:
    """Vertices of one rim in the direction of its faces, taken out of ``following``."""
    first, end = following.popitem()
    rim = [first]
    while end != first:
        rim.append(end)
        if end not in following:
            raise BodyError(f"the mesh's rim breaks off at vertex {end}; the mesh must be repaired")
        end = following.pop(end)
    return rim


def _close_rim(
    rim: list[int], vertices: FloatArray, neighbours: dict[int, set[int]]
) -> list[tuple[int, int, int]]:
    """A fan of triangles whose inner edges are none that the mesh has elsewhere."""
    at = vertices[rim]
    length = float(np.linalg.norm(at - np.roll(at, -1, axis=0), axis=1).sum())
    if length > LONGEST_RIM:
        raise BodyError(
            f"the mesh has a hole of {len(rim)} edges and {length:.2f} m round, at vertex {rim[0]}; only "
            f"holes up to {LONGEST_RIM} m are closed by themselves: cap it in a mesh editor"
        )
    for turn in range(len(rim)):
        apex, *others = rim[turn:] + rim[:turn]
        if not neighbours[apex] & set(others[1:-1]):
            for other in others[1:-1]:
                neighbours[apex].add(other)
                neighbours[other].add(apex)
            return [(apex, after, before) for before, after in pairwise(others)]
    raise BodyError(f"the hole at vertex {rim[0]} has no simple cap; close it in a mesh editor")
