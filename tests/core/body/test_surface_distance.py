"""Distances to a mesh's triangles."""

from __future__ import annotations

import numpy as np

from core.body.surface_distance import measure_surface_distance

#: One right-angled triangle in the plane z = 0, two metres a side.
CORNERS, FACE = np.array([[0.0, 0, 0], [2, 0, 0], [0, 2, 0]]), np.array([[0, 1, 2]])


def test_the_nearest_place_may_be_in_the_face_on_an_edge_or_at_a_corner():
    points = np.array([[0.5, 0.5, 0.3], [1.0, -0.4, 0.3], [2, 2, 0], [-3.0, -4, 0], [3, 0, 0]])
    distances = measure_surface_distance(points, CORNERS, FACE)
    np.testing.assert_allclose(distances, [0.3, 0.5, np.sqrt(2), 5, 1], atol=1e-12)


def test_it_is_what_a_fine_sampling_of_the_triangles_says():
    stream = np.random.default_rng(0)
    vertices, faces = stream.normal(size=(9, 3)), stream.permutation(9).reshape(3, 3)
    points = 2 * stream.normal(size=(20, 3))
    a, b = np.meshgrid(np.linspace(0, 1, 120), np.linspace(0, 1, 120))
    share = np.stack([a, b, 1 - a - b], axis=-1)[a + b <= 1]
    places = (share @ vertices[faces]).reshape(-1, 3)
    sampled = np.linalg.norm(points[:, None] - places, axis=-1).min(axis=1)
    distances = measure_surface_distance(points, vertices, faces)
    assert (distances <= sampled + 1e-12).all()
    np.testing.assert_allclose(distances, sampled, atol=0.02)


def test_a_triangle_without_area_counts_by_its_edges():
    line = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]])
    assert measure_surface_distance(np.array([[0.5, 0.2, 0]]), line, FACE)[0] == 0.2
