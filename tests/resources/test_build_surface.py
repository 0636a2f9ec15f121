"""Triangulating and closing a mesh."""

import numpy as np
import pytest

from core.errors import BodyError
from resources.build_demo_body.source import BaseMesh, parse_obj
from resources.build_demo_body.surface import close_surface, fan_triangles, find_holes, split_quads

# A cube; faces counter-clockwise seen from outside.
CUBE = np.array([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])
QUADS = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])


def enclosed_volume(vertices, faces):
    a, b, c = vertices[faces].transpose(1, 0, 2)
    return (a * np.cross(b, c)).sum() / 6


def test_quads_are_cut_along_the_shorter_diagonal():
    kite = np.array([[0.0, 0, 0], [3, -1, 0], [6, 0, 0], [3, 1, 0]])
    triangles = split_quads(kite, np.array([[0, 1, 2, 3]]))
    assert sorted(map(sorted, triangles.tolist())) == [[0, 1, 3], [1, 2, 3]]


def test_splitting_keeps_orientation_and_volume():
    assert enclosed_volume(CUBE, split_quads(CUBE, QUADS)) == pytest.approx(1)


def test_closed_mesh_has_no_holes():
    assert find_holes(split_quads(CUBE, QUADS)) == []


def test_cap_of_an_open_box_faces_outwards():
    triangles = split_quads(CUBE, QUADS[:-1])
    (loop,) = find_holes(triangles)
    assert sorted(loop) == [1, 3, 5, 7]
    vertices = np.vstack([CUBE, CUBE[loop].mean(axis=0)])
    closed = np.vstack([triangles, fan_triangles(loop, len(CUBE))])
    assert find_holes(closed) == []
    assert enclosed_volume(vertices, closed) == pytest.approx(1)


def test_two_holes_that_touch_are_refused():
    fan = np.array([[0, 1, 2], [0, 3, 4]])
    with pytest.raises(BodyError, match="vertex 0 lies on two holes"):
        find_holes(fan)


def test_closed_surface_carries_values_and_follows_the_base_mesh():
    unused = np.array([[9.0, 9, 9]])
    mesh = BaseMesh(np.vstack([unused, CUBE]), QUADS + 1)
    top_missing = np.array([False] * 5 + [True])
    surface = close_surface(mesh, top_missing)
    assert surface.used.tolist() == list(range(1, 9))
    assert find_holes(surface.faces) == []
    placed = surface.place(2 * mesh.vertices)
    assert placed.shape == (9, 3)
    assert enclosed_volume(placed, surface.faces) == pytest.approx(8)
    np.testing.assert_allclose(surface.carry(mesh.vertices[:, 2])[-1], 1)


def test_obj_groups_are_told_apart():
    vertices, groups = parse_obj("v 1 2 3\nv 0 0 0\nv 4 5 6\ng body\nf 1/1 2/1 3/2\ng helper\nf 3 2 1\n")
    np.testing.assert_array_equal(vertices, [[1, 2, 3], [0, 0, 0], [4, 5, 6]])
    assert {name: faces.tolist() for name, faces in groups.items()} == {
        "body": [[0, 1, 2]],
        "helper": [[2, 1, 0]],
    }
