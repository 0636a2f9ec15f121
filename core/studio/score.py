"""Score a project on a studio against the studio's truth, which nothing else reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.body.files import load_body
from core.body.skinning import pose_vertices
from core.cameras import CROP_SIDE, project, to_camera, to_crop
from core.errors import DatasetError
from core.evaluate.metrics import MILLIMETRES, mpjpe
from core.project.project import INITIAL, Project
from core.resources import resource_path
from core.silhouette.contour import close_mesh
from core.silhouette.coverage import cover
from core.studio.audit_score import score_findings
from core.studio.people import Bodies, displace_bodies, find_rest_pelvises, pose_bodies
from core.studio.subjects import TEST_SUBJECTS
from core.studio.truth import Truth, read_truth
from core.types import FloatArray

Progress = Callable[[int, int, str], None]
Rows = NDArray[np.intp]

_ROWS_AT_ONCE = 64


def score(directory: Path | str, *, progress: Progress | None = None) -> dict[str, Any]:
    """Compare ``DIR/project`` with ``DIR/truth``.

    Args:
        directory: as :func:`core.studio.make.make_studio` made it, with a project in it.
        progress: called with (done, total, message).

    Returns:
        ``regressors``: for each, how far its joints on the true meshes of the test subjects lie from the
        true joints, nothing aligned. ``bodies``: for the initial estimates and each run, over all bodies
        that it has: mean distance of vertices, aligned at the body model's pelvis and as they stand; of the
        true regressor's joints, aligned at theirs; and the overlap of the silhouettes on the crop.
        ``audit``: planted defects and findings by kind, see :mod:`core.studio.audit_score`; empty where no
        audit was made.

    Raises:
        DatasetError: the truth is missing, or is not that of the project's data set.
        ProjectError: there is no project.
    """
    directory = Path(directory)
    truth = read_truth(directory / "truth")
    body = load_body(resource_path("demo_body.npz"))
    bodies = displace_bodies(body, truth.displacements)
    with Project.open(directory / "project", read_only=True) as opened:
        sources = [INITIAL, *opened.estimators()[1:], *(run.name for run in opened.runs())]
        matches = _match_rows(opened, truth)
        return {
            "kind": "synthetic studio",
            "regressors": score_regressors(opened, truth, bodies),
            "bodies": {
                source: scores
                for source in sources
                if (scores := score_bodies(opened, source, truth, matches, bodies, progress)) is not None
            },
            "audit": (
                {} if opened.audit_provenance() is None else score_findings(opened.findings(), truth.defects)
            ),
        }


def score_regressors(opened: Project, truth: Truth, bodies: Bodies) -> dict[str, dict[str, Any]]:
    """Distance of every regressor to the true joints of the test subjects, mm."""
    rows = np.array([row for row, key in enumerate(truth.instants) if key.subject in TEST_SUBJECTS])
    regressors = {name: opened.read_regressor(name) for name in opened.regressor_names()}
    sums = {name: np.zeros(len(opened.joint_set)) for name in regressors}
    for part in _split(rows):
        subjects = [truth.instants[row].subject for row in part]
        vertices = pose_bodies(bodies, subjects, truth.parameters[part])
        for name, regressor in regressors.items():
            distances = np.linalg.norm(regressor.apply(vertices) - truth.joints[part], axis=-1)
            sums[name] += MILLIMETRES * distances.sum(axis=0)
    return {
        name: {"to_truth_mm": float((total / len(rows)).mean()), "per_joint_mm": (total / len(rows)).tolist()}
        for name, total in sums.items()
    }


def score_bodies(
    opened: Project,
    source: str,
    truth: Truth,
    matches: Rows,
    bodies: Bodies,
    progress: Progress | None = None,
) -> dict[str, float | None] | None:
    """How near an estimator's or a run's bodies are to the true ones; None if it has none.

    Args:
        opened: the project.
        source: estimator or run.
        truth: of its studio.
        matches: for each row of the project the row of the truth.
        bodies: the true body models.
        progress: called with (done, total, message).
    """
    rows = np.flatnonzero(opened.bodies_present(source))
    if not len(rows):
        return None
    mesh = close_mesh(opened.body().faces)
    found: dict[str, list[FloatArray]] = {"pve_mm": [], "pve_abs_mm": [], "iou": []}
    joints, true_joints = [], []
    for part in _split(rows):
        cameras = [opened.camera(row) for row in part]
        R, t = np.stack([camera.R for camera in cameras]), np.stack([camera.t for camera in cameras])
        true_parameters, parameters = truth.parameters[matches[part]], opened.read_bodies(source, part)
        vertices = pose_vertices(opened.body(), parameters).astype(np.float64)
        subjects = [truth.instants[match].subject for match in matches[part]]
        true_vertices = to_camera(pose_bodies(bodies, subjects, true_parameters).astype(np.float64), R, t)
        pelvis = opened.body().rest_pelvis(parameters.betas) + np.nan_to_num(parameters.transl)
        true_rest = find_rest_pelvises(bodies, subjects, true_parameters.betas)
        true_pelvis = to_camera((true_rest + true_parameters.transl)[:, None], R, t)
        relative = (vertices - pelvis[:, None]) - (true_vertices - true_pelvis)
        found["pve_mm"].append(MILLIMETRES * np.linalg.norm(relative, axis=-1).mean(axis=-1))
        absolute = MILLIMETRES * np.linalg.norm(vertices - true_vertices, axis=-1).mean(axis=-1)
        placed = np.isfinite(parameters.transl).all(axis=-1)
        found["pve_abs_mm"].append(np.where(placed, absolute, np.nan))
        crops = opened.crops(part)
        overlap = np.full(len(part), np.nan)
        for number in np.flatnonzero(placed):
            shapes = np.stack([vertices[number], true_vertices[number]])
            pixels = to_crop(project(shapes, cameras[number].lens), crops[number])
            mine, true = cover(pixels.astype(np.float32), mesh, CROP_SIDE, CROP_SIDE) > 0.5
            overlap[number] = (mine & true).sum() / max(1, (mine | true).sum())
        found["iou"].append(overlap)
        joints.append(truth.regressor @ vertices)
        true_joints.append(to_camera(truth.joints[matches[part]], R, t))
        if progress is not None:
            progress(int(np.searchsorted(rows, part[-1])) + 1, len(rows), f"scoring {source}")
    means = {name: _mean(np.concatenate(values)) for name, values in found.items()}
    return {
        "pve_mm": means["pve_mm"],
        "pve_abs_mm": means["pve_abs_mm"],
        "mpjpe_true_mm": mpjpe(np.concatenate(joints), np.concatenate(true_joints)),
        "iou": means["iou"],
    }


def _match_rows(opened: Project, truth: Truth) -> Rows:
    rows = {key: row for row, key in enumerate(truth.instants)}
    missing = next((key for key in opened.keys if key.instant not in rows), None)
    if missing is not None:
        raise DatasetError(f"the truth has no frame {missing.instant}; it belongs to another studio")
    return np.array([rows[key.instant] for key in opened.keys])


def _split(rows: Rows) -> list[Rows]:
    return [rows[start : start + _ROWS_AT_ONCE] for start in range(0, len(rows), _ROWS_AT_ONCE)]


def _mean(values: FloatArray) -> float | None:
    """Mean of what is known; None, which JSON has, if nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
