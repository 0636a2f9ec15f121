"""In place of the paper's Figure 5: bodies before and after they are optimised."""

from __future__ import annotations

import numpy as np

from core.evaluate.canvas import new_figure, style, to_data_uri
from core.evaluate.figures.panels import SILHOUETTE_KEY, compare_silhouette, draw_over, name_row, show_panel
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.stage import Stage

#: Shares of the bodies, in the order of what each gained, at which one is shown.
SHOWN = {"much gained": 0.95, "the median": 0.5, "little gained": 0.05}


def draw_before_after(stage: Stage, *, run: str) -> PaperFigure | None:
    """Initial and optimised bodies of three frames; None where the run has no body in view and masked."""
    project = stage.project
    estimator = project.estimators()[0]
    rows = stage.list_rows(run, estimator)
    bodies = {name: stage.pose(name, rows) for name in (estimator, run)}
    in_view = np.logical_and.reduce([(points[..., 2] > 0).all(axis=1) for points in bodies.values()])
    overlaps = {
        name: np.array(
            [
                stage.measure_overlap(body, int(row)) if seen else np.nan
                for body, row, seen in zip(points, rows, in_view, strict=True)
            ]
        )
        for name, points in bodies.items()
    }
    gains = overlaps[run] - overlaps[estimator]
    known = np.flatnonzero(np.isfinite(gains))
    if not len(known):
        return None
    order = known[np.argsort(gains[known])]
    figure = new_figure(9.6, 7.4)
    with style():
        for line, (words, share) in zip(figure.subplots(len(SHOWN), 4), SHOWN.items(), strict=True):
            chosen = order[round(share * (len(order) - 1))]
            row = int(rows[chosen])
            name_row(line[0], words)
            for pair, name, when in zip((line[:2], line[2:]), bodies, ("before", "after"), strict=True):
                body = bodies[name][chosen]
                show_panel(pair[0], draw_over(stage, body, row), when)
                title = f"{when}, IoU {overlaps[name][chosen]:.3f}"
                show_panel(pair[1], compare_silhouette(stage, body, row), title)
    means = {name: overlaps[name][known].mean() for name in bodies}
    caption = (
        f"Estimates of {estimator} and bodies of run {run}; of {len(known)} frames, spread evenly, one that "
        "gained more overlap with its mask than 95, than 50 and than 5 of 100. Mean overlap "
        f"{means[estimator]:.3f} before and {means[run]:.3f} after. {SILHOUETTE_KEY}"
    )
    return PaperFigure("5", "bodies before and after", caption, to_data_uri(figure), caption_known=False)
