"""Rows of group ``cuda``: what a graphics card does, and how far it agrees with the processor.

``python -m app.bench`` measures them where there is neither a window nor a command line; see docs/gpu.md.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import torch

from app.bench.bodies import make_problem
from app.bench.cuda_agreement import measure_agreement
from app.bench.cuda_kernels import measure_kernels
from app.bench.machine import describe_machine
from app.bench.row import Row, make_row, skip_row
from core.device import choose_device
from core.errors import DeviceError
from core.optimize.cuda_graph import RecordedOptimizer
from core.optimize.loop import Optimizer
from core.optimize.presets import get_preset
from core.progress import ProgressCallback

#: Body-steps a second, and the batch that they are told for.
TARGET, BATCH = 20_000.0, 512
#: Batches that the time of a step is followed over.
BATCHES = (1, 8, 40, 128, 512, 1024)
#: Steps of one run, and runs.
STEPS, RUNS = 20, 5


def measure_cuda(progress: ProgressCallback) -> list[Row]:
    """Every row of the group; where there is no card, the one that says so."""
    try:
        device = choose_device("cuda")
    except DeviceError as error:
        return [skip_row("cuda_body_steps_per_s", "bodies/s", str(error), target=TARGET)]
    parts = len(BATCHES) + 4
    rows = []
    for number, batch in enumerate(BATCHES):
        progress(number, parts, f"steps of {batch} bodies on the card")
        seconds = time_steps(batch, device)
        if batch == BATCH:
            rows.append(
                make_row(
                    "cuda_body_steps_per_s",
                    [batch / each for each in seconds],
                    "bodies/s",
                    target=TARGET,
                    more_is_better=True,
                    note=f"all terms of preset paper, 224 x 224, batch {batch}, replayed from a CUDA graph",
                )
            )
        rows.append(
            make_row(f"cuda_step_b{batch}_ms", [1000 * each for each in seconds], "ms", note="a whole step")
        )
    progress(len(BATCHES), parts, "steps without a CUDA graph")
    rows += _measure_rest(device)
    progress(len(BATCHES) + 1, parts, "memory")
    rows.append(_measure_memory(device))
    progress(len(BATCHES) + 2, parts, "kernels")
    rows += measure_kernels(device, batch=BATCH)
    progress(len(BATCHES) + 3, parts, "agreement with the processor")
    return rows + measure_agreement(device)


def time_steps(
    batch: int,
    device: torch.device,
    *,
    preset: str = "paper",
    kind: type[Optimizer] = RecordedOptimizer,
    steps: int = STEPS,
    runs: int = RUNS,
) -> list[float]:
    """Seconds that a step takes, one figure a run.

    Args:
        batch: bodies.
        device: where.
        preset: settings.
        kind: the optimiser; the plain one launches its kernels one by one.
        steps: of a run.
        runs: after one that does not count.
    """
    optimizer = kind(make_problem(batch).to(device), get_preset(preset))
    seconds = []
    for _ in range(runs + 1):
        wait_for(device)
        started = time.perf_counter()
        for _ in range(steps):
            optimizer.advance()
        wait_for(device)
        seconds.append((time.perf_counter() - started) / steps)
    return seconds[1:]


def wait_for(device: torch.device) -> None:
    """Return when the device has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _measure_rest(device: torch.device) -> list[Row]:
    """The step without a graph, and with the other preset."""
    plain = time_steps(BATCH, device, kind=Optimizer)
    single = time_steps(1, device, kind=Optimizer)
    other = time_steps(BATCH, device, preset="jointlens")
    return [
        make_row(f"cuda_plain_step_b{BATCH}_ms", [1000 * each for each in plain], "ms", note="no CUDA graph"),
        make_row("cuda_plain_step_b1_ms", [1000 * each for each in single], "ms", note="no CUDA graph"),
        make_row(
            "cuda_jointlens_body_steps_per_s",
            [BATCH / each for each in other],
            "bodies/s",
            more_is_better=True,
            note=f"preset jointlens with one view, batch {BATCH}",
        ),
    ]


def _measure_memory(device: torch.device) -> Row:
    problem = make_problem(BATCH).to(device)
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    optimizer = Optimizer(problem, get_preset("paper"))
    for _ in range(3):
        optimizer.advance()
    used = torch.cuda.max_memory_allocated(device) - before
    return make_row(
        "cuda_memory_mb_a_body", [used / BATCH / 2**20], "MB", note="at its peak, masks and labels left out"
    )


def main() -> int:
    """Print every row and, last, one JSON document of them all."""

    def tell(done: int, total: int, text: str) -> None:
        print(f"[{done + 1}/{total}] {text}", file=sys.stderr, flush=True)  # noqa: T201

    rows = measure_cuda(tell)
    for row in rows:
        value = "-" if row.value is None else f"{row.value:g}"
        print(f"{row.name:36} {value:>12} {row.unit:10} {row.note}")  # noqa: T201
    print(json.dumps({"machine": describe_machine(), "rows": [asdict(row) for row in rows]}))  # noqa: T201
    return int(rows[0].value is None or any(row.holds is False for row in rows))
