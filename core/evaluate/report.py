"""One self-contained HTML file that tells what the experiment gave, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from natsort import natsorted

from core.evaluate.figures.draw import draw_figures
from core.evaluate.figures.stage import DrawPicture
from core.evaluate.joint_bars import draw_joint_bars
from core.evaluate.joint_comparison import compare_joints
from core.evaluate.table import Table
from core.progress import ProgressCallback

if TYPE_CHECKING:
    from core.evaluate.reproduce import RunSummary
    from core.project.project import Project


def write_report(
    path: Path,
    project: Project,
    tables: Mapping[str, Table],
    runs: Sequence[RunSummary],
    *,
    draw_picture: DrawPicture | None = None,
    progress: ProgressCallback | None = None,
) -> None:
    """Write the report whole, then put it in place of an older one.

    Args:
        path: of the HTML file.
        project: for figures, flags and provenance.
        tables: protocol -> table, ``paper`` among them.
        runs: before and after of each run.
        draw_picture: writes a picture that the figures want and that is not on disk.
        progress: told of figures drawn.
    """
    errors, distances = compare_joints(project)
    environment = Environment(
        loader=PackageLoader("core.evaluate"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["in_natural_order"] = natsorted
    environment.filters["millimetres"] = _show_millimetres
    names = project.joint_set.names
    shown = runs[0].recipe
    text = environment.get_template("report.html").render(
        synthetic=project.synthetic,
        tables=tables,
        runs=runs,
        regressors=[project.read_regressor(name) for name in project.regressor_names()],
        flags=project.flags(),
        subjects=project.keys.subjects,
        frames=len(project.keys),
        label_origin=project.label_origin,
        figures=draw_figures(
            project,
            [each.recipe.run for each in runs],
            run=shown.run,
            regressor=shown.regressor,
            draw_picture=draw_picture,
            progress=progress,
        ),
        provenance=project.provenance(),
        error_figure=draw_joint_bars(names, errors, label="error against labels, mm"),
        distance_figure=draw_joint_bars(names, distances, label="distance from J_std, mm"),
    )
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _show_millimetres(value: float, signed: bool = False) -> str:
    """``12.3``, or with its sign ``+12.3`` and ``−12.3``; what rounds to nothing has none."""
    rounded = round(value, 1) + 0.0
    return f"{rounded:{'+' if signed and rounded else ''}.1f}".replace("-", "−")
