"""All figures of the paper that a project's runs allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from core.evaluate.figures.ablation import ABLATION_FIGURES, draw_ablation
from core.evaluate.figures.ankle_labels import LEGS, draw_ankle_labels
from core.evaluate.figures.before_after import draw_before_after
from core.evaluate.figures.method import draw_method
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.regressed_joints import draw_regressed_joints
from core.evaluate.figures.regressor_weights import draw_weights
from core.evaluate.figures.stage import DrawPicture, Stage
from core.progress import ProgressCallback

if TYPE_CHECKING:
    from core.project.project import Project

_NEEDED = {"RHip", "LHip", *(joint for leg in LEGS for joint in leg)}


def draw_figures(
    project: Project,
    runs: Sequence[str],
    *,
    run: str,
    regressor: str,
    draw_picture: DrawPicture | None = None,
    progress: ProgressCallback | None = None,
) -> list[PaperFigure]:
    """Draw what can be drawn, in the paper's order.

    Args:
        project: with the runs' bodies.
        runs: runs of the experiment; ablations among them are set beside ``run``.
        run: whose bodies are shown.
        regressor: that was refitted to them.
        draw_picture: writes a picture that is not on disk, where that can be.
        progress: told of figures drawn.

    Returns:
        Nothing where the project's joint set has other names for hips, knees and ankles.
    """
    if not set(project.joint_set.names) >= _NEEDED:
        return []
    stage = Stage(project, draw_picture)
    to_draw: list[Callable[[], PaperFigure | None]] = [
        partial(draw_method, stage, run=run, regressor=regressor),
        partial(draw_before_after, stage, run=run),
        partial(draw_ankle_labels, stage),
    ]
    if "J_std" in project.regressor_names():
        to_draw += [
            partial(draw_regressed_joints, stage, run=run, standard="J_std", refitted=regressor),
            partial(draw_weights, stage, standard="J_std", refitted=regressor),
        ]
    if run == "paper":
        to_draw += [
            partial(draw_ablation, stage, run=run, ablated=ablated, regressor=regressor)
            for ablated in ABLATION_FIGURES
            if ablated in runs
        ]
    figures: list[PaperFigure] = []
    for number, draw in enumerate(to_draw):
        if progress is not None:
            progress(number, len(to_draw), "drawing the figures")
        if (figure := draw()) is not None:
            figures.append(figure)
    if progress is not None:
        progress(len(to_draw), len(to_draw), "drawing the figures")
    return sorted(figures, key=lambda figure: figure.number)
