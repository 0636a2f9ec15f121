"""A world of any up is shown upright, and what a camera sees stays the same."""

from __future__ import annotations

import numpy as np
import pytest

from app.session.level import find_level, level_camera
from core.cameras import Camera, Lens, to_camera, to_world

LENS = Lens(np.full(2, 1000.0), np.full(2, 500.0), np.zeros(3), np.zeros(2))


def look(centre: list[float], up: list[float]) -> Camera:
    """A level camera that looks at the origin."""
    position = np.array(centre)
    forward = -position / np.linalg.norm(position)
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    R = np.stack([right, np.cross(forward, right), forward])
    return Camera("a", R, -R @ position, LENS, 1000, 1000)


@pytest.mark.parametrize("up", np.concatenate([np.eye(3), -np.eye(3)]).tolist())
def test_the_axis_that_pictures_show_upwards_becomes_z(up: list[float]) -> None:
    centres = 2 * np.array(up) + 5 * np.eye(3)[[(int(np.abs(up).argmax()) + step) % 3 for step in (1, 2)]]
    cameras = [look(centre.tolist(), up) for centre in centres]
    level = find_level(cameras)
    np.testing.assert_allclose(level @ up, [0, 0, 1], atol=1e-12)
    assert np.linalg.det(level) == pytest.approx(1)
    points = np.random.default_rng(0).normal(size=(5, 3))
    for camera in cameras:
        turned = level_camera(camera, level)
        seen = to_camera(points, camera.R, camera.t)
        np.testing.assert_allclose(to_world(seen, turned.R, turned.t), points @ level.T, atol=1e-12)


def test_a_world_that_is_upright_or_unknown_stays() -> None:
    upright, unknown = look([5, 0, 1.5], [0, 0, 1]), look([5, 0, 1.5], [0, 0, 1])
    assert (find_level([upright]) == np.eye(3)).all()
    unknown.R[:] = np.nan
    assert (find_level([unknown]) == np.eye(3)).all()
    assert (find_level([]) == np.eye(3)).all()
