from __future__ import annotations

from dataclasses import replace

import pytest

from app.jobs.live_pace import LivePace
from app.session.optimisation import OptimisationState, Variant
from app.session.optimisation_variant import VariantStatus
from core.optimize.presets import get_preset


def run_at(iteration: int, status: VariantStatus = "running", variant: str = "A") -> OptimisationState:
    course = Variant(variant, "", get_preset("paper"), status=status, iteration=iteration)
    return OptimisationState("ready", (0,), variants=(course,), active=variant)


def test_the_pace_is_an_average_over_two_seconds_told_twice_a_second() -> None:
    pace = LivePace()
    told = [pace.measure(run_at(number * 10), number * 0.1) for number in range(100)]
    assert told[:5] == [None] * 5
    assert told[5] == pytest.approx(100)
    assert len(set(told[5:])) <= 20
    # Ten times slower from now on: after two seconds the past no longer counts.
    told = [pace.measure(run_at(990 + number), 9.9 + number * 0.1) for number in range(1, 40)]
    assert told[-1] == pytest.approx(10)
    assert all(earlier is not None for earlier in told)


def test_a_run_that_is_over_keeps_its_pace_and_the_next_one_begins_anew() -> None:
    pace = LivePace()
    pace.measure(run_at(0), 1.0)
    assert pace.measure(run_at(100, "done"), 1.25) == pytest.approx(400)  # too short to be told meanwhile
    assert pace.measure(run_at(100, "done"), 60.0) == pytest.approx(400)
    assert pace.measure(run_at(100), 61.0) is None
    assert pace.measure(run_at(150), 62.0) == pytest.approx(50)


def test_a_run_that_was_taken_back_is_not_slower_for_it() -> None:
    pace = LivePace()
    pace.measure(run_at(200), 0.0)
    pace.measure(run_at(30), 1.0)
    assert pace.measure(run_at(130), 2.0) == pytest.approx(100)


def test_single_steps_another_variant_and_no_run_have_no_pace() -> None:
    pace = LivePace()
    pace.measure(run_at(0), 0.0)
    assert pace.measure(run_at(1, "paused"), 0.5) is None
    pace.measure(run_at(1), 1.0)
    assert pace.measure(run_at(101, "paused"), 2.0) == pytest.approx(100)
    assert pace.measure(run_at(50, "paused", variant="B"), 3.0) is None
    pace.measure(run_at(101), 4.0)
    assert pace.measure(run_at(201), 5.0) == pytest.approx(100)
    assert pace.measure(replace(run_at(201), phase="off", variants=(), active=""), 6.0) is None
