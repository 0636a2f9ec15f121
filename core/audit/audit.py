"""The audit of a project: which of its labels are wrong, how sure that is, and why.

In this order, as what one step finds would mislead the next: exchanged left and right, of whole subjects and
in single stretches, on estimated bodies that have not seen the labels; outliers; sequence shifts, from the
masks; drifts; subject offsets, on an optimised run where there is one. No subject is judged by a regressor
that saw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.audit.alignment import share_scales
from core.audit.bone_lengths import measure_bone_lengths
from core.audit.camera_evidence import weigh_cameras
from core.audit.drifts import find_drifts
from core.audit.evidence import Evidence, SubjectEvidence
from core.audit.file_array import list_blocks
from core.audit.influence import measure_influence
from core.audit.known_defects import add_known_findings, list_known_findings
from core.audit.mask_evidence import choose_views, gather_mask_evidence
from core.audit.observations import Observations, read_observations
from core.audit.ranking import list_cells, list_findings, sort_findings
from core.audit.reprojection import describe_reprojection, measure_reprojection
from core.audit.residuals import merge_views
from core.audit.screening import screen
from core.audit.shifts import find_shifts
from core.audit.sides import describe_exchange, find_exchanged_subjects
from core.audit.source_views import SourceViews, open_source
from core.audit.sources import choose_sources
from core.audit.subjects import compare_on
from core.audit.swaps import exchange_limbs
from core.audit.witness import Witness
from core.device import choose_device
from core.engine.engine import Engine
from core.engine.in_process import InProcessEngine
from core.errors import ProjectError
from core.progress import ProgressCallback
from core.project.finding import Finding, Kind
from core.project.runs import RunRecord

if TYPE_CHECKING:
    from core.project.project import Project


_STEPS = (
    "laying estimated bodies over labels",
    "looking for swaps and outliers",
    "laying labels over masks",
    "laying optimised bodies over labels",
    "looking for drifts",
    "comparing subjects",
)


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
    engine: Engine | None = None,
    progress: ProgressCallback | None = None,
) -> list[Finding]:
    """Audit a project and keep the findings in it, in place of the last audit's; reviews stay.

    Flagged labels are judged, but vouch for no others. A finding that flagged its labels and is not made
    again stays as it was.

    Args:
        project: open for writing.
        source: run, or estimator, whose bodies tell subject offsets; without it as
            :func:`core.audit.sources.choose_sources` says.
        influence: find out as well what each finding does to a refit, which costs one.
        engine: lays bodies over labels and fits them anew without suspected labels; this process if not
            given. Findings are the same.
        progress: told of steps done.

    Returns:
        The findings in rank order.

    Raises:
        ProjectError: there is nothing to audit, no such source, or the project is read-only.
        EngineError: workers fail at whatever they are given.
    """
    project.database.check_writable()
    audit = examine_project(project, source=source, engine=engine, progress=progress)
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
    project: Project,
    *,
    source: str | None = None,
    engine: Engine | None = None,
    progress: ProgressCallback | None = None,
) -> Audit:
    """As :func:`audit_project`, without keeping anything.

    Raises:
        ProjectError: there are no estimates, no label that could be audited, or no such source.
        EngineError: workers fail at whatever they are given.
    """
    engine = engine or InProcessEngine(str(choose_device("auto")))

    def tell(step: int) -> None:
        if progress:
            progress(step, len(_STEPS), f"auditing, {_STEPS[min(step, len(_STEPS) - 1)]}: steps done")

    estimator, run = choose_sources(project, source)
    tell(0)
    rows = np.flatnonzero(project.bodies_present(estimator))
    observations = read_observations(project, rows)
    if not observations.usable.any():
        raise ProjectError(f"{project.path}: has no label that could be audited")
    exchanged = find_exchanged_subjects(project, estimator, observations)
    observations = exchange_limbs(observations, exchanged, project.joint_set)
    estimated = open_source(project, estimator, observations, engine=engine, progress=progress)

    tell(1)
    screened = screen(observations, estimated, project.joint_set)
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
    swaps = [*exchanged, *screened.swaps]
    for swap in swaps:
        bent[swap.instants[0] : swap.instants[1] + 1] = True
    bent |= np.isin(observations.instants.sequences, [shift.sequence for shift in shifts])[:, None]
    witness = Witness(estimator, None, observations, estimated.regressors, estimated.carriers, residuals)
    left_out = estimated.left_out
    ignored = []
    if run is not None and bent.all():
        ignored = [f"Run {run.name} was optimised towards exchanged labels: its bodies tell nothing."]
        run = None
    if run is not None:
        seen = observations.take(np.flatnonzero(project.bodies_present(run.name)[observations.rows]))
        seen = seen.without(bent)
        optimised = open_source(
            project, run.name, seen, carriers=estimated.carriers, engine=engine, progress=progress
        )
        witness = _call_run(run, seen, optimised)
        left_out = optimised.left_out | left_out

    tell(4)
    moved = [residuals.local]
    if witness.optimised:
        moved.append(np.where(bent[..., None], np.nan, witness.residuals.local))
    drifts = find_drifts(
        moved,
        ~suspect,
        measure_bone_lengths(observations.without(suspect), project.joint_set),
        residuals.turns,
        observations.instants,
    )
    for drift in drifts:
        suspect[drift.instants[0] : drift.instants[1] + 1, drift.joint] = True
    tell(5)
    usable = ~(suspect | bent) if witness.optimised else ~suspect
    subjects = compare_on(project, witness, usable, engine=engine, progress=progress)
    if subjects is not None and subjects.left_out is not None:
        left_out = {**subjects.left_out.excluded, **left_out}
    found = Evidence(
        *(project.joint_set, observations, residuals, swaps, screened.outliers),
        *(drifts, shifts, subjects),
        tests=_count_tests(observations, subjects),
    )
    findings = weigh_cameras(project, list_findings(found, project.keys), observations)
    known, notes = list_known_findings(project)
    notes = [*describe_exchange(project, exchanged), *ignored, *notes]
    notes += describe_reprojection(project, measure_reprojection(project, observations))
    notes += _describe_uncompared(observations, witness)
    notes += [f"{project.keys[row]}: left out, no worker survives it: {why}" for row, why in left_out.items()]
    findings = add_known_findings(findings, known)
    tell(len(_STEPS))
    details = {**_describe(found, estimator, run.name if run else None), "flags": len(project.flags())}
    return Audit(findings, found, {**details, "notes": notes})


def _call_run(run: RunRecord, seen: Observations, source: SourceViews) -> Witness:
    _, scales = source.pose(seen)
    laid = source.lay(seen, share_scales(scales, seen.subjects))
    return Witness(run.name, run, seen, source.regressors, source.carriers, merge_views(laid, seen))


def _describe_uncompared(observations: Observations, witness: Witness) -> list[str]:
    """A sentence where a run has no bodies of some subjects, so that no offset of theirs can be found."""
    names, run = observations.instants.subject_names, witness.run
    seen = np.unique(witness.observations.subjects)
    missing = [name for number, name in enumerate(names) if number not in seen]
    if run is None or not missing:
        return []
    return [
        f"Run {run.name} has no bodies of {', '.join(missing)}: no offset of theirs can be found; optimise "
        "them too, e.g. with --frames '*'."
    ]


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
    return {
        "estimator": estimator,
        "run": run,
        "frames": len(observations),
        "instants": len(observations.instants),
        "labels": sum(
            int(np.isfinite(observations.labels[block]).all(axis=-1).sum())
            for block in list_blocks(len(observations))
        ),
        "tests": evidence.tests,
        "cells": [] if subjects is None else list_cells(subjects),
    }
