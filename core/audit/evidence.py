"""Everything that an audit has found out, before it is put into findings."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.drifts import Drift
from core.audit.observations import Observations
from core.audit.offsets import OffsetTests
from core.audit.outliers import Outlier
from core.audit.residuals import Residuals
from core.audit.shifts import Shift
from core.audit.swaps import Swap
from core.joints import JointSet
from core.project.finding import Kind
from core.types import FloatArray, IntArray


@dataclass(frozen=True)
class SubjectEvidence:
    """What a source of bodies says about every subject and joint.

    Attributes:
        source: the estimator or run.
        optimised: whether its bodies were fitted to the labels and pictures.
        observations: its views.
        residuals: of its bodies.
        centres: (Q, J, 3) metres, sequence by sequence.
        tests: compared with the other subjects.
        given_others: the same, each joint given the others of its subject.
        joint_names: of the J joints.
        mirrors: (J,) index of the joint on the other side, or of itself.
    """

    source: str
    optimised: bool
    observations: Observations
    residuals: Residuals
    centres: FloatArray
    tests: OffsetTests
    given_others: OffsetTests
    joint_names: tuple[str, ...]
    mirrors: IntArray


@dataclass(frozen=True)
class Evidence:
    """The results of all tests.

    Attributes:
        joint_set: of the labels.
        observations: all views, with swaps taken back.
        residuals: of the estimated bodies.
        swaps, outliers, drifts, shifts: found.
        subjects: the tests of subjects; None where there are too few.
        tests: how many tests of each kind were made.
    """

    joint_set: JointSet
    observations: Observations
    residuals: Residuals
    swaps: list[Swap]
    outliers: list[Outlier]
    drifts: list[Drift]
    shifts: list[Shift]
    subjects: SubjectEvidence | None
    tests: dict[Kind, int]
