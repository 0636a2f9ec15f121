from __future__ import annotations

import numpy as np

from core.audit.offsets import OffsetTests
from core.audit.pose_errors import PoseErrors, judge_given_others

JOINTS = 3


def make_tests(offset: np.ndarray) -> OffsetTests:
    unknown = np.full(offset.shape[:2], np.nan)
    return OffsetTests(offset, unknown, unknown, unknown, unknown, np.full((*offset.shape[:2], 2), np.nan))


def make_errors() -> PoseErrors:
    random = np.random.default_rng(0)
    return PoseErrors(*(random.normal(0, 1e-3, (6, 3 * JOINTS)) for _ in range(2)))


def test_a_subject_of_whom_nothing_is_known_stays_unknown_beside_the_others() -> None:
    offset = np.random.default_rng(1).normal(0, 2e-3, (4, JOINTS, 3))
    offset[2] = np.nan
    judged = judge_given_others(make_tests(offset), make_errors())
    assert np.isnan(judged.p[2]).all()
    assert np.isfinite(judged.p[[0, 1, 3]]).all()


def test_nothing_known_at_all_judges_nobody() -> None:
    judged = judge_given_others(make_tests(np.full((3, JOINTS, 3), np.nan)), make_errors())
    assert np.isnan(judged.p).all()
