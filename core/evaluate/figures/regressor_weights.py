"""In place of the paper's Figure 7: which vertices the regressors read their joints from."""

from __future__ import annotations

import numpy as np

from core.evaluate.canvas import new_figure, style, to_data_uri
from core.evaluate.figures.panels import draw_alone, mark_joints, place_points, show_panel
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.stage import Stage
from core.evaluate.palette import LABEL, choose_color

#: The rest body, x to its left, y up and z to its front, seen from its front and from its right.
FRONT = np.diag([1.0, -1.0, -1.0])
SIDE = np.array([[0.0, 0, 1], [0, -1, 0], [1, 0, 0]])
#: Weights below this are not drawn, nor counted.
_LEAST = 1e-3


def draw_weights(stage: Stage, *, standard: str, refitted: str) -> PaperFigure:
    """Both regressors' vertices on the rest body, as large as their weights, and the joints they give."""
    project = stage.project
    rest = project.body().v_template.astype(np.float64)
    centre = (rest.min(axis=0) + rest.max(axis=0)) / 2
    figure = new_figure(9.6, 3.0)
    counts, distances = {}, {}
    with style():
        grid = figure.subplots(1, 4)
        for pair, name in zip((grid[:2], grid[2:]), (standard, refitted), strict=True):
            weights = project.read_regressor(name).weights  # [J, V]
            joints = weights @ rest
            largest = weights.max(axis=0)
            used = np.flatnonzero(largest > _LEAST)
            counts[name] = float((weights > _LEAST).sum(axis=1).mean())
            apart = np.linalg.norm(rest[None] - joints[:, None], axis=-1)  # [J, V]
            distances[name] = float((weights * apart).sum(axis=1).mean())
            for axes, R, title in zip(pair, (FRONT, SIDE), ("from the front", "from the right"), strict=True):
                show_panel(axes, draw_alone(stage, rest, R, centre=centre), f"{name}, {title}")
                at = place_points(rest[used], R, centre=centre)
                axes.scatter(
                    at[:, 0], at[:, 1], s=70 * largest[used], c=choose_color(name), alpha=0.6, linewidths=0
                )
                mark_joints(axes, place_points(joints, R, centre=centre), LABEL, "joint", size=6)
    told = [
        f"{name} reads a joint from {counts[name]:.0f} vertices at {100 * distances[name]:.0f} cm on average"
        for name in (standard, refitted)
    ]
    caption = (
        "Dots: vertices that joints are read from, drawn through the body, their area the weight; red: the "
        f"joints on the rest body. {'; '.join(told)}. Different vertices can give the same joint on every "
        "body, so weights tell less than the distances between joints above."
    )
    return PaperFigure(
        "7", "vertices that the joints are read from", caption, to_data_uri(figure), caption_known=False
    )
