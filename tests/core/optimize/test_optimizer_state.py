import numpy as np
import pytest

from core.optimize.loop import Optimizer
from core.optimize.presets import get_preset
from core.optimize.problem import load_problem
from core.project.project import Project

ROWS = np.array([3, 40])


@pytest.fixture(scope="module")
def problem(project_small):
    with Project.open(project_small, read_only=True) as project:
        return load_problem(project, ROWS, regressor="J_std")


@pytest.mark.parametrize("steps", [0, 3])
def test_from_a_saved_state_it_goes_on_as_if_it_had_never_stopped(problem, steps):
    settings = get_preset("jointlens")
    optimizer = Optimizer(problem, settings)
    for _ in range(steps):
        optimizer.advance()
    state = optimizer.save_state()
    for _ in range(4):
        optimizer.advance()
    straight = optimizer.take_snapshot()

    other = Optimizer(problem, settings, scales=optimizer.scales)
    for each in (optimizer, other):
        each.restore_state(state)
        assert each.iteration == steps
        for _ in range(4):
            each.advance()
        again = each.take_snapshot()
        assert np.array_equal(again.vertices, straight.vertices)
        assert again.energies == straight.energies


def test_a_saved_state_does_not_move_with_the_optimiser(problem):
    optimizer = Optimizer(problem, get_preset("paper"))
    optimizer.advance()
    state = optimizer.save_state()
    before = [tensor.clone() for tensor in (*state.variables, state.moments[0]["exp_avg"])]
    optimizer.advance()
    after = (*state.variables, state.moments[0]["exp_avg"])
    assert all(bool((ours == theirs).all()) for ours, theirs in zip(before, after))
