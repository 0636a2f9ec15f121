"""Rows of group ``silhouette``: coverage of a mask with its error and derivative."""

from __future__ import annotations

from app.bench.bodies import make_problem
from app.bench.row import Row, Timing, make_row, time_calls
from core.energy.projection import project_to_crop
from core.progress import ProgressCallback
from core.silhouette.exact import silhouette_error

#: Milliseconds an image.
TARGET = 0.25


def measure_silhouette(progress: ProgressCallback) -> list[Row]:
    """Forward and backward, 224 x 224."""
    rows = []
    for number, batch in enumerate((1, 8, 32)):
        progress(number, 3, "silhouettes")
        timing = time_silhouettes(batch)
        rows.append(
            make_row(
                f"silhouette_b{batch}_ms",
                timing.per(batch),
                "ms an image",
                target=TARGET if batch >= 8 else None,
                note=f"forward and backward, 224 x 224, batch {batch}; {timing.tell(batch, 'ms')}",
            )
        )
    return rows


def time_silhouettes(batch: int, *, side: int = 224, runs: int = 40) -> Timing:
    """A batch, forward and backward."""
    problem = make_problem(batch, side=side)
    start = problem.start
    vertices = problem.body.layer(start.rotations, start.betas, start.transl).vertices
    pixels = project_to_crop(vertices, problem.lens, problem.crop).requires_grad_()

    def run() -> None:
        pixels.grad = None
        silhouette_error(pixels, problem.body.mesh, problem.masks).sum().backward()

    return time_calls(run, runs=runs, warm_up=3)
