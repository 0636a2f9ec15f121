"""The recorded optimiser on the processor, where its step is run in place of replayed, buffers and all."""

import numpy as np
import pytest
import torch

import core.optimize.cuda_graph
from core.errors import SettingsError
from core.optimize.cuda_graph import RecordedOptimizer
from core.optimize.direct import DirectOptimizer
from core.optimize.loop import Optimizer
from core.optimize.opening import open_optimizer
from core.optimize.presets import get_preset
from core.optimize.problem import load_problem
from core.project.project import Project


@pytest.fixture(scope="module")
def problem(project_small):
    with Project.open(project_small) as project:
        return load_problem(project, np.arange(4), regressor="J_std", device="cpu")


@pytest.fixture
def recordings(monkeypatch):
    """One entry for each step that was recorded."""
    made = []
    record = core.optimize.cuda_graph.record_step

    def count(step, device):
        made.append(device.type)
        return record(step, device)

    monkeypatch.setattr(core.optimize.cuda_graph, "record_step", count)
    return made


def walk(optimizer, *stretches):
    """Take some steps with each of the settings."""
    for settings, steps in stretches:
        for _ in range(steps):
            optimizer.advance(settings)
    return optimizer


def check_agreement(found, expected):
    for name in ("rotations", "betas", "transl"):
        difference = getattr(found.read_bodies(), name) - getattr(expected.read_bodies(), name)
        assert difference.abs().nan_to_num().max() < 2e-5


def test_a_recorded_step_does_what_a_plain_one_does(problem, recordings):
    settings = get_preset("paper")
    plain = walk(Optimizer(problem, settings), (settings, 8))
    recorded = walk(RecordedOptimizer(problem, settings, scales=plain.scales), (settings, 8))
    check_agreement(recorded, plain)
    assert recorded.iteration == 8
    assert len(recordings) == 1
    assert recorded.take_snapshot().total == pytest.approx(plain.take_snapshot().total, rel=1e-3)


def test_switching_and_weighting_a_term_needs_no_other_recording(problem, recordings):
    paper = get_preset("paper")
    stretches = (
        (paper, 3),
        (paper.with_term("silhouette", on=False), 2),
        (paper.with_term("joint", weight=3.0), 2),
        (paper, 2),
    )
    plain = walk(Optimizer(problem, paper), *stretches)
    recorded = walk(RecordedOptimizer(problem, paper, scales=plain.scales), *stretches)
    check_agreement(recorded, plain)
    assert len(recordings) == 1


def test_a_term_that_was_never_on_is_recorded_once(problem, recordings):
    paper = get_preset("paper")
    more = paper.with_term("initial_pose", on=True, weight=0.5)
    stretches = ((paper, 3), (more, 2), (paper, 2), (more, 2))
    plain = walk(Optimizer(problem, paper), *stretches)
    recorded = walk(RecordedOptimizer(problem, paper, scales=plain.scales), *stretches)
    check_agreement(recorded, plain)
    assert len(recordings) == 2


def test_rates_fall_within_a_recording(problem, recordings):
    settings = get_preset("jointlens")
    plain = Optimizer(problem, settings)
    recorded = RecordedOptimizer(problem, settings, scales=plain.scales)
    for optimizer in (plain, recorded):
        optimizer.iteration = 55
        walk(optimizer, (settings, 8))
    check_agreement(recorded, plain)
    assert len(recordings) == 1


def test_bodies_put_back_go_on_as_they_did(problem):
    settings = get_preset("paper")
    recorded = walk(RecordedOptimizer(problem, settings), (settings, 4))
    state = recorded.save_state()
    walk(recorded, (settings, 4))
    expected = recorded.read_bodies()
    recorded.restore_state(state)
    walk(recorded, (settings, 4))
    assert (recorded.read_bodies().rotations - expected.rotations).abs().max() < 1e-5


def test_what_cannot_be_recorded_is_run_and_said(problem, monkeypatch):
    def refuse(step, device):
        raise RuntimeError("operation not permitted when stream is capturing\nand more")

    monkeypatch.setattr(core.optimize.cuda_graph, "record_step", refuse)
    settings = get_preset("paper")
    plain = walk(Optimizer(problem, settings), (settings, 5))
    recorded = walk(RecordedOptimizer(problem, settings, scales=plain.scales), (settings, 5))
    check_agreement(recorded, plain)
    assert (
        "cannot be recorded: operation not permitted when stream is capturing"
        in (recorded.take_snapshot().notes[-1])
    )


def test_too_little_memory_is_not_taken_for_a_refusal(problem, monkeypatch):
    def exhaust(step, device):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(core.optimize.cuda_graph, "record_step", exhaust)
    settings = get_preset("paper")
    with pytest.raises(torch.OutOfMemoryError):
        walk(RecordedOptimizer(problem, settings), (settings, 5))


def test_without_a_term_a_recorded_step_fails_as_a_plain_one(problem):
    settings = get_preset("paper")
    recorded = walk(RecordedOptimizer(problem, settings), (settings, 4))
    nothing = settings.with_only(["smoothness"])
    with pytest.raises(SettingsError, match="no term can move the body"):
        recorded.advance(nothing)


def test_off_a_card_the_optimiser_without_a_graph_is_opened(problem):
    assert type(open_optimizer(problem, get_preset("paper"))) is DirectOptimizer
