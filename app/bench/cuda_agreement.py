"""Rows of group ``cuda`` that tell how far a card agrees with the processor, on other bodies each time."""

from __future__ import annotations

import secrets
from dataclasses import fields, replace
from typing import Any

import numpy as np
import torch

from app.bench.bodies import make_problem
from app.bench.row import Row, make_row
from core.body.reference import skin_reference
from core.cameras import Lens, project, to_crop
from core.energy.discriminators import Discriminators
from core.energy.terms import TERMS
from core.optimize.cuda_graph import RecordedOptimizer
from core.optimize.loop import Optimizer, Snapshot
from core.optimize.posed_bodies import PosedBodies
from core.optimize.presets import get_preset
from core.optimize.problem import Problem, SparseRegressor
from core.optimize.views import Views
from core.silhouette import coverage as twin
from core.types import FloatArray

#: Bodies that are compared, and steps after which their vertices are.
BODIES, STEPS = 8, 100
#: Largest relative error of float32 kernels, and millimetres between final bodies.
RELATIVE, FINAL_MM = 1e-4, 0.1
#: About what balancing finds on such bodies, and Adam's usual rate, as numbers that float32 holds exactly.
SCALES, RATE = {**dict.fromkeys(TERMS, 1.0), "joint": 22.0, "silhouette": 16.0}, 1 / 128


def measure_agreement(device: torch.device) -> list[Row]:
    """Kernels against float64 on the processor, and whole optimisations against each other."""
    seed = secrets.randbelow(1 << 30)
    problem = make_problem(BODIES, seed=seed)
    return [
        *_compare_skinning(problem, device, seed),
        *_compare_silhouettes(problem, device, seed),
        *_compare_bodies(problem, device, seed),
    ]


def _compare_skinning(problem: Problem, device: torch.device, seed: int) -> list[Row]:
    start = problem.start
    inputs = (start.rotations, start.betas, start.transl)
    exact = [tensor.double().requires_grad_() for tensor in inputs]
    expected = skin_reference(problem.body.layer.model, *exact).vertices
    gradient = torch.randn(expected.shape, dtype=torch.float64)
    wanted = torch.autograd.grad(expected, exact, gradient)
    leaves = [tensor.clone().to(device).requires_grad_() for tensor in inputs]
    found = problem.body.layer(*leaves).vertices
    got = torch.autograd.grad(found, leaves, gradient.to(found))
    return [
        _tell("skinning", [found], [expected], seed),
        _tell("skinning_gradient", list(got), list(wanted), seed),
    ]


def _compare_silhouettes(problem: Problem, device: torch.device, seed: int) -> list[Row]:
    from core.silhouette.cuda.coverage import compare_masks

    start = problem.start
    vertices = problem.body.layer(start.rotations, start.betas, start.transl).vertices
    pixels = to_crop(project(vertices, problem.lens), problem.crop)
    expected, wanted = twin.compare_masks(
        pixels.double().numpy(), problem.body.mesh, problem.masks.double().numpy()
    )
    inputs = pixels.to(device), problem.body.mesh, problem.masks.to(device)
    errors, gradient = compare_masks(*inputs)
    errors_again, gradient_again = compare_masks(*inputs)
    assert gradient is not None and gradient_again is not None  # noqa: PT018 - not a test
    same = torch.equal(errors, errors_again) and torch.equal(gradient, gradient_again)
    return [
        _tell("silhouette", [errors], [torch.from_numpy(expected)], seed),
        _tell("silhouette_gradient", [gradient], [torch.from_numpy(wanted)], seed),
        make_row(
            "cuda_silhouette_differs", [float(not same)], "bool", target=0.0, note="the same inputs twice"
        ),
    ]


def _compare_bodies(problem: Problem, device: torch.device, seed: int) -> list[Row]:
    """The same optimisation on the processor and on the card, with and without a CUDA graph.

    In double precision all have to end at the same bodies. In single precision they need not: joints that
    nothing holds, such as hands, follow gradients that are mostly rounding, and Adam takes full steps along
    them.
    """
    note = f"{STEPS} steps of preset paper, {BODIES} bodies, seed {seed}"
    wide = _widen(problem)
    here, plain, recorded = (
        _optimise(problem_there, kind)
        for problem_there, kind in (
            (wide, Optimizer), (wide.to(device), Optimizer), (wide.to(device), RecordedOptimizer)
        )
    )  # fmt: skip
    single_here = _optimise(problem, Optimizer)
    single, again = (_optimise(problem.to(device), RecordedOptimizer) for _ in range(2))
    return [
        _differ("final", plain, here, f"float64, card against processor, worst vertex: {note}"),
        _differ(
            "recorded", recorded, plain, f"float64, with against without a CUDA graph, worst vertex: {note}"
        ),
        make_row(
            "cuda_single_mm",
            [1000 * float(np.median(_measure_distances(single, single_here)))],
            "mm",
            note=f"float32, card against processor, median vertex: {note}",
        ),
        make_row(
            "cuda_repeated_mm",
            [1000 * float(_measure_distances(again, single).max())],
            "mm",
            target=0.0,
            note=f"float32, the same run twice, worst vertex: {note}",
        ),
        make_row(
            "cuda_recording_refused",
            [float(any("cannot be recorded" in word for word in single.notes))],
            "bool",
            target=0.0,
            note="; ".join(single.notes) or "the step was recorded",
        ),
    ]


def _optimise(problem: Problem, kind: type[Optimizer]) -> Snapshot:
    """Where the bodies end; weights come from the processor, the same for all."""
    settings = replace(get_preset("paper"), step_size=RATE, betas_step_size=RATE)
    discriminators = Discriminators().to(problem.labels.dtype)
    optimizer = kind(problem, settings, scales=SCALES, discriminators=discriminators)
    for _ in range(STEPS):
        optimizer.advance()
    return optimizer.take_snapshot()


def _measure_distances(first: Snapshot, second: Snapshot) -> FloatArray:
    """(B, V) metres."""
    return np.linalg.norm(first.vertices.astype(np.float64) - second.vertices, axis=-1)


def _differ(name: str, found: Snapshot, expected: Snapshot, note: str) -> Row:
    worst = 1000 * float(_measure_distances(found, expected).max())
    return make_row(f"cuda_{name}_mm", [worst], "mm", target=FINAL_MM, note=note)


def _widen(record: Any) -> Any:
    """A problem, or a record in one, with its numbers in double precision."""
    wide: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, torch.Tensor) and value.is_floating_point():
            wide[field.name] = value.double()
        elif isinstance(value, (SparseRegressor, PosedBodies, Views, Lens)):
            wide[field.name] = _widen(value)
    return replace(record, **wide)


def _tell(name: str, found: list[torch.Tensor], expected: list[torch.Tensor], seed: int) -> Row:
    worst = max(
        float((one.detach().cpu().double() - other.detach()).norm() / other.detach().norm())
        for one, other in zip(found, expected)
    )
    return make_row(
        f"cuda_{name}_error",
        [worst],
        "relative",
        target=RELATIVE,
        note=f"float32 on the card against float64 on the processor, seed {seed}",
    )
