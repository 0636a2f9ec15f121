"""The groups of rows that ``bench`` knows, and running some of them."""

from __future__ import annotations

import importlib
from typing import Any

from app.bench.machine import describe_machine
from app.bench.memory import peak_row
from app.bench.row import Row
from core.errors import JointlensError
from core.progress import ProgressCallback

#: Group -> the function that measures its rows; imported when it is asked for.
GROUPS = {
    "silhouette": "app.bench.silhouette:measure_silhouette",
    "step": "app.bench.step:measure_step",
    "quick": "app.bench.quick:measure_quick",
    "cuda": "app.bench.cuda:measure_cuda",
    "refit": "app.bench.refit:measure_refit",
    "audit": "app.bench.audit:measure_audit",
    "memory": "app.bench.memory:measure_memory",
    "window": "app.bench.window:measure_window",
    "scale": "app.bench.scale:measure_scale",
}


def run_bench(group: str | None, progress: ProgressCallback) -> tuple[dict[str, Any], list[Row]]:
    """Measure one group or, without a name, all of them.

    Returns:
        The machine, and the rows.

    Raises:
        JointlensError: there is no such group, or something that is measured failed.
    """
    if group is not None and group not in GROUPS:
        raise JointlensError(f"{group!r} is no group of the bench; expected one of {', '.join(GROUPS)}")
    machine = describe_machine()
    rows: list[Row] = []
    for name in [group] if group else GROUPS:
        module, _, function = GROUPS[name].partition(":")
        rows += getattr(importlib.import_module(module), function)(progress)
    if not any(row.name == "peak_memory_mb" for row in rows):
        rows.append(peak_row())
    return machine, rows
