"""What only a card can tell: that kernels are used there, steps are recorded, and both agree."""

import pytest
import torch

from app.bench.bodies import make_problem
from app.bench.cuda import measure_cuda
from app.bench.cuda_agreement import measure_agreement
from core.optimize.cuda_graph import RecordedOptimizer
from core.optimize.loop import Optimizer
from core.optimize.opening import open_optimizer
from core.optimize.presets import get_preset


@pytest.mark.cuda
def test_a_card_agrees_with_the_processor(card):
    assert [row for row in measure_agreement(card) if row.holds is False] == []


@pytest.mark.cuda
def test_a_recorded_step_follows_the_switches(card):
    paper = get_preset("paper")
    stretches = (
        (paper, 4),
        (paper.with_term("silhouette", on=False), 3),
        (paper.with_term("joint", weight=2), 3),
    )
    problem = make_problem(3).to(card)
    plain = Optimizer(problem, paper)
    recorded = open_optimizer(problem, paper, scales=plain.scales)
    assert isinstance(recorded, RecordedOptimizer)
    for settings, steps in stretches:
        for _ in range(steps):
            plain.advance(settings)
            recorded.advance(settings)
    found, expected = recorded.take_snapshot(), plain.take_snapshot()
    assert found.notes == ()
    assert abs(found.vertices - expected.vertices).max() < 1e-4


@pytest.mark.cuda
@pytest.mark.parametrize("preset", ["jointlens", "released-code"])
def test_every_preset_can_be_recorded(card, preset):
    optimizer = open_optimizer(make_problem(2).to(card), get_preset(preset))
    for _ in range(5):
        optimizer.advance()
    assert optimizer.take_snapshot().notes == ()


@pytest.mark.cuda
def test_what_reaches_behind_the_camera_is_passed_over(card):
    problem = make_problem(3)
    problem.start.transl[1, 2] = 0.3
    snapshots = []
    for each in (problem, problem.to(card)):
        optimizer = Optimizer(each, get_preset("paper"), scales=dict.fromkeys(get_preset("paper").terms, 1.0))
        snapshots.append(optimizer.take_snapshot())
    here, there = snapshots
    assert there.notes == here.notes
    assert there.bare["silhouette"] == pytest.approx(here.bare["silhouette"], rel=1e-4)


def test_without_a_card_measuring_says_so():
    if torch.cuda.is_available():
        pytest.skip("a CUDA device is here")
    (row,) = measure_cuda(lambda done, total, text: None)
    assert (row.name, row.value, row.target, row.holds) == ("cuda_body_steps_per_s", None, 20_000, None)
    assert "--device cpu" in row.note


def test_the_measurement_of_agreement_runs_on_the_processor_too(monkeypatch):
    """There it compares the processor with itself, recorded steps without their graph."""
    from app.bench import cuda_agreement

    monkeypatch.setattr(cuda_agreement, "BODIES", 2)
    monkeypatch.setattr(cuda_agreement, "STEPS", 6)
    problem = make_problem(2, seed=1)
    device = torch.device("cpu")
    rows = [
        *cuda_agreement._compare_skinning(problem, device, 1),
        *cuda_agreement._compare_bodies(problem, device, 1),
    ]
    assert [row.name for row in rows if row.holds is False] == []
    assert {row.name for row in rows} >= {"cuda_skinning_gradient_error", "cuda_final_mm", "cuda_recorded_mm"}
