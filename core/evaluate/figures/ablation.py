"""Figures 4 and 6 of the paper: bodies with all terms, and with one of them left out."""

from __future__ import annotations

import numpy as np

from core.evaluate.canvas import new_figure, style, to_data_uri
from core.evaluate.figures.panels import (
    SILHOUETTE_KEY,
    compare_silhouette,
    draw_alone,
    draw_over,
    name_row,
    show_panel,
)
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.stage import Stage
from core.units import MILLIMETRES

#: Run that leaves a term out -> the paper's figure, and the term's name.
ABLATION_FIGURES = {
    "without_adversarial": ("4", "the discriminators"),
    "without_silhouette": ("6", "the silhouette term"),
}


def draw_ablation(stage: Stage, *, run: str, ablated: str, regressor: str) -> PaperFigure | None:
    """The frame on which two runs differ most, side by side; None where they share no body in view.

    Args:
        stage: what is drawn.
        run: the run with all terms.
        ablated: the run without one, of :data:`ABLATION_FIGURES`.
        regressor: whose root both bodies are aligned by for the comparison.
    """
    rows = stage.list_rows(run, ablated)
    vertices = {name: stage.pose(name, rows) for name in (run, ablated)}
    in_view = np.logical_and.reduce([(points[..., 2] > 0).all(axis=1) for points in vertices.values()])
    rows, vertices = rows[in_view], {name: points[in_view] for name, points in vertices.items()}
    if not len(rows):
        return None
    project = stage.project
    joints = {name: project.read_regressor(regressor).apply(points) for name, points in vertices.items()}
    pelvis = project.joint_set.pelvis
    first, second = (vertices[name] - joints[name][:, pelvis, None] for name in (run, ablated))
    apart = np.linalg.norm(first - second, axis=-1).mean(axis=1) * MILLIMETRES
    chosen = int(apart.argmax())
    row = int(rows[chosen])
    number, term = ABLATION_FIGURES[ablated]
    overlaps = {
        name: [stage.measure_overlap(body, int(each)) for body, each in zip(points, rows, strict=True)]
        for name, points in vertices.items()
    }
    figure = new_figure(7.6, 5.2)
    with style():
        grid = figure.subplots(2, 3)
        for axes, name, title in zip(
            grid, (run, ablated), ("with all terms", f"without {term}"), strict=True
        ):
            body = vertices[name][chosen]
            R = stage.find_side(joints[name][chosen])
            centre = (body.min(axis=0) + body.max(axis=0)) / 2
            show_panel(axes[0], draw_over(stage, body, row), "over the picture")
            overlap = overlaps[name][chosen]
            show_panel(axes[1], compare_silhouette(stage, body, row), f"against the mask, IoU {overlap:.3f}")
            show_panel(axes[2], draw_alone(stage, body, R, centre=centre), "from its right side")
            name_row(axes[0], title)
    means = {name: float(np.nanmean(values)) for name, values in overlaps.items()}
    caption = (
        f"{project.keys[row]}: of {len(rows)} bodies that both runs have, spread evenly, the one whose "
        f"vertices differ most, by {apart[chosen]:.0f} mm on average once both pelves coincide; the median "
        f"body differs by {np.median(apart):.0f} mm. Mean overlap with the masks over these bodies: "
        f"{means[run]:.3f} with all terms, {means[ablated]:.3f} without {term}. {SILHOUETTE_KEY}"
    )
    return PaperFigure(number, f"bodies with and without {term}", caption, to_data_uri(figure))
