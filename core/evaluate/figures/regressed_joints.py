"""Figures 1 and 2 of the paper: where the standard and the refitted regressor put a body's joints."""

from __future__ import annotations

import numpy as np

from core.evaluate.canvas import new_figure, style, to_data_uri
from core.evaluate.figures.panels import draw_alone, draw_over, mark_joints, place_points, show_panel
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.stage import Stage
from core.evaluate.palette import choose_color
from core.units import MILLIMETRES


def draw_regressed_joints(stage: Stage, *, run: str, standard: str, refitted: str) -> PaperFigure | None:
    """Joints of both regressors on one of a run's bodies; None where the run has no body in view."""
    rows = stage.list_rows(run)
    vertices = stage.pose(run, rows)
    in_view = (vertices[..., 2] > 0).all(axis=1)
    rows, vertices = rows[in_view], vertices[in_view]
    if not len(rows):
        return None
    project = stage.project
    joints = {name: project.read_regressor(name).apply(vertices) for name in (standard, refitted)}
    apart = np.linalg.norm(joints[standard] - joints[refitted], axis=-1) * MILLIMETRES  # [n, J]
    means = apart.mean(axis=1)
    chosen = int(np.argsort(means)[len(means) // 2])
    row, body = int(rows[chosen]), vertices[chosen]
    side = stage.find_side(joints[standard][chosen])
    front = np.stack([side[2], side[1], -side[0]])
    centre = (body.min(axis=0) + body.max(axis=0)) / 2
    figure = new_figure(9.0, 3.5)
    with style():
        grid = figure.subplots(1, 3)
        show_panel(grid[0], draw_over(stage, body, row), "over the picture")
        show_panel(grid[1], draw_alone(stage, body, front, centre=centre), "from its front")
        show_panel(grid[2], draw_alone(stage, body, side, centre=centre), "from its right side")
        for name, points in joints.items():
            color, size = choose_color(name), 34.0 if name == standard else 13.0  # neither hides the other
            mark_joints(grid[0], stage.project_vertices(points[chosen], row), color, name, size=size)
            for axes, R in ((grid[1], front), (grid[2], side)):
                mark_joints(axes, place_points(points[chosen], R, centre=centre), color, name, size=size)
        handles, labels = grid[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2)
    per_joint = apart.mean(axis=0)
    largest = [
        f"{project.joint_set.names[joint]} {per_joint[joint]:.0f} mm"
        for joint in per_joint.argsort()[::-1][:4]
    ]
    caption = (
        f"{project.keys[row]}, body of run {run}: the one on which {standard} and {refitted} differ by the "
        f"median, {means[chosen]:.0f} mm over the joints, of {len(rows)} spread evenly. Joints lie inside "
        "the body and are drawn over it. Over all of these, the largest mean differences: "
        f"{', '.join(largest)}. Which of the two is right cannot be seen here."
    )
    return PaperFigure("1 and 2", "the joints of both regressors on one body", caption, to_data_uri(figure))
