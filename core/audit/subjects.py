"""Subjects compared on one source of bodies, and anew without the labels of the joints that seem off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.audit.evidence import SubjectEvidence
from core.audit.left_out import can_leave_out, compare_without_labels
from core.audit.offsets import centre_sequences, compare_subjects, find_mirrors
from core.audit.pose_errors import judge_given_others, measure_pose_errors
from core.audit.regressors import START
from core.audit.witness import Witness
from core.engine.engine import Engine
from core.progress import ProgressCallback
from core.types import BoolArray

if TYPE_CHECKING:
    from core.project.project import Project


_SAMPLE_POSES = 12


def compare_on(
    project: Project,
    witness: Witness,
    usable: BoolArray,
    *,
    engine: Engine,
    progress: ProgressCallback | None = None,
) -> SubjectEvidence | None:
    """Compare every subject's joints with those of the others; None where there are too few subjects.

    Args:
        project: with the bodies.
        witness: the bodies that tell.
        usable: (M, J) labels of instants that may vouch.
        engine: fits bodies without labels.
        progress: told of bodies fitted without labels.
    """
    instants, joint_set = witness.observations.instants, project.joint_set
    centres = centre_sequences(witness.residuals.local, usable, instants)
    tests = compare_subjects(centres, instants, joint_set)
    if tests is None:
        return None
    rows = witness.observations.rows
    sample = rows[np.unique(np.linspace(0, len(rows) - 1, _SAMPLE_POSES).astype(np.intp))]
    errors = measure_pose_errors(
        project.body(),
        project.read_bodies(witness.source, sample),
        np.asarray(project.read_regressor(START).weights),  # any plausible one shows what errors of pose do
        witness.carriers,
    )
    left_out = None
    if witness.run is not None and can_leave_out(witness.run):
        left_out = compare_without_labels(project, witness, usable, tests, engine=engine, progress=progress)
    return SubjectEvidence(
        *(witness.source, witness.optimised, witness.observations, witness.residuals, centres, tests),
        *(judge_given_others(tests, errors), left_out),
        joint_names=joint_set.names,
        carriers=witness.carriers,
        mirrors=find_mirrors(joint_set),
    )
