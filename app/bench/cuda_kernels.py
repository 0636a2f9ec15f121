"""Rows of group ``cuda`` that tell where the time of a step goes, kernel by kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

from app.bench.bodies import draw_bodies, make_problem
from app.bench.row import Row, make_row
from core.cameras import project, to_crop

#: Edges and vertices a program that the silhouette is tried with.
LANES = (32, 64, 128)
_REPEATS = 20


def measure_kernels(device: torch.device, *, batch: int) -> list[Row]:
    """Microseconds a body that each part takes by itself."""
    rows = [
        make_row(
            f"cuda_{name}_us", [1e6 * each / batch for each in time_on_card(run)], "us a body", note=note
        )
        for name, run, note in _list_parts(device, batch)
    ]
    return [*rows, *_try_lanes(device, batch), *_try_tensor_float(device, batch)]


def time_on_card(function: Callable[[], object], *, repeats: int = _REPEATS) -> list[float]:
    """Seconds of each of some calls by the card's own clock, after three that do not count."""
    for _ in range(3):
        function()
    seconds = []
    for _ in range(repeats):
        start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        function()
        stop.record()
        stop.synchronize()
        seconds.append(start.elapsed_time(stop) / 1000)
    return seconds


def _list_parts(device: torch.device, batch: int) -> Iterator[tuple[str, Callable[[], object], str]]:
    """Name, function and note."""
    from core.body.cuda.skinning import Skin
    from core.body.cuda.tables import find_tables
    from core.silhouette.cuda.coverage import compare_masks, cover

    problem = make_problem(batch).to(device)
    start, mesh = problem.start, problem.body.mesh
    tables = find_tables(problem.body.layer.model, torch.float32, device)
    leaves = [tensor.clone().requires_grad_() for tensor in (start.rotations, start.betas, start.transl)]
    vertices = Skin.apply(*leaves, tables)[0]
    gradient = torch.randn_like(vertices)
    pixels = to_crop(project(vertices.detach(), problem.lens), problem.crop)

    def skin_and_back() -> None:
        torch.autograd.grad(Skin.apply(*leaves, tables)[0], leaves, gradient)

    yield "copy", lambda: pixels.clone(), "a copy of the projected vertices, for comparison"
    yield "skin", lambda: Skin.apply(*leaves, tables), "skinning"
    yield "skin_and_back", skin_and_back, "skinning with its derivative"
    yield "cover", lambda: cover(pixels, mesh, 224, 224), "coverage, 224 x 224"
    yield (
        "silhouette",
        lambda: compare_masks(pixels, mesh, problem.masks, differentiate=False),
        "coverage compared with masks",
    )
    yield (
        "silhouette_and_back",
        lambda: compare_masks(pixels, mesh, problem.masks),
        "coverage compared with masks, and its derivative",
    )


def _try_lanes(device: torch.device, batch: int) -> list[Row]:
    """The silhouette with programs of different sizes."""
    from core.silhouette.cuda import coverage

    problem = make_problem(batch).to(device)
    start = problem.start
    vertices = problem.body.layer(start.rotations, start.betas, start.transl).vertices
    pixels = to_crop(project(vertices, problem.lens), problem.crop)
    rows, usual = [], coverage.LANES
    try:
        for coverage.LANES in LANES:
            seconds = time_on_card(lambda: coverage.compare_masks(pixels, problem.body.mesh, problem.masks))
            rows.append(
                make_row(
                    f"cuda_silhouette_lanes_{coverage.LANES}_us",
                    [1e6 * each / batch for each in seconds],
                    "us a body",
                    note=f"with its derivative; {usual} are used",
                )
            )
    finally:
        coverage.LANES = usual
    return rows


def _try_tensor_float(device: torch.device, batch: int) -> list[Row]:
    """The blend shapes' product in float32 and with mantissas of ten bits, and how far the latter is off."""
    from core.body.cuda.tables import find_tables

    problem = make_problem(1)
    tables = find_tables(problem.body.layer.model, torch.float32, device)
    bodies = draw_bodies(batch)
    feature = (bodies.rotations[:, 1:] - torch.eye(3)).flatten(1)
    coefficients = torch.cat([bodies.betas, feature], dim=1).to(device)

    def multiply() -> torch.Tensor:
        return torch.addmm(tables.template, coefficients, tables.directions)

    rows, results, usual = [], {}, torch.backends.cuda.matmul.allow_tf32
    try:
        for name, allowed in (("float32", False), ("tf32", True)):
            torch.backends.cuda.matmul.allow_tf32 = allowed
            seconds = time_on_card(multiply)
            results[name] = multiply()
            rows.append(
                make_row(f"cuda_blend_{name}_us", [1e6 * each / batch for each in seconds], "us a body")
            )
    finally:
        torch.backends.cuda.matmul.allow_tf32 = usual
    worst = 1e6 * (results["tf32"] - results["float32"]).abs().max().item()
    rows.append(make_row("cuda_blend_tf32_error_um", [worst], "um", note="worst coordinate; float32 is used"))
    return rows
