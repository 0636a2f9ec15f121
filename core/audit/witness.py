"""A source of bodies that labels are held against, with regressors that have not seen whom they judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.audit.observations import Observations
from core.audit.posing import PosedJoints, pose_joints
from core.audit.regressors import START, fit_without_each_subject
from core.audit.residuals import Residuals
from core.project.runs import RunRecord
from core.types import FloatArray, IntArray

if TYPE_CHECKING:
    from core.project.project import Project


@dataclass(frozen=True)
class Witness:
    """Bodies of an estimator or a run, laid over the labels.

    Attributes:
        source: the estimator or run.
        run: its record; None of an estimator.
        observations: labels of the views it has bodies for.
        regressors: (S, J, V), each fitted without the subject.
        carriers: (J,) bone that carries each joint.
        residuals: what is left between its bodies and the labels.
    """

    source: str
    run: RunRecord | None
    observations: Observations
    regressors: FloatArray
    carriers: IntArray
    residuals: Residuals

    @property
    def optimised(self) -> bool:
        """Whether its bodies were fitted to the labels and pictures."""
        return self.run is not None


def pose_source(project: Project, source: str, observations: Observations) -> tuple[PosedJoints, FloatArray]:
    """Joints of a source's bodies, and the regressors (S, J, V), one a subject, that regress them."""
    model = project.body()
    regressors = fit_without_each_subject(
        model,
        lambda rows: project.read_bodies(source, rows),
        observations,
        start=project.read_regressor(START).weights,
        joint_set=project.joint_set,
    )
    bodies = project.read_bodies(source, observations.rows)
    return pose_joints(model, bodies, regressors, observations.subjects), regressors
