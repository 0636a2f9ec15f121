"""What each finding does: how the refitted regressor and the error table would change without its labels.

The regressor is fitted once; taking a finding's labels out of its Gram matrices and solving anew costs
a moment (:meth:`core.regressor.fit.RegressorFit.downdate`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.skinning import pose_vertices
from core.evaluate.metrics import measure_joint_errors
from core.optimize.evidence import read_labels
from core.optimize.fitting import choose_alignment
from core.optimize.selection import select_training_rows
from core.progress import ProgressCallback
from core.project.finding import Finding
from core.project.flags import Flag, find_rows
from core.project.reviews import list_flagged_joints
from core.project.subject_split import list_test_subjects
from core.regressor.fit import FitBlock, RegressorFit
from core.types import FloatArray
from core.units import MILLIMETRES

if TYPE_CHECKING:
    from core.project.project import Project


START = "J_std"
#: Bodies that a regressor's move is measured on, test frames that the error table is sampled from, and
#: bodies that a first fit narrows the candidates on.
MOVE_SAMPLE, TABLE_SAMPLE, FIT_SAMPLE = 60, 400, 600
_BLOCK = 128


@dataclass(frozen=True)
class _Table:
    """A sample of the test subjects' frames."""

    rows: NDArray[np.intp]
    vertices: FloatArray  # [T, V, 3]
    labels: FloatArray  # [T, J, 3]
    pelvis: int

    def measure(self, weights: FloatArray, left_out: NDArray[np.bool_] | None = None) -> float:
        """MPJPE in millimetres; NaN without any label."""
        support = np.flatnonzero(weights.any(axis=0))
        joints = weights[:, support] @ self.vertices[:, support].astype(np.float64)
        errors = measure_joint_errors(joints, self.labels, pelvis=self.pelvis)
        if left_out is not None:
            errors = np.where(left_out, np.nan, errors)
        return float(np.nanmean(errors)) if np.isfinite(errors).any() else float("nan")


def measure_influence(
    project: Project,
    findings: Sequence[Finding],
    *,
    source: str,
    progress: ProgressCallback | None = None,
) -> list[Finding]:
    """The findings, each with what leaving its labels out would change.

    ``influence`` is then a dictionary: ``source`` of the bodies; ``labels`` that the refit would lose;
    ``joint_mm``, the largest mean move of one of the finding's joints by the refitted regressor;
    ``regressor_mm``, the moves by joint; ``mpjpe_mm``, the change of the first estimator's MPJPE on a sample
    of the test subjects, by the other regressor and without the finding's labels. Labels that are flagged
    already count as if they were not.

    Args:
        project: that was audited.
        findings: of the audit.
        source: estimator or run whose bodies the regressor is fitted to.
        progress: told of findings done.
    """
    rows = select_training_rows(project)
    rows = rows[project.bodies_present(source)[rows]]
    if not len(rows) or not findings:
        return list(findings)
    fit, aligned_with = _fit(project, rows, source)
    bodies = _pose(project, source, _spread(rows, MOVE_SAMPLE))
    table = _read_table(project)
    before = None if table is None else table.measure(fit.weights_)
    measured = []
    for number, finding in enumerate(findings):
        joints = [project.joint_set.index(name) for name in list_flagged_joints(finding, project.joint_set)]
        flag = Flag(finding.subject, project.joint_set.names[joints[0]], finding.sequence, finding.frames)
        own = np.intersect1d(rows, find_rows(flag, project.keys))
        reduced = fit
        if len(own):
            reduced = fit.downdate(
                lambda own=own, joints=joints: _read(project, own, source, aligned_with, joints)  # type: ignore[misc]
            )
        moves = _measure_moves(fit.weights_, reduced.weights_, bodies)
        influence = {
            "source": source,
            "labels": int((fit.labels_ - reduced.labels_).sum()),
            "joint_mm": round(float(moves[joints].max()), 2),
            "regressor_mm": {
                project.joint_set.names[joint]: round(float(moves[joint]), 2) for joint in joints
            },
        }
        if table is not None and before is not None:
            left_out = np.zeros(table.labels.shape[:2], bool)
            left_out[:, joints] = np.isin(table.rows, find_rows(flag, project.keys))[:, None]
            after = table.measure(reduced.weights_, left_out)
            influence["mpjpe_mm"] = round(after - before, 3) if np.isfinite(after) else None
        measured.append(replace(finding, influence=influence))
        if progress:
            progress(number + 1, len(findings), "measuring what findings do")
    return measured


