"""How far a refit without flagged labels brings joints back to where clean labels would have put them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.body.files import load_body
from core.errors import DatasetError
from core.project.project import Project
from core.resources import resource_path
from core.studio.body_score import split_rows
from core.studio.people import displace_bodies, pose_bodies
from core.studio.subjects import TEST_SUBJECTS
from core.studio.truth import read_truth
from core.types import FloatArray
from core.units import MILLIMETRES


def measure_recovery(
    directory: Path | str, clean: Path | str, *, before: str, after: str
) -> list[dict[str, Any]]:
    """Compare regressors that were fitted with and without bad labels with that of the clean studio.

    Args:
        directory: studio with planted subject offsets.
        clean: the same studio made with clean labels, in which ``before`` was fitted in the same way.
        before: regressor that was fitted with the bad labels.
        after: the same fitted without those that were flagged.

    Returns:
        For each joint with a planted offset of a subject: ``joint``, ``subjects`` and ``planted_mm``;
        ``moved_mm``, the mean distance on the test subjects' true meshes from where the clean studio's
        regressor has it to where ``before`` has it; ``left_mm``, the same of ``after``; and ``share`` of the
        way back, 1 where nothing is left and below 0 where it got worse.

    Raises:
        DatasetError: the studios are not of the same people, or the second one's labels are not clean.
        RegressorError: one of the regressors is not there.
    """
    truth, other = (read_truth(Path(folder) / "truth") for folder in (directory, clean))
    if other.instants != truth.instants or not np.array_equal(other.joints, truth.joints):
        raise DatasetError(
            f"{clean}: is another studio than {directory}; make it with the same seed and size"
        )
    if other.defects:
        raise DatasetError(f"{clean}: has planted defects; make it with --clean-labels")
    with Project.open(Path(directory) / "project", read_only=True) as opened:
        fitted = {name: opened.read_regressor(name).weights for name in (before, after)}
        names = opened.joint_set.names
    with Project.open(Path(clean) / "project", read_only=True) as opened:
        wanted = opened.read_regressor(before).weights
    bodies = displace_bodies(load_body(resource_path("demo_body.npz")), truth.displacements)
    rows = np.array([row for row, key in enumerate(truth.instants) if key.subject in TEST_SUBJECTS])
    sums = {name: np.zeros(len(names)) for name in fitted}
    for part in split_rows(rows):
        vertices = pose_bodies(bodies, [truth.instants[row].subject for row in part], truth.parameters[part])
        for name, weights in fitted.items():
            sums[name] += _measure(weights - wanted, vertices)
    planted = [defect for defect in truth.defects if defect["kind"] == "subject-offset"]
    found = []
    for joint in dict.fromkeys(defect["joint"] for defect in planted):
        moved, left = (float(sums[name][names.index(joint)] / len(rows)) for name in (before, after))
        own = [defect for defect in planted if defect["joint"] == joint]
        found.append(
            {
                "joint": joint,
                "subjects": [defect["subject"] for defect in own],
                "planted_mm": [defect["magnitude_mm"] for defect in own],
                "moved_mm": round(moved, 2),
                "left_mm": round(left, 2),
                "share": round(1 - left / max(moved, 1e-9), 3),
            }
        )
    return found


def _measure(change: FloatArray, vertices: FloatArray) -> FloatArray:
    """Distances that a change of weights moves joints by, summed over bodies, (J,) mm."""
    support = np.flatnonzero(change.any(axis=0))
    moves = change[:, support] @ vertices[:, support].astype(np.float64)
    return np.asarray(MILLIMETRES * np.linalg.norm(moves, axis=-1).sum(axis=0))
