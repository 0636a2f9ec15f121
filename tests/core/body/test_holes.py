"""Small holes are closed without a new vertex; what cannot be is told."""

import numpy as np
import pytest

from core.body.files import load_body, save_body, to_smpl_arrays
from core.body.holes import find_caps
from core.body.topology import is_closed
from core.errors import BodyError

#: An octahedron: rings of four around two tips.
VERTICES = 0.05 * np.array([(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], float)
FACES = np.array([(0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4), (1, 0, 5), (2, 1, 5), (3, 2, 5), (0, 3, 5)])


def test_a_closed_mesh_needs_no_cap():
    assert find_caps(FACES, VERTICES).shape == (0, 3)


@pytest.mark.parametrize("lost", [[0], [0, 1], [0, 1, 2, 3], [0, 6]])
def test_what_was_lost_is_closed_with_the_same_outside(lost):
    open_mesh = np.delete(FACES, lost, axis=0)
    caps = find_caps(open_mesh, VERTICES)
    closed = np.concatenate([open_mesh, caps])
    assert len(caps) == (len(lost) if len(lost) < 4 else 2)  # a tip lost is a square closed
    assert is_closed(closed)
    a, b, c = (VERTICES[closed[:, corner]] for corner in range(3))
    assert (np.cross(b - a, c - a) * (a + b + c)).sum(
        axis=1
    ).min() > -1e-12  # outwards, or through the middle


def test_large_and_tangled_holes_are_refused_with_the_reason():
    with pytest.raises(BodyError, match=r"hole of 3 edges and 2\.12 m round, at vertex .* cap it"):
        find_caps(FACES[1:], 10 * VERTICES)
    with pytest.raises(BodyError, match=r"two holes of the mesh meet in vertex 4"):
        find_caps(np.delete(FACES, [0, 2], axis=0), VERTICES)
    with pytest.raises(BodyError, match="the mesh must be repaired"):
        find_caps(np.concatenate([FACES, [(0, 2, 4)]]), VERTICES)


def test_a_body_is_closed_when_it_is_read_and_written_as_it_was(demo_body, tmp_path):
    arrays = to_smpl_arrays(demo_body)
    arrays["f"] = np.delete(arrays["f"], [100, 5000, 9000], axis=0)
    np.savez(tmp_path / "open.npz", **arrays)
    body = load_body(tmp_path / "open.npz")
    assert is_closed(body.faces)
    assert not is_closed(body.own_faces)
    assert body.caps == 3
    assert body.topology != demo_body.topology
    save_body(body, tmp_path / "again.pkl")
    assert load_body(tmp_path / "again.pkl").topology == body.topology
