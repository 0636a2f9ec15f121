"""``mask``: look over the masks that a project uses."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from rich.console import Console

from app.cli.output import Progress, emit
from core.errors import DatasetError

if TYPE_CHECKING:
    from core.segment.lint_project import MasksReport

app = App(name="mask", help="Look over the masks that a project uses.")


@app.command
def lint(
    project: Path,
    /,
    *,
    frames: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Hold every mask against the estimated body: overlap, size, and whether the picture's border cuts it.

    Ends with 1 where a mask cannot be read, overlaps the body by less than half, or is by far larger or
    smaller than it. That a mask is absent, marked as invalid or cut by the border is told, and no problem.

    Args:
        project: project folder.
        frames: patterns of keys, e.g. ``S9/*,S11/Walking-1/*``; default all.
        json: print one JSON document.
    """
    from core.optimize.selection import select_rows
    from core.project.project import Project
    from core.segment.lint_project import lint_masks

    with Project.open(project, read_only=True) as opened, Progress() as progress:
        rows = None if frames is None else select_rows(opened, frames)
        report = lint_masks(opened, rows, progress)
    emit({"project": str(project), **asdict(report)}, json, lambda console: _print_report(console, report))
    if report.unreadable or report.wrong:
        raise DatasetError(
            f"{project}: {report.wrong} masks can hardly be the labelled person's, "
            f"{len(report.unreadable)} cannot be read"
        )


def _print_report(console: Console, report: MasksReport) -> None:
    measured = report.mean_overlap is not None and report.mean_area_ratio is not None
    lines = [
        f"{report.looked_at} masks; {report.absent} frames have none",
        f"  invalid     {report.invalid}, marked so or empty",
        f"  truncated   {report.truncated}, cut by the picture's border",
        f"  overlap     {report.mean_overlap:.3f} with the estimated bodies (mean)"
        if measured
        else "  overlap     cannot be told: no estimated body has a place",
        *([f"  size        {report.mean_area_ratio:.2f} of the bodies' (mean)"] if measured else []),
        *(f"  problem     {frame}: {why}" for frame, why in report.suspects.items()),
        *(f"  unreadable  {why}" for why in list(report.unreadable.values())[:5]),
    ]
    for line in lines:
        console.print(line, markup=False)
