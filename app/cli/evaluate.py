"""``evaluate``: errors of every estimator under every regressor, on the test subjects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console

from app.cli.output import emit, make_table

if TYPE_CHECKING:
    from core.evaluate.table import Table

TABLE_COLUMNS = ["estimates, regressor", "MPJPE, mm", "PA-MPJPE, mm"]


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
        console.print(make_table(table.protocol.name, TABLE_COLUMNS, list_cells(table)))
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


def list_cells(table: Table) -> list[list[str]]:
    """One row an estimator and regressor."""
    return [
        [f"{estimator}, {regressor}", f"{cell.mpjpe_mm:.1f}", f"{cell.pa_mpjpe_mm:.1f}"]
        for estimator, row in table.cells.items()
        for regressor, cell in row.items()
    ]
