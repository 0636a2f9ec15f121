"""Rows of group ``step``: one whole step of the optimisation, alone and against the reference loop."""

from __future__ import annotations

import statistics

from app.bench.bodies import make_problem
from app.bench.reference import ReferenceLoop
from app.bench.row import Row, Timing, make_row, skip_row, time_calls
from core.optimize.opening import open_optimizer
from core.optimize.presets import get_preset
from core.progress import ProgressCallback
from core.silhouette.pytorch3d import explain_absence

#: Batch -> milliseconds a body.
TARGETS = {32: 1.0, 1: 4.0}
REFERENCE_TARGET = 3000.0
#: Bodies that the reference loop is timed on; its time a body does not depend on it.
REFERENCE_BODIES = 1


def measure_step(progress: ProgressCallback) -> list[Row]:
    """Skinning, joints, silhouette, discriminators, backward and Adam, with the preset ``paper``."""
    rows, medians = [], {}
    for number, (batch, target) in enumerate(TARGETS.items()):
        progress(number, 3, "steps")
        timing = time_steps(batch)
        medians[batch] = timing.median / batch
        rows.append(
            make_row(
                f"step_b{batch}_ms",
                timing.per(batch),
                "ms a body",
                target=target,
                note=f"all terms of preset paper, 224 x 224, batch {batch}; {timing.tell(batch, 'ms')}",
            )
        )
    progress(2, 3, "steps of the reference loop")
    why = explain_absence()
    if why:
        rows.append(skip_row("reference_ratio", "times", why, target=REFERENCE_TARGET))
    else:
        loop = ReferenceLoop(make_problem(REFERENCE_BODIES))
        reference = [each / REFERENCE_BODIES for each in time_calls(loop.step, runs=3).seconds]
        rows.append(
            make_row(
                "reference_ratio",
                [each / medians[32] for each in reference],
                "times",
                target=REFERENCE_TARGET,
                more_is_better=True,
                note=f"{statistics.median(reference):.2f} s a body with PyTorch3D (1 face a pixel, "
                "sigma 1e-4, blur 0) against batch 32 here",
            )
        )
    return rows


def time_steps(batch: int, *, side: int = 224, runs: int = 40) -> Timing:
    """The steps of a batch."""
    optimizer = open_optimizer(make_problem(batch, side=side), get_preset("paper"))
    return time_calls(optimizer.advance, runs=runs, warm_up=5)
