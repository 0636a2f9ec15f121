from __future__ import annotations

import pytest

from app.timeline.axis import Axis, round_step


def test_a_cell_is_found_again_at_its_middle() -> None:
    axis = Axis(76, 900, 37)
    assert [axis.index_at(axis.middle(index)) for index in range(37)] == list(range(37))


def test_outside_of_the_edges_lies_the_nearest_cell() -> None:
    axis = Axis(76, 900, 37)
    assert axis.index_at(0) == 0
    assert axis.index_at(5000) == 36


@pytest.mark.parametrize(("least", "step"), [(0.2, 1), (1, 1), (1.1, 2), (3, 5), (14, 20), (600, 1000)])
def test_steps_are_round(least: float, step: int) -> None:
    assert round_step(least) == step


def test_ticks_keep_their_distance() -> None:
    axis = Axis(0, 1000, 4000)
    ticks = axis.ticks(spacing=56)
    assert (ticks.step) * axis.cell >= 56
