"""Which term pulls where, as arrows: every term's on each joint, or the hardest one on each patch of mesh."""

from __future__ import annotations

import numpy as np

from app.session.run_view import PullPlace, Pulls
from core.types import FloatArray

#: Metres of the longest arrow.
_LONGEST = {"joints": 0.28, "mesh": 0.16}
#: Share of the longest below which an arrow says nothing.
_LEAST = 0.04
#: Edge of the cubes of which each gives the mesh one arrow, metres.
_SPACING = 0.055

Arrows = dict[str, tuple[FloatArray, FloatArray]]


def choose_vertices(template: FloatArray) -> np.ndarray:
    """Vertices that lie evenly over the body, one from each small cube of its rest pose, (n,)."""
    cubes = np.floor(template / _SPACING).astype(int)
    return np.unique(cubes, axis=0, return_index=True)[1]


def make_arrows(
    pulls: Pulls, place: PullPlace, *, joints: FloatArray, vertices: FloatArray, chosen: np.ndarray
) -> Arrows:
    """Starts and moves of every term's arrows, metres, camera frame; lengths go with the pull's square root.

    Args:
        pulls: of the body.
        place: ``joints`` or ``mesh``.
        joints: (J, 3) of the body, of the regressor that the labels are compared with.
        vertices: (V, 3) of the body.
        chosen: (n,) vertices that have an arrow.
    """
    starts = joints if place == "joints" else vertices[chosen]
    moves = {
        term: pull if place == "joints" else pulls.vertices[term][chosen]
        for term, pull in pulls.joints.items()
    }
    if not moves:
        return {}
    lengths = np.stack([np.linalg.norm(move, axis=1) for move in moves.values()])  # [terms, n]
    if not lengths.max():
        return {}
    shares = np.sqrt(lengths / lengths.max())  # so that weak pulls are seen beside strong ones
    drawn = _LONGEST[place] * shares / np.maximum(lengths, 1e-30)
    seen = shares > _LEAST
    if place == "mesh":  # only the hardest pull of each place, or none could be told from the others
        seen &= lengths == lengths.max(axis=0)
    return {
        term: (np.where(seen[number, :, None], starts, np.nan), move * drawn[number, :, None])
        for number, (term, move) in enumerate(moves.items())
    }


def share_pulls(pulls: Pulls) -> dict[str, float]:
    """Term id -> length of its pull on all joints, as a share of all terms' together."""
    lengths = {term: float(np.linalg.norm(pull)) for term, pull in pulls.joints.items()}
    whole = sum(lengths.values())
    return {term: length / whole if whole else 0.0 for term, length in lengths.items()}
