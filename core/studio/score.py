"""Score a project on a studio against the studio's truth, which nothing else reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.body.files import load_body
from core.progress import ProgressCallback
from core.project.project import Project
from core.project.source_table import INITIAL
from core.resources import resource_path
from core.studio.audit_score import score_findings
from core.studio.body_score import BodyScorer, list_bounds, resample, split_rows
from core.studio.mask_score import score_masks
from core.studio.people import Bodies, displace_bodies, pose_bodies
from core.studio.record import NAME, read_record
from core.studio.score_section import fill_section
from core.studio.subjects import TEST_SUBJECTS
from core.studio.truth import Truth, read_truth
from core.units import MILLIMETRES


def score(
    directory: Path | str, *, beside: Sequence[Path | str] = (), progress: ProgressCallback | None = None
) -> dict[str, Any]:
    """Compare ``DIR/project`` with ``DIR/truth``, and fill in what the project's report says of the truth.

    Args:
        directory: as :func:`core.studio.make.make_studio` made it, with a project in it.
        beside: other such folders, to see what a hard mode, a planted defect or a seed costs.
        progress: called with (done, total, message).

    Returns:
        What :func:`score_studio` gives; ``beside``, the same of the other folders; ``report``, the report
        that was filled in, None where the project has none.

    Raises:
        DatasetError: a truth is missing, or is not that of the project's data set.
        ProjectError: there is no project.
    """
    document = score_studio(directory, progress)
    document["beside"] = [score_studio(other, progress) for other in beside]
    report = Path(directory) / "project" / "report.html"
    document["report"] = str(report) if fill_section(report, document) else None
    return document


def score_studio(directory: Path | str, progress: ProgressCallback | None = None) -> dict[str, Any]:
    """Compare one ``DIR/project`` with ``DIR/truth``.

    Returns:
        ``studio``: how it was made, empty where the data set was moved away. ``regressors``: for each, how
        far its joints on the true meshes of the test subjects lie from the true joints, nothing aligned, with
        an interval for other sequences of these people. ``bodies``: for the estimators and each run, over all
        bodies that it has, what :meth:`core.studio.body_score.BodyScorer.score` gives: mean distance of
        vertices, aligned at the body model's pelvis and as they stand; of the true regressor's joints,
        aligned at theirs; overlap of the silhouettes on the crop; angle between rotations; share of
        implausible ones; error of the joints' acceleration, where frames follow each other closely; vertices
        by part of the body.
        ``masks``: those that a segmenter made, see :mod:`core.studio.mask_score`.
        ``true_implausible_share``: that of the true bodies, see :mod:`core.studio.pose_score`. ``audit``:
        planted defects and findings by kind, see :mod:`core.studio.audit_score`; empty where no audit was
        made.
    """
    directory = Path(directory)
    truth = read_truth(directory / "truth")
    bodies = displace_bodies(load_body(resource_path("demo_body.npz")), truth.displacements)
    with Project.open(directory / "project", read_only=True) as opened:
        scorer = BodyScorer.from_project(opened, truth, bodies)
        sources = [INITIAL, *opened.estimators()[1:], *(run.name for run in opened.runs())]
        return {
            "kind": "synthetic studio",
            "directory": str(directory),
            "studio": _tell_how_made(directory / "dataset"),
            "regressors": score_regressors(opened, truth, bodies),
            "bodies": {
                source: scores for source in sources if (scores := scorer.score(source, progress)) is not None
            },
            "masks": score_masks(opened, truth, bodies, scorer.matches),
            "true_implausible_share": own if np.isfinite(own := scorer.poses.measure_own()) else None,
            "audit": (
                {} if opened.audit_provenance() is None else score_findings(opened.findings(), truth.defects)
            ),
        }


def _tell_how_made(dataset: Path) -> dict[str, Any]:
    if not (dataset / NAME).is_file():
        return {}
    record = read_record(dataset)
    return {
        "seed": record.seed,
        "size": record.size,
        "clean_labels": record.clean_labels,
        "hard": list(record.hard),
        "mask_noise": record.mask_noise,
        "offset_mm": record.offset_mm,
    }


def score_regressors(opened: Project, truth: Truth, bodies: Bodies) -> dict[str, dict[str, Any]]:
    """Distance of every regressor to the true joints of the test subjects, mm."""
    rows = np.array([row for row, key in enumerate(truth.instants) if key.subject in TEST_SUBJECTS])
    regressors = {name: opened.read_regressor(name) for name in opened.regressor_names()}
    distances = {name: np.zeros((len(rows), len(opened.joint_set))) for name in regressors}
    done = 0
    for part in split_rows(rows):
        subjects = [truth.instants[row].subject for row in part]
        vertices = pose_bodies(bodies, subjects, truth.parameters[part])
        for name, regressor in regressors.items():
            apart = np.linalg.norm(regressor.apply(vertices) - truth.joints[part], axis=-1)
            distances[name][done : done + len(part)] = MILLIMETRES * apart
        done += len(part)
    sequences = [truth.instants[row].sequence for row in rows]
    strata = {truth.instants[row].sequence: truth.instants[row].subject for row in rows}
    return {
        name: {
            "to_truth_mm": float(values.mean()),
            "interval_mm": list_bounds(resample(values.mean(axis=1), sequences, strata)),
            "per_joint_mm": values.mean(axis=0).tolist(),
        }
        for name, values in distances.items()
    }
