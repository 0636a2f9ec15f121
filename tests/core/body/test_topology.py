import numpy as np
import pytest

from core.body.topology import check_closed, hash_topology, pair_edges
from core.errors import BodyError

TETRAHEDRON = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])


def test_hash_depends_on_numbering_and_count_not_on_type():
    name = hash_topology(TETRAHEDRON, 4)
    assert name == hash_topology(TETRAHEDRON.astype(np.uint32), 4)
    assert name != hash_topology(TETRAHEDRON, 5)
    assert name != hash_topology(TETRAHEDRON[:, [1, 2, 0]], 4)
    assert len(name) == 16


def test_hash_is_the_same_in_every_release():
    assert hash_topology(TETRAHEDRON, 4) == "ba9c912a6096795b"


def test_edges_know_both_faces():
    edges = pair_edges(TETRAHEDRON)
    assert edges.shape == (6, 4)
    for start, end, first, second in edges:
        assert (start, end) in zip(TETRAHEDRON[first], np.roll(TETRAHEDRON[first], -1))
        assert (end, start) in zip(TETRAHEDRON[second], np.roll(TETRAHEDRON[second], -1))


def test_demo_body_is_closed(demo_body):
    check_closed(demo_body.faces)
    with pytest.raises(BodyError):
        check_closed(demo_body.faces[1:])


@pytest.mark.parametrize(
    ("faces", "fault"),
    [
        (TETRAHEDRON[:3], "3 edges do not have exactly two faces.*has 1"),
        (np.concatenate([TETRAHEDRON, [[0, 1, 4]]]), "not closed.*"),
        (
            np.concatenate([TETRAHEDRON[:3], TETRAHEDRON[3:, ::-1]]),
            "not consistently oriented.*same direction",
        ),
        (np.array([[0, 0, 1], [0, 1, 0]]), "uses vertex 0 twice"),
        (TETRAHEDRON - 1, "vertex index -1"),
        (np.zeros((0, 3), int), r"shape \(0, 3\)"),
        (np.zeros((4, 4), int), r"shape \(4, 4\)"),
    ],
)
def test_what_is_not_closed_is_named(faces, fault):
    with pytest.raises(BodyError, match=fault):
        check_closed(faces)
