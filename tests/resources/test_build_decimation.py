"""Decimation keeps the mesh closed and carries values over."""

import numpy as np
import pytest

trimesh = pytest.importorskip("trimesh", reason="needs the extra 'body'")
pytest.importorskip("fast_simplification", reason="needs the extra 'body'")

from core.errors import BodyError  # noqa: E402
from resources.build_demo_body.decimation import carry_over, decimate  # noqa: E402
from resources.build_demo_body.surface import find_holes  # noqa: E402


@pytest.fixture
def sphere():
    return trimesh.creation.icosphere(subdivisions=3)


def test_decimated_sphere_is_closed_and_has_the_faces_asked_for(sphere):
    faces, carry = decimate(np.asarray(sphere.vertices), np.asarray(sphere.faces), 400)
    assert faces.shape == (400, 3)
    assert find_holes(faces) == []
    np.testing.assert_allclose(carry.sum(axis=1), 1)
    assert np.abs(np.linalg.norm(carry @ sphere.vertices, axis=1) - 1).max() < 0.01


def test_decimation_is_repeatable(sphere):
    first, second = (decimate(np.asarray(sphere.vertices), np.asarray(sphere.faces), 400) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    assert abs(first[1] - second[1]).max() == 0


def test_a_count_that_cannot_be_reached_is_refused(sphere):
    with pytest.raises(BodyError, match="401 faces"):  # a closed mesh has an even number
        decimate(np.asarray(sphere.vertices), np.asarray(sphere.faces), 401)


def test_points_on_the_surface_are_carried_exactly(sphere):
    middles = sphere.triangles.mean(axis=1)
    carry = carry_over(np.asarray(sphere.vertices), np.asarray(sphere.faces), middles)
    np.testing.assert_allclose(carry @ sphere.vertices, middles, atol=1e-12)
