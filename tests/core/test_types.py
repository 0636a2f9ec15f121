"""Keys and body parameters."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DatasetError
from core.types import LARGEST_FRAME, BodyParameters, FrameKey, InstantKey, parse_key


@pytest.mark.parametrize("text", ["S5/Walking-1/54138969/000123", "S5/Walking-1/000123"])
def test_a_key_prints_as_it_is_read(text: str) -> None:
    assert str(parse_key(text)) == text


def test_a_frame_knows_its_instant() -> None:
    key = FrameKey("S5", "Walking-1", "54138969", 123)
    assert key.instant == InstantKey("S5", "Walking-1", 123)
    assert key.sequence == "S5/Walking-1"


@pytest.mark.parametrize(
    "text", ["S5", "S5/Walking-1/54138969/x", "S5//1", "S5/Walking-1/0", "a/b/c/d/5", ""]
)
def test_what_is_no_key_is_named(text: str) -> None:
    with pytest.raises(DatasetError, match="no frame key"):
        parse_key(text)


def test_body_parameters_check_their_shapes() -> None:
    with pytest.raises(DatasetError, match="body_pose"):
        BodyParameters(np.zeros((2, 3)), np.zeros((2, 63)), np.zeros((2, 10)), np.zeros((2, 3)))


def test_rows_of_bodies_are_bodies() -> None:
    generator = np.random.default_rng(0)
    bodies = BodyParameters(*(generator.normal(size=(4, width)) for width in (3, 69, 10, 3)))
    some = bodies[np.array([2, 0])]
    assert len(some) == 2
    np.testing.assert_array_equal(some.betas, bodies.betas[[2, 0]])
    np.testing.assert_array_equal(bodies.pose[1, 0], bodies.global_orient[1])
    np.testing.assert_array_equal(bodies.pose[1, 23], bodies.body_pose[1, -3:])


@pytest.mark.parametrize("digits", [str(LARGEST_FRAME + 1), "9" * 5000])
def test_a_frame_number_that_is_too_large_is_named(digits: str) -> None:
    assert parse_key(f"S5/Walking-1/{LARGEST_FRAME}").frame == LARGEST_FRAME
    with pytest.raises(DatasetError, match=rf"frame number {digits[:40]}; they go up to 2147483647"):
        parse_key(f"S5/Walking-1/54138969/{digits}")