def _fit(project: Project, rows: NDArray[np.intp], source: str) -> tuple[RegressorFit, FloatArray | None]:
    """A fit whose bodies stay where they are, and the regressor whose pelvis they were aligned by, if any."""
    run = next((run for run in project.runs() if run.name == source), None)
    start = project.read_regressor(START).weights
    if choose_alignment(project, run) == "absolute":
        return _fit_aligned(project, rows, source, start, None), None
    aligned_with = _fit_aligned(project, _spread(rows, FIT_SAMPLE), source, start, start).weights_
    return _fit_aligned(project, rows, source, start, aligned_with), aligned_with


def _fit_aligned(
    project: Project,
    rows: NDArray[np.intp],
    source: str,
    start: FloatArray,
    aligned_with: FloatArray | None,
) -> RegressorFit:
    everything = range(len(project.joint_set))
    return RegressorFit(alignment="absolute", keep_unlabelled=True).fit(
        lambda: _read(project, rows, source, aligned_with, everything),
        start=start,
        rest_vertices=project.body().v_template.astype(np.float64),
        joint_set=project.joint_set,
        read_sample=lambda: _read(project, _spread(rows, FIT_SAMPLE), source, aligned_with, everything),
    )


def _spread(rows: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """About so many of some rows, evenly spread."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, count).astype(np.intp))]


def _read(
    project: Project,
    rows: NDArray[np.intp],
    source: str,
    aligned_with: FloatArray | None,
    joints: Sequence[int],
) -> Iterator[FitBlock]:
    """Bodies with the labels of some joints, moved onto the labels' pelvis if need be."""
    wanted = np.isin(np.arange(len(project.joint_set)), joints)
    pelvis = project.joint_set.pelvis
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        labels, valid = read_labels(project, block, include_flagged=True)
        parameters = project.read_bodies(source, block)
        vertices = pose_vertices(project.body(), parameters)
        if aligned_with is None:
            valid &= np.isfinite(parameters.transl).all(axis=1, keepdims=True)
        else:
            support = np.flatnonzero(aligned_with[pelvis])
            place = aligned_with[pelvis, support] @ vertices[:, support].astype(np.float64)  # [B, 3]
            valid = valid & valid[:, [pelvis]]
            labels = labels - (labels[:, pelvis] - place)[:, None]
        yield FitBlock(vertices, labels, valid & wanted)


def _pose(project: Project, source: str, rows: NDArray[np.intp]) -> FloatArray:
    return pose_vertices(project.body(), project.read_bodies(source, rows))


def _measure_moves(before: FloatArray, after: FloatArray, vertices: FloatArray) -> FloatArray:
    """Mean distance between the joints of two regressors, (J,) mm."""
    change = after - before
    support = np.flatnonzero(change.any(axis=0))
    if not len(support):
        return np.zeros(len(before))
    moved = change[:, support] @ vertices[:, support].astype(np.float64)
    return np.asarray(MILLIMETRES * np.linalg.norm(moved, axis=-1).mean(axis=0))


def _read_table(project: Project) -> _Table | None:
    """A sample of the test subjects' frames with the first estimator's bodies; None without any."""
    subjects = list_test_subjects(project.keys.subjects, project.named_test_subjects)
    parts = [project.rows_of(subject) for subject in subjects]
    rows = np.concatenate(parts) if parts else np.zeros(0, np.intp)
    rows = rows[project.bodies_present("initial")[rows]]
    if not len(rows):
        return None
    rows = _spread(rows, TABLE_SAMPLE)
    return _Table(
        rows,
        _pose(project, "initial", rows),
        project.labels(rows).astype(np.float64),
        project.joint_set.pelvis,
    )
