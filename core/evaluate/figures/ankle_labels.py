"""Figure 8 of the paper: where the labels put the ankles of different subjects.

Shown on the pictures and measured against the masks. No body takes part: those that were optimised towards
the labels have followed a wrong one for half of the way and more.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from natsort import natsorted
from numpy.typing import NDArray

from core.cameras import CROP_SIDE
from core.evaluate.canvas import new_figure, style, to_data_uri
from core.evaluate.figures.limb_centre import Crossings, measure_crossings
from core.evaluate.figures.panels import cut_part, mark_joints, name_row, show_panel
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.stage import PANEL, Stage
from core.evaluate.palette import INK, LABEL
from core.types import FloatArray
from core.units import MILLIMETRES

#: Ankle and knee of each row of the figure.
LEGS = (("RAnkle", "RKnee"), ("LAnkle", "LKnee"))
#: Metres that a panel shows around the ankle.
_SHOWN = 0.42
#: Share of a subject's frames, those that agree best with all of them, among which the one to show is chosen.
_TYPICAL = 0.5


def draw_ankle_labels(stage: Stage) -> PaperFigure | None:
    """Labelled ankles of all subjects; None with fewer than two subjects of which enough is seen."""
    project = stage.project
    rows = stage.list_labelled_rows([joint for leg in LEGS for joint in leg])
    of_row = np.array([project.keys[int(row)].subject for row in rows])
    subjects = natsorted(set(of_row.tolist()))
    if not len(rows):
        return None
    ankles = {ankle: _cross(stage, rows, ankle=ankle, knee=knee) for ankle, knee in LEGS}
    found = {
        (subject, name): ankle.fit(np.flatnonzero(of_row == subject))
        for name, ankle in ankles.items()
        for subject in subjects
    }
    subjects = [
        subject for subject in subjects if all(np.isfinite(found[subject, name]).all() for name in ankles)
    ]
    if len(subjects) < 2:
        return None
    figure = new_figure(1.55 * len(subjects) + 0.3, 3.9)
    off: dict[str, float] = {}
    with style():
        grid = figure.subplots(len(LEGS), len(subjects), squeeze=False)
        for line, (name, ankle) in zip(grid, ankles.items(), strict=True):
            name_row(line[0], name)
            for axes, subject in zip(line, subjects, strict=True):
                others = [found[other, name] for other in subjects if other != subject]
                apart = found[subject, name] - np.median(others, axis=0)
                chosen = _choose_frame(ankle, np.flatnonzero(of_row == subject), found[subject, name], apart)
                off[f"{subject} {name}"] = float(np.linalg.norm(apart)) * MILLIMETRES
                _show_ankle(axes, stage, int(rows[chosen]), name, ankle, chosen, apart)
                axes.set_title(f"{subject}: {off[f'{subject} {name}']:.0f} mm off", pad=4)
        handles, words = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, words, loc="outside lower center", ncols=2)
    first, *_ = ranked = sorted(off, key=lambda name: -off[name])
    caption = (
        "Red: the label; ring: where it would be were this subject labelled as the others are in the median. "
        "Measured across the shin, from the middle of the leg that the masks show, in all views together; no "
        "body and no regressor takes part, and along the shin nothing is told. Of "
        f"{len(rows)} frames, spread evenly, one is shown that agrees with all of its subject's and sees the "
        f"difference best. Farthest off: {first}, "
        f"{off[first]:.0f} mm, then {ranked[1]}, {off[ranked[1]]:.0f} mm; the median ankle is off by "
        f"{np.median(list(off.values())):.0f} mm. The audit weighs more evidence."
    )
    return PaperFigure("8", "ankle labels of the subjects compared", caption, to_data_uri(figure))


def _cross(stage: Stage, rows: NDArray[np.intp], *, ankle: str, knee: str) -> Crossings:
    project = stage.project
    ends = [project.joint_set.index(name) for name in (knee, ankle)]
    labels = project.labels(rows).astype(np.float64)
    pixels = np.stack([stage.read_keypoints(int(row))[ends] for row in rows]) * (CROP_SIDE / PANEL)
    across = np.stack([stage.find_side(found)[2] for found in labels])
    masks = [stage.read_mask(int(row)) for row in rows]
    empty = np.zeros((CROP_SIDE, CROP_SIDE), np.float32)
    return measure_crossings(
        labels[:, ends], pixels, across, np.stack([empty if mask is None else mask for mask in masks])
    )


def _choose_frame(ankle: Crossings, mine: NDArray[np.intp], offset: FloatArray, apart: FloatArray) -> int:
    """Of the frames that agree best with all of them, the one whose camera sees the difference best."""
    mine = mine[np.isfinite(ankle.offsets[mine])]
    errors = np.abs(ankle.offsets[mine] - ankle.directions[mine] @ offset)
    typical = mine[np.argsort(errors)[: max(1, round(_TYPICAL * len(mine)))]]
    hidden = np.abs((apart @ ankle.axes[typical, 1:])[:, 2])
    return int(typical[hidden.argmin()])


def _show_ankle(
    axes: Axes, stage: Stage, row: int, name: str, ankle: Crossings, number: int, apart: FloatArray
) -> None:
    """A panel around an ankle's label, and where the label would be without its difference."""
    zoom = PANEL / (_SHOWN * ankle.scales[number] * PANEL / CROP_SIDE)
    label = stage.read_keypoints(row)[stage.project.joint_set.index(name)]
    show_panel(axes, cut_part(stage, row, middle=label, side=PANEL / zoom))
    middle = np.full(2, PANEL / 2)
    ring = middle - (apart @ ankle.axes[number, 1:])[:2] * (PANEL / _SHOWN)
    axes.scatter(ring[:1], ring[1:], s=80, facecolors="none", edgecolors="white", linewidths=2.6, zorder=3)
    axes.scatter(
        ring[:1],
        ring[1:],
        s=80,
        facecolors="none",
        edgecolors=INK,
        linewidths=1.3,
        label="as the others",
        zorder=4,
    )
    mark_joints(axes, middle[None], LABEL, "label", size=30)
