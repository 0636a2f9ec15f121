"""The audit of a project: which of its labels are wrong, how sure that is, and why.

In this order, as what one step finds would mislead the next: swaps, on estimated bodies that have not seen
the labels; outliers; sequence shifts, from the masks; drifts; subject offsets, on an optimised run where
there is one. No subject is judged by a regressor that saw it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.audit.bone_lengths import measure_bone_lengths
from core.audit.drifts import find_drifts
from core.audit.evidence import Evidence, SubjectEvidence
from core.audit.influence import measure_influence
from core.audit.known_defects import list_known_findings
from core.audit.mask_evidence import choose_views, gather_mask_evidence
from core.audit.observations import Observations, read_observations
from core.audit.offsets import centre_sequences, compare_subjects, find_mirrors
from core.audit.pose_errors import judge_given_others, measure_pose_errors
from core.audit.posing import PosedJoints, find_carrying_bones, pose_joints
from core.audit.ranking import list_findings, sort_findings
from core.audit.regressors import fit_without_each_subject
from core.audit.residuals import Residuals, measure_residuals, turn_to_bones
from core.audit.screening import screen
from core.audit.shifts import find_shifts
from core.errors import ProjectError
from core.project.finding import Finding, Kind
from core.types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from core.project.project import Project

ProgressCallback = Callable[[int, int, str], None]

#: The regressor that centres the candidates of those that judge.
START = "J_std"
_STEPS = ("estimated bodies", "swaps and outliers", "masks", "optimised bodies", "drifts and offsets")
_SAMPLE_POSES = 12


@dataclass(frozen=True)
class Audit:
    """What an audit gives.

    Attributes:
        findings: in rank order.
        evidence: behind them.
        details: JSON values: sources, numbers of tests and labels, and ``cells``, the subject-joint cells in
            rank order with effect and ratio, of which the findings are those beyond the threshold.
    """

    findings: list[Finding]
    evidence: Evidence
    details: dict[str, Any]


def audit_project(
    project: Project,
    *,
    source: str | None = None,
    influence: bool = True,
    progress: ProgressCallback | None = None,
) -> list[Finding]:
    """Audit a project and keep the findings in it, in place of the last audit's; reviews stay.

    Flagged labels take part in nothing, so those that an accepted finding has flagged cannot be found again:
    such a finding stays as it was.

    Args:
        project: open for writing.
        source: run, or estimator, whose bodies tell subject offsets; the run with bodies for most frames if
            not given, or the first estimator without one.
        influence: find out as well what each finding does to a refit, which costs one.
        progress: told of steps done.

    Returns:
        The findings in rank order.

    Raises:
        ProjectError: there is nothing to audit, no such source, or the project is read-only.
    """
    project.database.check_writable()
    audit = examine_project(project, source=source, progress=progress)
    findings = audit.findings
    if influence:
        bodies = audit.details["run"] or audit.details["estimator"]
        findings = measure_influence(project, findings, source=bodies, progress=progress)
    found = {finding.id for finding in findings}
    flagged = {flag.finding for flag in project.flags()}
    stay = [each for each in project.findings() if each.id in flagged and each.id not in found]
    findings = sort_findings([*findings, *stay])
    project.write_findings(findings, audit.details)
    return findings


def examine_project(
    project: Project, *, source: str | None = None, progress: ProgressCallback | None = None
) -> Audit:
    """As :func:`audit_project`, without keeping anything."""

    def tell(step: int) -> None:
        if progress:
            progress(step, len(_STEPS), f"auditing: {_STEPS[min(step, len(_STEPS) - 1)]}")

    estimator, run = _choose_sources(project, source)
    tell(0)
    rows = np.flatnonzero(project.bodies_present(estimator))
    observations = read_observations(project, rows)
    if not observations.usable.any():
        raise ProjectError(f"{project.path}: has no label that could be audited")
    posed = _pose(project, estimator, observations)
    carriers = find_carrying_bones(project.body(), posed)

    tell(1)
    screened = screen(observations, posed, carriers, project.joint_set)
    observations, residuals = screened.observations, screened.residuals
    suspect = screened.suspect.copy()

    tell(2)
    evidence = gather_mask_evidence(
        project, estimator, observations, residuals.alignment, choose_views(observations)
    )
    shifts = find_shifts(evidence, observations)

    tell(3)
    # What was optimised towards exchanged or shifted labels is itself bent.
    bent = suspect.copy()
    for swap in screened.swaps:
        bent[swap.instants[0] : swap.instants[1] + 1] = True
    bent |= np.isin(observations.instants.sequences, [shift.sequence for shift in shifts])[:, None]
    optimised = None
    if run is not None:
        seen = observations.take(np.flatnonzero(project.bodies_present(run)[observations.rows]))
        seen = seen.without(bent)
        optimised = seen, *_measure_run(project, run, seen, carriers)

    tell(4)
    witnesses = [residuals.local]
    if optimised is not None:
        witnesses.append(np.where(bent[..., None], np.nan, optimised[2].local))
    first = np.unique(observations.instant_of, return_index=True)[1]
    drifts = find_drifts(
        witnesses,
        ~suspect,
        measure_bone_lengths(observations.without(suspect), project.joint_set),
        turn_to_bones(posed, residuals.alignment, carriers)[first],
        observations.instants,
    )
    for drift in drifts:
        suspect[drift.instants[0] : drift.instants[1] + 1, drift.joint] = True
    if optimised is None:
        subjects = _compare(
            project, estimator, observations, posed, residuals, carriers, ~suspect, optimised=False
        )
    else:
        subjects = _compare(*(project, str(run), *optimised, carriers), ~(suspect | bent), optimised=True)
    found = Evidence(
        *(project.joint_set, observations, residuals, screened.swaps, screened.outliers),
        *(drifts, shifts, subjects),
        tests=_count_tests(observations, subjects),
    )
    findings = list_findings(found, project.keys)
    known, notes = list_known_findings(project)
    there = {finding.id for finding in findings}
    findings = [*(finding for finding in known if finding.id not in there), *findings]
    tell(len(_STEPS))
    return Audit(findings, found, {**_describe(found, estimator, run), "notes": notes})


def _choose_sources(project: Project, source: str | None) -> tuple[str, str | None]:
    """The estimator that has not seen the labels, and the run that has, if any."""
    estimators = project.estimators()
    if not estimators:
        raise ProjectError(f"{project.path}: has no estimates, against which labels are audited; import some")
    if source is not None:
        name = project.find_source(source)
        return (name, None) if name in estimators else (estimators[0], name)
    sizes = {
        run.name: int(project.bodies_present(run.name).sum()) for run in project.runs() if run.state == "done"
    }
    # Views that share a body are the surer witnesses; then what covers most.
    shared = {run.name for run in project.runs() if run.shares_bodies}
    best = max(sizes, key=lambda name: (name in shared, sizes[name]), default=None)
    return estimators[0], best


def _pose(project: Project, source: str, observations: Observations) -> PosedJoints:
    model = project.body()
    regressors = fit_without_each_subject(
        model,
        lambda rows: project.read_bodies(source, rows),
        observations,
        start=project.read_regressor(START).weights,
        joint_set=project.joint_set,
    )
    return pose_joints(
        model, project.read_bodies(source, observations.rows), regressors, observations.subjects
    )


def _measure_run(
    project: Project, run: str, observations: Observations, carriers: IntArray
) -> tuple[PosedJoints, Residuals]:
    posed = _pose(project, run, observations)
    return posed, measure_residuals(posed, carriers, observations)


def _compare(
    project: Project,
    source: str,
    observations: Observations,
    posed: PosedJoints,
    residuals: Residuals,
    carriers: IntArray,
    usable: BoolArray,
    *,
    optimised: bool,
) -> SubjectEvidence | None:
    """Compare subjects; None where there are too few."""
    centres = centre_sequences(residuals.local, usable, observations.instants)
    tests = compare_subjects(centres, observations.instants, project.joint_set)
    if tests is None:
        return None
    sample = _choose_poses(observations.rows)
    errors = measure_pose_errors(
        project.body(), project.read_bodies(source, sample), _average_regressor(project), carriers
    )
    return SubjectEvidence(
        *(source, optimised, observations, residuals, centres, tests),
        judge_given_others(tests, errors),
        project.joint_set.names,
        find_mirrors(project.joint_set),
    )


def _choose_poses(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    return rows[np.unique(np.linspace(0, len(rows) - 1, _SAMPLE_POSES).astype(np.intp))]


def _average_regressor(project: Project) -> FloatArray:
    """Any plausible regressor shows what errors of pose do."""
    return np.asarray(project.read_regressor(START).weights)


def _count_tests(observations: Observations, subjects: SubjectEvidence | None) -> dict[Kind, int]:
    instants, joints = observations.instants, observations.labels.shape[1]
    timed = sum(stretch.stop - stretch.start for stretch in instants.stretches)
    return {
        "subject-offset": 0 if subjects is None else int(np.isfinite(subjects.tests.effect).sum()),
        "sequence-shift": len(instants.sequence_names),
        "swap": len(instants.stretches),
        "outlier": timed * joints,
        "drift": len(instants.sequence_names),
    }


def _describe(evidence: Evidence, estimator: str, run: str | None) -> dict[str, Any]:
    observations, subjects = evidence.observations, evidence.subjects
    cells: list[dict[str, Any]] = []
    if subjects is not None:
        tests = subjects.tests if subjects.optimised else subjects.given_others
        ratio = np.where(np.isfinite(tests.ratio), tests.ratio, -1.0)
        for cell in np.argsort(-ratio, axis=None):
            subject, joint = divmod(int(cell), ratio.shape[1])
            if ratio[subject, joint] >= 0:
                cells.append(
                    {
                        "subject": observations.instants.subject_names[subject],
                        "joint": evidence.joint_set.names[joint],
                        "effect_mm": round(1000 * float(tests.effect[subject, joint]), 1),
                        "ratio": round(float(ratio[subject, joint]), 2),
                    }
                )
    return {
        "estimator": estimator,
        "run": run,
        "frames": len(observations),
        "instants": len(observations.instants),
        "labels": int(np.isfinite(observations.labels).all(axis=-1).sum()),
        "tests": evidence.tests,
        "cells": cells,
    }
