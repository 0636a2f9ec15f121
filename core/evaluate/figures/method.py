"""In place of the paper's Figure 3: what the method takes and makes, on one frame."""

from __future__ import annotations

import numpy as np

from core.evaluate.canvas import new_figure, style, to_data_uri
from core.evaluate.figures.panels import (
    SILHOUETTE_KEY,
    compare_silhouette,
    cut_picture,
    draw_mask_outline,
    draw_over,
    mark_joints,
    show_panel,
)
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.stage import Stage
from core.evaluate.palette import LABEL, choose_color


def draw_method(stage: Stage, *, run: str, regressor: str) -> PaperFigure | None:
    """Evidence, initial body, optimised body and refitted joints; None where nothing is in view."""
    project = stage.project
    rows = stage.list_rows(run, project.estimators()[0])
    bodies = {name: stage.pose(name, rows) for name in (project.estimators()[0], run)}
    in_view = np.logical_and.reduce([(points[..., 2] > 0).all(axis=1) for points in bodies.values()])
    labels = project.labels(rows)
    usable = np.flatnonzero(in_view & np.isfinite(labels).all(axis=(1, 2)))
    if not len(usable):
        return None
    before, after = (
        [stage.measure_overlap(points[each], int(rows[each])) for each in usable]
        for points in bodies.values()
    )
    gains = np.nan_to_num(np.subtract(after, before))
    chosen = usable[np.argsort(gains)[len(gains) // 2]]
    row = int(rows[chosen])
    figure = new_figure(9.6, 3.1)
    with style():
        grid = figure.subplots(1, 4)
        show_panel(grid[0], cut_picture(stage, row), "evidence: labels and mask")
        draw_mask_outline(grid[0], stage, row)
        mark_joints(grid[0], stage.read_keypoints(row), LABEL, "label", size=16)
        initial, optimised = (points[chosen] for points in bodies.values())
        show_panel(grid[1], draw_over(stage, initial, row), "initial estimate")
        show_panel(grid[2], compare_silhouette(stage, optimised, row), "optimised, against the mask")
        show_panel(grid[3], draw_over(stage, optimised, row), "regressor refitted to such bodies")
        for axes, points, name in ((grid[1], initial, "J_spin"), (grid[3], optimised, regressor)):
            joints = project.read_regressor(name).apply(points[None])[0]
            mark_joints(axes, stage.project_vertices(joints, row), choose_color(name), name, size=16)
        pairs = [axes.get_legend_handles_labels() for axes in (grid[0], grid[1], grid[3])]
        figure.legend(
            [handle for handles, _ in pairs for handle in handles],
            [word for _, words in pairs for word in words],
            loc="outside lower center",
            ncols=3,
        )
    caption = (
        f"{project.keys[row]}: of {len(usable)} frames the one whose overlap with its mask gains the median. "
        "J_spin is fitted to the initial estimates of the training frames; bodies are optimised towards "
        f"the labels, through it, and towards the masks (run {run}); {regressor} is fitted to what comes "
        f"out. {SILHOUETTE_KEY}"
    )
    return PaperFigure("3", "the method on one frame", caption, to_data_uri(figure), caption_known=False)
