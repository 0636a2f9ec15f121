"""The paper's figures as files."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ProjectError
from core.evaluate.figures.draw import draw_figures
from core.progress import ProgressCallback

if TYPE_CHECKING:
    from core.project.project import Project

#: The run that the paper's own method makes; its ablations are set beside it.
_PAPER = "paper"


def export_figures(
    project: Project,
    folder: Path,
    *,
    run: str | None = None,
    regressor: str | None = None,
    progress: ProgressCallback | None = None,
) -> int:
    """Write the paper's figures that a project allows, a picture each, and their captions.

    Args:
        project: with a run's bodies.
        folder: to write ``figure_<number>.jpg`` and ``captions.txt`` into; made if it is not there.
        run: whose bodies are shown; without one ``paper``, else the last finished run.
        regressor: that was refitted to them; without one the last regressor.
        progress: told of figures drawn.

    Returns:
        How many figures.

    Raises:
        ProjectError: there is no finished run or no regressor, or nothing can be drawn or written.
    """
    finished = [record.name for record in project.runs() if record.state == "done"]
    if run is None and not finished:
        raise ProjectError(f"{project.path}: the figures show optimised bodies; run optimize first")
    shown = run or (_PAPER if _PAPER in finished else finished[-1])
    names = project.regressor_names()
    if not names:
        raise ProjectError(
            f"{project.path}: the figures show a regressor's joints; import or refit one first"
        )
    figures = draw_figures(
        project,
        finished,
        run=project.find_source(shown),
        regressor=regressor or names[-1],
        progress=progress,
    )
    if not figures:
        raise ProjectError(f"{project.path}: none of the paper's figures can be drawn of run {shown}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for figure in figures:
            picture = base64.b64decode(figure.picture.partition(",")[2])
            (folder / f"figure_{figure.number.replace(' ', '_')}.jpg").write_bytes(picture)
        captions = [f"Figure {figure.number}: {figure.title}. {figure.caption}" for figure in figures]
        told = {**project.provenance(), "run": shown, "regressor": regressor or names[-1]}
        made_from = "\n".join(f"{key.replace('_', ' ')}: {value}" for key, value in told.items())
        (folder / "captions.txt").write_text("\n\n".join([*captions, made_from]) + "\n", "utf-8")
    except OSError as error:
        raise ProjectError(f"{folder}: the figures cannot be written ({error.strerror})") from error
    return len(figures)
