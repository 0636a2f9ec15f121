import numpy as np
import pytest

from core.evaluate.bootstrap import bootstrap_means, draw_blocks, make_interval
from core.evaluate.error_sums import ErrorSums
from core.evaluate.measure import Measure
from core.project.frame_index import Shot

MEASURE = Measure("pa_mpjpe", "all-17")


def make_sums(errors, *, cameras=2, frames=10):
    """Every sequence has one error, the same in all its frames and cameras; regressors differ by 1 mm."""
    shots = tuple(
        Shot("S9", f"Walking-{number}", str(camera), 0, frames)
        for number in range(len(errors))
        for camera in range(cameras)
    )
    sums = np.repeat(errors, cameras)[None, :, None] * frames
    return ErrorSums(
        shots,
        ("J_std", "J_opt"),
        (MEASURE,),
        np.concatenate([sums, sums - frames]),
        np.full((len(shots), 1), frames),
        np.full((len(shots), 1), frames),
    )


def test_the_interval_is_that_of_the_sequences_and_not_of_the_frames():
    errors = np.random.default_rng(0).normal(60, 8, 30)
    value, draws = bootstrap_means(make_sums(errors), MEASURE)["J_std"]
    interval = make_interval(value, draws)
    standard_error = errors.std() / np.sqrt(30)
    assert value == pytest.approx(errors.mean())
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * standard_error, rel=0.08)
    many = make_interval(*bootstrap_means(make_sums(errors, cameras=4, frames=500), MEASURE)["J_std"])
    assert many.low == pytest.approx(interval.low)


def test_what_two_regressors_share_cancels_in_their_difference():
    means = bootstrap_means(make_sums(np.array([40.0, 60.0, 80.0])), MEASURE)
    first, second = means["J_opt"], means["J_std"]
    interval = make_interval(first[0] - second[0], first[1] - second[1])
    assert (interval.value, interval.low, interval.high) == pytest.approx((-1, -1, -1))


def test_sequences_are_drawn_within_their_subject():
    draws = draw_blocks(["S9", "S9", "S9", "S11"])
    assert (draws[:, :3].sum(axis=1) == 3).all()
    assert (draws[:, 3] == 1).all()
    assert draws[:, 0].std() > 0.5


def test_one_sequence_has_no_interval():
    value, draws = bootstrap_means(make_sums(np.array([50.0])), MEASURE)["J_std"]
    interval = make_interval(value, draws)
    assert value == 50
    assert not interval.known
    assert interval.to_dict() == {"value": 50, "low": None, "high": None}
