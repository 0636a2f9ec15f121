"""However long a live run goes on, neither side keeps more of it than was settled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from app.jobs import live_states
from app.jobs.live_account import LiveAccount
from app.jobs.live_branch import Branch
from app.jobs.live_messages import KEPT, Iteration, Loaded, Report
from app.jobs.live_states import LiveStates
from app.session.optimisation import OptimisationState, Variant
from app.session.optimisation_variant import Energies
from core.optimize.loop import OptimizerState
from core.optimize.presets import get_preset
from core.types import BodyParameters

TOTAL = 3 * KEPT


def make_iteration(number: int) -> Iteration:
    parameters = BodyParameters(np.zeros((1, 3)), np.zeros((1, 69)), np.zeros((1, 10)), np.zeros((1, 3)))
    return Iteration(Energies(number, {"joint": 1.0}, {"joint": 1.0}, 1.0), parameters)


def test_the_window_keeps_the_start_and_the_last_iterations() -> None:
    account = LiveAccount()
    state = OptimisationState("starting", (0,), 1, (Variant("A", "", get_preset("paper")),), "A")
    state = account.book(Loaded(account.begin(), make_iteration(0)), state)
    order = account.number_advance("A")
    for first in range(1, TOTAL, 10):
        iterations = tuple(make_iteration(number) for number in range(first, first + 10))
        state = account.book(Report(order, "A", iterations, None, 0, finished=False), state)

    kept = [number for number in range(TOTAL + 1) if account.history.get("A", number) is not None]
    assert kept == [0, *range(TOTAL - KEPT + 1, TOTAL + 1)]
    assert account.history.describe("A") == f"there are 0 and {TOTAL - KEPT + 1} to {TOTAL}"
    assert [record.iteration for record in state.energies] == kept[1:]
    assert state.course is not None
    assert state.course.energies_at(TOTAL) is not None
    assert state.course.energies_at(TOTAL - KEPT) is None


def make_state(iteration: int, *, held_shape: bool = False) -> OptimizerState:
    """Adam remembers nothing before the first step, and never anything of a shape that is held."""
    variables = torch.full((2, 24, 6), float(iteration)), torch.ones(2, 3), torch.zeros(2, 10)
    moments = tuple(
        {"step": torch.tensor(float(iteration)), "exp_avg": iteration + each, "exp_avg_sq": each**2}
        if iteration and not (held_shape and number == 2)
        else {}
        for number, each in enumerate(variables)
    )
    return OptimizerState(iteration, variables, moments)


class CountingOptimizer:
    """Does nothing but count."""

    def __init__(self) -> None:
        self.iteration = 0
        self.scales: dict[str, float] = {}

    def advance(self, _settings: object) -> None:
        self.iteration += 1

    def save_state(self) -> OptimizerState:
        return make_state(self.iteration)

    def take_snapshot(self) -> SimpleNamespace:
        kept = make_iteration(self.iteration)
        return SimpleNamespace(
            iteration=self.iteration,
            energies={},
            bare={},
            total=0.0,
            parameters=kept.parameters,
            vertices=np.zeros((1, 1, 3)),
        )


def test_the_child_process_keeps_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_states, "KEPT", 20)
    ground: Any = SimpleNamespace(
        make_optimizer=lambda settings: CountingOptimizer(),
        find_scales=lambda settings: {},
        fit=lambda settings: settings,
    )
    branch = Branch(ground, get_preset("paper"))
    for _ in range(100):
        branch.step()
    assert branch._states.iterations == [0, *range(81, 101)]


@pytest.mark.parametrize("held_shape", [False, True])
def test_states_come_back_to_the_bit_and_a_fork_goes_on_apart(
    monkeypatch: pytest.MonkeyPatch, held_shape: bool
) -> None:
    monkeypatch.setattr(live_states, "KEPT", 10)
    states = LiveStates(make_state(0))
    for iteration in range(1, 26):
        states.add(make_state(iteration, held_shape=held_shape))
    fork = states.copy(20)
    for iteration in range(21, 40):
        fork.add(make_state(iteration, held_shape=held_shape))
    states.cut(22)
    assert states.iterations == [0, *range(16, 23)]
    assert fork.iterations == [0, *range(30, 40)]
    with pytest.raises(KeyError):
        states.get(15)
    for iteration in states.iterations:
        found, made = states.get(iteration), make_state(iteration, held_shape=held_shape)
        assert found.iteration == iteration
        torch.testing.assert_close(found.variables, made.variables, rtol=0, atol=0)
        torch.testing.assert_close(found.moments, made.moments, rtol=0, atol=0)
