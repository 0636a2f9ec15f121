"""``reproduce``: the paper's experiment from start to finish, into one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from app.cli.evaluate import TABLE_COLUMNS, list_cells
from app.cli.output import Progress, emit, make_table
from app.cli.studio_pictures import open_pictures


def reproduce(
    project: Path,
    /,
    *,
    presets: str = "paper,jointlens_1v",
    ablations: Annotated[bool, Parameter(negative="")] = False,
    estimates: str = "initial",
    device: str = "auto",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Fit J_spin, optimise bodies, refit the regressor to them, and write Table I, figures and a report.

    What is there already is kept, so that a stopped command can simply be given again. The report is
    PROJECT/report.html, one file.

    Args:
        project: project folder.
        presets: which runs to make, separated by commas: paper, jointlens_1v, jointlens_4v.
        ablations: make the paper's run without its discriminators, without its silhouette and with joints
            alone as well, and set them beside it.
        estimates: whose bodies are optimised: "initial" or an estimator.
        device: cpu, cuda, cuda:N, or auto, which is the first graphics card where there is one.
        json: print one JSON document.
    """
    from core.evaluate.reproduce import ABLATIONS
    from core.evaluate.reproduce import reproduce as reproduce_project
    from core.project.project import Project

    runs = [word.strip() for word in presets.split(",") if word.strip()]
    if ablations:
        runs = list(dict.fromkeys([*runs, "paper", *ABLATIONS]))
    with Project.open(project) as opened, open_pictures(opened) as draw, Progress() as progress:
        result = reproduce_project(
            opened, runs=runs, estimates=estimates, device=device, draw_picture=draw, progress=progress
        )
    table = result.table

    def render(console: Console) -> None:
        console.print(make_table("Table I, mm", TABLE_COLUMNS, list_cells(table.cells)))
        for note in table.notes:
            console.print(note, markup=False)
        console.print(f"Report: {result.report}", markup=False)

    emit(result.to_dict(), json, render)
