"""Figure 8 of the paper: where the labels put the ankles of different subjects."""

from __future__ import annotations

import numpy as np

from core.evaluate.canvas import new_figure, style, to_data_uri
from core.evaluate.figures.panels import draw_alone, mark_joints, name_row, place_points, show_panel
from core.evaluate.figures.paper_figure import PaperFigure
from core.evaluate.figures.stage import Stage
from core.evaluate.metrics import MILLIMETRES
from core.evaluate.palette import LABEL, choose_color
from core.types import BoolArray, FloatArray

#: Ankle and knee of each row of the figure.
LEGS = (("RAnkle", "RKnee"), ("LAnkle", "LKnee"))
#: What turns the view from the body's right into that from the ankle's side.
_TURNS = (np.ones((3, 1)), np.array([[-1.0], [1.0], [-1.0]]))
#: Metres that a panel shows around the ankle.
_SHOWN = 0.42


def draw_ankle_labels(stage: Stage, *, run: str, regressor: str) -> PaperFigure | None:
    """Labelled and regressed ankles of every subject of a run; None where there is no label to show."""
    project, names = stage.project, stage.project.joint_set.index
    rows = stage.list_rows(run)
    if not len(rows):
        return None
    vertices = stage.pose(run, rows)
    joints = project.read_regressor(regressor).apply(vertices)
    pelvis = project.joint_set.pelvis
    labels = project.labels(rows)
    labels = labels - labels[:, pelvis, None] + joints[:, pelvis, None]
    of_row = np.array([project.keys[int(row)].subject for row in rows])
    ankles = [names(ankle) for ankle, _ in LEGS]
    ankles_there: BoolArray = np.asarray(np.isfinite(labels[:, ankles]).all(axis=-1))  # [n, legs]
    subjects = [
        subject for subject in dict.fromkeys(of_row) if ankles_there[of_row == subject].any(axis=0).all()
    ]
    if not subjects:
        return None
    figure = new_figure(1.75 * len(subjects) + 0.3, 4.2)
    with style():
        grid = figure.subplots(len(LEGS), len(subjects), squeeze=False)
        for line, (ankle, knee), turn in zip(grid, LEGS, _TURNS, strict=True):
            frames = [stage.find_side(found) for found in joints]
            offsets = (labels - joints)[:, names(ankle)]
            bones = joints[:, names(ankle)] - joints[:, names(knee)]
            local = express_along_bone(offsets, bones, np.stack([R[2] for R in frames])) * MILLIMETRES
            for axes, subject in zip(line, subjects, strict=True):
                mine = np.flatnonzero((of_row == subject) & np.isfinite(local).all(axis=1))
                middle = np.median(local[mine], axis=0)
                chosen = mine[np.linalg.norm(local[mine] - middle, axis=1).argmin()]
                R, centre = frames[chosen] * turn, joints[chosen, names(ankle)]
                panel = draw_alone(stage, vertices[chosen], R, centre=centre, metres=_SHOWN)
                show_panel(axes, panel, f"{subject}: {np.linalg.norm(middle):.0f} mm")
                for points, color, label in (
                    (joints, choose_color(regressor), regressor),
                    (labels, LABEL, "label"),
                ):
                    at = points[chosen, names(ankle)][None]
                    mark_joints(
                        axes, place_points(at, R, centre=centre, metres=_SHOWN), color, label, size=34
                    )
            name_row(line[0], ankle)
        handles, words = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, words, loc="outside lower center", ncols=2)
    caption = (
        f"Bodies of run {run}, seen from the ankle's side, label and joint with their pelves together. In "
        f"millimetres: how far the subject's labels lie from {regressor}'s ankle in the median, measured "
        "along and across the shin so that it does not depend on how the leg is held. Of each subject the "
        f"frame nearest to its median is shown, of {len(rows)} of all subjects, spread evenly. Bodies that "
        "were optimised towards a wrong ankle have followed it for half of the way and more: a subject that "
        "stands out deserves a look, one that does not is not cleared. The audit weighs more evidence."
    )
    return PaperFigure("8", "ankle labels of the subjects compared", caption, to_data_uri(figure))


def express_along_bone(offsets: FloatArray, bones: FloatArray, across: FloatArray) -> FloatArray:
    """Offsets in frames that turn with a bone: along it, to the body's left, and to the front.

    Args:
        offsets: (n, 3).
        bones: (n, 3) from the bone's upper to its lower end.
        across: (n, 3) towards the body's left.

    Returns:
        (n, 3) of the same unit.
    """
    along = bones / np.linalg.norm(bones, axis=1, keepdims=True)
    left = across - (across * along).sum(axis=1, keepdims=True) * along
    left = left / np.linalg.norm(left, axis=1, keepdims=True)
    axes = np.stack([along, left, np.cross(along, left)], axis=1)  # [n, 3, 3]
    return np.einsum("nij,nj->ni", axes, offsets)
