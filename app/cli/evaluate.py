"""``evaluate``: errors of every estimator under every regressor, on the test subjects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from app.cli.output import emit, make_table


def evaluate(
    project: Path,
    /,
    *,
    protocol: str = "paper",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Table I: MPJPE and PA-MPJPE of every estimator under every regressor, on S9 and S11.

    Args:
        project: project folder.
        protocol: paper (17 joints), spin-p1, spin-p2 or mks-p2 (14 joints).
        json: print one JSON document.
    """
    from core.evaluate.table import evaluate as evaluate_project
    from core.project.project import Project

    with Project.open(project, read_only=True) as opened:
        table = evaluate_project(opened, protocol)

    def render(console: Console) -> None:
        regressors = list(next(iter(table.cells.values()), {}))
        rows = [
            [estimator, *(f"{cell.mpjpe_mm:.1f} / {cell.pa_mpjpe_mm:.1f}" for cell in row.values())]
            for estimator, row in table.cells.items()
        ]
        title = f"MPJPE / PA-MPJPE, mm; {table.protocol.name}"
        console.print(make_table(title, ["estimates", *regressors], rows))
        for note in table.notes:
            console.print(note, markup=False)

    emit(
        {
            "tables": {protocol: table.to_dict()},
            "bodies": dict(table.bodies),
            "labels_left_out": table.labels_left_out,
            "notes": list(table.notes),
            "provenance": dict(table.provenance),
        },
        json,
        render,
    )
