"""``bench``: how fast everything is here, and how much memory it takes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from app.cli.output import Progress, emit, make_table


def bench(
    name: str | None = None,
    /,
    *,
    plots: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Measure speed and memory on this machine.

    All groups together take some minutes; close other programs first. Figures are medians of several runs.

    Args:
        name: one group, silhouette, step, quick, cuda, refit, audit, memory, window or scale; all without it.
        plots: folder for pictures (SVG) of how time and memory grow with batch, image, mesh and frames,
            which are measured instead.
        json: print one JSON document.
    """
    with Progress() as progress:
        if plots is not None:
            from app.bench.growth import measure_growth
            from app.bench.machine import describe_machine
            from app.bench.plots import draw_growth

            curves = measure_growth(progress)
            files = [str(path) for path in draw_growth(curves, plots)]
            document = {
                "machine": describe_machine(),
                "curves": [asdict(curve) for curve in curves],
                "files": files,
            }
            emit(document, json, f"{len(files)} plots lie in {plots}.")
            return
        from app.bench.suite import run_bench

        machine, rows = run_bench(name, progress)

    def render(console: Console) -> None:
        verdicts = {True: "yes", False: "no", None: "-"}
        console.print(
            make_table(
                f"{machine['processor']}, {machine['cores']} cores, {machine['gpu'] or 'no GPU'}",
                ["", "value", "unit", "target", "holds"],
                [
                    [
                        row.name,
                        "-" if row.value is None else f"{row.value:g}",
                        row.unit,
                        "-" if row.target is None else f"{row.target:g}",
                        verdicts[row.holds],
                    ]
                    for row in rows
                ],
            )
        )
        for row in rows:
            console.print(f"{row.name}: {row.note}", markup=False)

    emit({"machine": machine, "rows": [asdict(row) for row in rows]}, json, render)
