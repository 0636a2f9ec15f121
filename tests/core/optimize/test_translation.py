import warnings

import numpy as np
import pytest

from core.cameras import Lens, project
from core.optimize.translation import solve_translations

LENS = Lens(
    np.array([1145.0, 1143.8]),
    np.array([512.5, 515.5]),
    np.array([-0.2, 0.24, -0.002]),
    np.array([-0.0009, -0.0016]),
)


@pytest.fixture
def scene():
    random = np.random.default_rng(0)
    joints = random.normal(size=(6, 17, 3)) * 0.4
    transl = random.normal(size=(6, 3)) * 0.3 + [0, 0, 4.5]
    keypoints = project(joints + transl[:, None], LENS)
    return joints, transl, keypoints, np.ones((6, 17), dtype=bool)


def test_exact_keypoints_give_the_exact_place_through_the_distorted_lens(scene):
    joints, transl, keypoints, valid = scene
    assert np.allclose(solve_translations(joints, keypoints, valid, LENS), transl, atol=1e-9)


def test_labels_that_are_missing_do_not_count(scene):
    joints, transl, keypoints, valid = scene
    keypoints[:, 3] = np.nan
    keypoints[:, 5] += 100
    valid[:, [3, 5]] = False
    assert np.allclose(solve_translations(joints, keypoints, valid, LENS), transl, atol=1e-9)


def test_too_few_labels_give_no_place(scene):
    joints, _, keypoints, valid = scene
    valid[2, 3:] = False
    solved = solve_translations(joints, keypoints, valid, LENS)
    assert np.isnan(solved[2]).all()
    assert np.isfinite(np.delete(solved, 2, axis=0)).all()


def test_without_a_lens_nothing_is_placed_and_nothing_warned_of() -> None:
    joints = np.random.default_rng(0).normal(size=(2, 17, 3))
    unknown = Lens(*(np.full(size, np.nan) for size in (2, 2, 3, 2)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = solve_translations(joints, np.ones((2, 17, 2)), np.ones((2, 17), bool), unknown)
    assert np.isnan(found).all()
