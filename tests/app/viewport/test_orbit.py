from __future__ import annotations

import numpy as np
import pytest

from app.viewport.camera_poses import UP
from app.viewport.orbit import FARTHEST, NEAREST, STEEPEST, find_push, turn_camera, zoom_camera

POSITION, FOCAL = np.array([1.0, -4.0, 1.5]), np.array([0.2, 0.1, 0.9])


@pytest.mark.parametrize(("right", "above"), [(30.0, 0.0), (-75.0, 20.0), (180.0, -200.0)])
def test_a_turned_camera_stays_as_far_away(right: float, above: float) -> None:
    turned = turn_camera(POSITION, FOCAL, UP, right=right, above=above)
    assert np.linalg.norm(turned - FOCAL) == pytest.approx(np.linalg.norm(POSITION - FOCAL))
    if not above:
        assert turned[2] == pytest.approx(POSITION[2])


def test_a_whole_turn_ends_where_it_began() -> None:
    position = POSITION
    for _ in range(12):
        position = turn_camera(position, FOCAL, UP, right=30.0, above=0.0)
    np.testing.assert_allclose(position, POSITION, atol=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_it_never_goes_over_the_top(sign: float) -> None:
    turned = turn_camera(POSITION, FOCAL, UP, right=0.0, above=400.0 * sign)
    offset = turned - FOCAL
    assert np.degrees(np.arcsin(offset[2] / np.linalg.norm(offset))) == pytest.approx(sign * STEEPEST)
    assert offset[:2] @ (POSITION - FOCAL)[:2] > 0, "on the side that it came from"


def test_from_straight_above_it_comes_down_on_the_picture_s_lower_side() -> None:
    facing = np.array([0.0, 1.0, 0.0])  # is up in the picture
    turned = turn_camera(FOCAL + 5 * UP, FOCAL, facing, right=0.0, above=-60.0)
    assert (turned - FOCAL) @ facing < -1
    assert abs((turned - FOCAL)[0]) < 1e-9


def test_what_is_pushed_follows_the_hand() -> None:
    """A camera that looks along -y with z up sees +x on its left."""
    push = find_push(np.array([0.0, 5.0, 1.0]), np.array([0.0, 0.0, 1.0]), UP, right=0.3, above=0.1)
    np.testing.assert_allclose(push, [0.3, 0.0, -0.1], atol=1e-12)


@pytest.mark.parametrize(("factor", "distance"), [(0.5, 2.0), (1e-3, NEAREST), (1e3, FARTHEST)])
def test_it_comes_no_nearer_than_can_be_seen_and_goes_no_farther(factor: float, distance: float) -> None:
    position = zoom_camera(FOCAL + np.array([0.0, -4.0, 0.0]), FOCAL, factor)
    assert np.linalg.norm(position - FOCAL) == pytest.approx(distance)
