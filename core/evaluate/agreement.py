"""How well the bodies of a source agree with labels and masks: what optimising them has gained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.skinning import pose_vertices
from core.cameras import project as project_points
from core.cameras import stack_lenses, to_crop
from core.evaluate.metrics import measure_joint_errors
from core.optimize.evidence import read_labels, read_masks
from core.optimize.problem import load_problem
from core.silhouette.contour import close_mesh
from core.silhouette.coverage import cover

if TYPE_CHECKING:
    from core.project.project import Project

#: Bodies that the figures are taken from, spread evenly over those asked for.
SAMPLE = 96


@dataclass(frozen=True)
class Agreement:
    """Means over a sample of bodies.

    Attributes:
        bodies: how many.
        joint_mm: pelvis-aligned distance of the regressed joints to the labels, millimetres.
        iou: overlap of the body's silhouette with the mask on the crop, intersection over union.
    """

    bodies: int
    joint_mm: float
    iou: float


def measure_agreement(project: Project, rows: NDArray[np.intp], *, source: str, regressor: str) -> Agreement:
    """Compare the bodies of an estimator or a run with labels and masks.

    An estimator's bodies are placed by their 2D labels through the regressor, as they are when they are
    optimised.

    Args:
        project: where bodies, labels and masks are.
        rows: rows that have a body of the source; a sample of them is measured.
        source: an estimator or a run.
        regressor: whose joints are compared with the labels.
    """
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(np.intp))]
    problem = load_problem(project, rows, source=source, regressor=regressor)
    parameters = problem.start.to_parameters()
    vertices = pose_vertices(project.body(), parameters)
    labels, valid = read_labels(project, rows)
    joints = project.read_regressor(regressor).apply(vertices)
    errors = measure_joint_errors(
        joints, np.where(valid[..., None], labels, np.nan), pelvis=project.joint_set.pelvis
    )
    masks, there, _ = read_masks(project, rows)
    seen = there & problem.placed.numpy() & (vertices[..., 2] > 0).all(axis=1)
    lenses = stack_lenses([project.camera(row).lens for row in rows[seen]])
    pixels = to_crop(project_points(vertices[seen].astype(np.float64), lenses), project.crops(rows[seen]))
    covered = cover(pixels, close_mesh(project.body().faces), *masks.shape[1:]) > 0.5
    wanted = masks[seen] > 0.5
    union = np.maximum((covered | wanted).sum(axis=(1, 2)), 1)
    overlap = (covered & wanted).sum(axis=(1, 2)) / union
    return Agreement(len(rows), float(np.nanmean(errors)), float(overlap.mean()) if len(overlap) else np.nan)
