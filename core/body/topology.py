"""What belongs to a mesh's connectivity alone: its identity, and whether it closes."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import BodyError

IntArray = NDArray[np.integer[Any]]


def hash_topology(faces: IntArray, vertex_count: int) -> str:
    """Short name of a mesh topology, equal for equal vertex counts and face lists.

    A joint regressor belongs to one numbering of the vertices. Two meshes can have SMPL's sizes and yet
    number their vertices differently, so the sizes are not enough to tell whether a regressor fits.

    Args:
        faces: vertex indices, (F, 3), of any integer type.
        vertex_count: V.

    Returns:
        Sixteen hexadecimal digits.
    """
    digest = hashlib.sha256(str(vertex_count).encode())
    digest.update(np.ascontiguousarray(faces, dtype="<i4").tobytes())
    return digest.hexdigest()[:16]


def pair_edges(faces: IntArray) -> NDArray[np.int32]:
    """Edges of a closed, consistently oriented mesh, each with the two faces that meet there.

    Args:
        faces: vertex indices, (F, 3).

    Returns:
        (E, 4): the edge's two vertices in the order in which the first face runs through them, the first
        face, the second face; sorted by first face, for locality.

    Raises:
        BodyError: the mesh is empty, a face uses a vertex twice, an edge has not exactly two faces, or the
            two faces of an edge disagree about which side is out.
    """
    faces = np.asarray(faces)
    if faces.ndim != 2 or faces.shape[1] != 3 or len(faces) == 0:
        raise BodyError(
            f"faces have shape {faces.shape}; a closed mesh needs (F, 3) with at least four faces"
        )
    if faces.min() < 0:
        raise BodyError(f"a face has vertex index {faces.min()}; indices start at 0")
    start = faces.astype(np.int64).ravel()
    end = np.roll(faces, -1, axis=1).astype(np.int64).ravel()
    if (start == end).any():
        face = int(np.argmax(start == end)) // 3
        raise BodyError(f"face {face} uses vertex {start[3 * face]} twice or more; the mesh must be repaired")
    undirected = (np.minimum(start, end) << 32) | np.maximum(start, end)
    _, first_use, uses = np.unique(undirected, return_index=True, return_counts=True)
    if (uses != 2).any():
        wrong = int(np.argmax(uses != 2))
        at = first_use[wrong]
        raise BodyError(
            f"the mesh is not closed: {int((uses != 2).sum())} edges do not have exactly two faces, among "
            f"them the one between vertices {start[at]} and {end[at]}, which has {uses[wrong]}"
        )
    order = np.argsort(undirected, kind="stable")
    first, second = order[0::2], order[1::2]
    same_way = start[first] != end[second]
    if same_way.any():
        at, other = first[int(np.argmax(same_way))], second[int(np.argmax(same_way))]
        raise BodyError(
            f"the mesh is not consistently oriented: faces {at // 3} and {other // 3} run through their "
            f"common edge, from vertex {start[at]} to {end[at]}, in the same direction"
        )
    edges = np.stack([start[first], end[first], first // 3, second // 3], axis=1)
    return np.ascontiguousarray(edges[np.argsort(edges[:, 2], kind="stable")], dtype=np.int32)


def is_closed(faces: IntArray) -> bool:
    """Whether :func:`check_closed` has nothing to say of these (F, 3) faces."""
    try:
        check_closed(faces)
    except BodyError:
        return False
    return True


def check_closed(faces: IntArray) -> None:
    """Make sure that a mesh of (F, 3) faces is closed and consistently oriented, as the silhouette needs it.

    Raises:
        BodyError: it is not; the message names the first edge or face that is wrong.
    """
    pair_edges(faces)
