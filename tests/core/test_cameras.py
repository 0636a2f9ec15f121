"""Projection with Human3.6M's lens, its inverse, and crops."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.cameras import (
    CROP_SIDE,
    Lens,
    crop_around,
    in_front,
    project,
    stack_lenses,
    to_camera,
    to_crop,
    to_world,
    undistort,
)

FOCAL, CENTRE = np.array([1145.0, 1143.8]), np.array([512.5, 515.5])
RADIAL, TANGENTIAL = np.array([-0.207, 0.2478, -0.0031]), np.array([-0.00098, -0.00142])
LENS = Lens(FOCAL, CENTRE, RADIAL, TANGENTIAL)


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(5, 7, 3)) * 0.5 + [0, 0, 5]


def test_a_point_on_the_axis_is_seen_at_the_principal_point() -> None:
    np.testing.assert_allclose(project(np.array([[0.0, 0.0, 3.0]]), LENS), CENTRE[None])


def test_projection_is_the_published_formula(points: np.ndarray) -> None:
    """Written out point by point, from VideoPose3D's description of Human3.6M's lens."""
    x, y = points[2, 3, 0] / points[2, 3, 2], points[2, 3, 1] / points[2, 3, 2]
    r2 = x * x + y * y
    radial = 1 + RADIAL[0] * r2 + RADIAL[1] * r2**2 + RADIAL[2] * r2**3
    tangential = TANGENTIAL[0] * x + TANGENTIAL[1] * y
    seen = [
        FOCAL[0] * (x * (radial + tangential) + TANGENTIAL[0] * r2) + CENTRE[0],
        FOCAL[1] * (y * (radial + tangential) + TANGENTIAL[1] * r2) + CENTRE[1],
    ]
    np.testing.assert_allclose(project(points, LENS)[2, 3], seen)


def test_undistorting_is_the_inverse(points: np.ndarray) -> None:
    np.testing.assert_allclose(
        undistort(project(points, LENS), LENS), points[..., :2] / points[..., 2:], atol=1e-12
    )


def test_numpy_and_torch_agree(points: np.ndarray) -> None:
    lens = Lens(*(torch.tensor(value) for value in (FOCAL, CENTRE, RADIAL, TANGENTIAL)))
    np.testing.assert_allclose(project(torch.tensor(points), lens).numpy(), project(points, LENS))


def test_every_body_is_seen_through_its_own_lens(points: np.ndarray) -> None:
    lenses = [Lens(FOCAL + number, CENTRE, RADIAL, TANGENTIAL) for number in range(5)]
    together = project(points, stack_lenses(lenses))
    for number, lens in enumerate(lenses):
        np.testing.assert_allclose(together[number], project(points[number], lens))


def test_world_and_camera_are_inverse(points: np.ndarray) -> None:
    R = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    t = np.array([0.1, -2.0, 4.0])
    np.testing.assert_allclose(to_world(to_camera(points, R, t), R, t), points)
    np.testing.assert_allclose(to_camera(points, R, t)[0, 0], R @ points[0, 0] + t)


def test_a_crop_holds_its_points_with_a_margin(points: np.ndarray) -> None:
    pixels = project(points, LENS)
    pixels[0, 2] = np.nan  # an absent joint
    inside = to_crop(pixels, crop_around(pixels, margin=1.25))
    low, high = np.nanmin(inside, axis=1), np.nanmax(inside, axis=1)
    np.testing.assert_allclose((high - low).max(axis=-1), CROP_SIDE / 1.25)
    np.testing.assert_allclose(low + high, CROP_SIDE)


def test_what_reaches_behind_the_camera_is_not_in_front(points: np.ndarray) -> None:
    assert in_front(points)
    points[3, 1, 2] = -0.2
    assert not in_front(points)
