"""Row of group ``memory``: whether memory grows with the number of bodies that go through."""

from __future__ import annotations

import resource
import sys

from app.bench.bodies import make_problem
from app.bench.row import Row, make_row
from core.optimize.opening import open_optimizer
from core.optimize.presets import get_preset
from core.progress import ProgressCallback

#: Batches of 32 before and after which the peak is read, and megabytes that it may grow by meanwhile.
_BEFORE, _AFTER = 3, 30
GROWTH_LIMIT = 20.0


def measure_memory(progress: ProgressCallback) -> list[Row]:
    """Peak of this process, and by how much ten times as many batches raise it."""
    early = 0.0
    for number in range(_AFTER):
        progress(number, _AFTER, "memory")
        optimizer = open_optimizer(make_problem(32, seed=number), get_preset("paper"))
        for _ in range(2):
            optimizer.advance()
        if number + 1 == _BEFORE:
            early = read_peak_mb()
    peak = read_peak_mb()
    return [
        make_row(
            "memory_growth_mb",
            [peak - early],
            "MB",
            target=GROWTH_LIMIT,
            note=f"rise of the peak from {32 * _BEFORE} to {32 * _AFTER} bodies in batches of 32",
        ),
        peak_row(),
    ]


def peak_row() -> Row:
    """What this process has taken at most until now."""
    return make_row("peak_memory_mb", [read_peak_mb()], "MB", note="of the bench process, all its groups")


def read_peak_mb() -> float:
    """Megabytes of memory that this process has held at once at most."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
