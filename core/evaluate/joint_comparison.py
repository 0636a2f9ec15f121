"""Where the regressors of a project differ, joint by joint, on the test subjects' estimated bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.body.skinning import pose_vertices
from core.evaluate.counted_frames import find_rows
from core.evaluate.metrics import measure_joint_errors
from core.evaluate.protocols import get_protocol
from core.types import FloatArray
from core.units import MILLIMETRES

if TYPE_CHECKING:
    from core.project.project import Project

#: Bodies that are looked at, spread evenly over the test subjects'.
SAMPLE = 256


def compare_joints(
    project: Project, *, reference: str = "J_std"
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Errors against the labels, and distances from one regressor's joints.

    Args:
        project: where bodies, labels and regressors are.
        reference: the regressor that the others are compared with.

    Returns:
        Regressor -> (J,) mean pelvis-aligned error against the unflagged labels, millimetres; and regressor,
        without the reference -> (J,) mean distance of its joints from the reference's, millimetres.
    """
    estimator = project.estimators()[0]
    rows = find_rows(project, get_protocol("paper"))
    rows = rows[project.bodies_present(estimator)[rows]]
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(np.intp))]
    labels = np.where(project.flag_mask(rows)[..., None], np.nan, project.labels(rows))
    vertices = pose_vertices(project.body(), project.read_bodies(estimator, rows))
    joints = {name: project.read_regressor(name).apply(vertices) for name in project.regressor_names()}
    errors = {
        name: np.nanmean(measure_joint_errors(found, labels, pelvis=project.joint_set.pelvis), axis=0)
        for name, found in joints.items()
    }
    distances = {
        name: np.linalg.norm(found - joints[reference], axis=-1).mean(axis=0) * MILLIMETRES
        for name, found in joints.items()
        if name != reference
    }
    return errors, distances
