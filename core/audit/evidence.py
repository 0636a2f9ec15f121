"""Everything that an audit has found out, before it is put into findings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.audit.drifts import Drift
from core.audit.left_out import LeftOut
from core.audit.observations import Observations
from core.audit.offsets import NEAR_RATIO, OffsetTests
from core.audit.outliers import Outlier
from core.audit.residuals import Residuals
from core.audit.shifts import Shift
from core.audit.swaps import Swap
from core.joints import JointSet
from core.project.finding import Kind
from core.types import BoolArray, FloatArray, IntArray


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
        left_out: what bodies say that have not seen the labels of the joints that seem off; None where no
            such bodies can be had.
        joint_names: of the J joints.
        carriers: (J,) bone that carries each joint.
        mirrors: (J,) index of the joint on the other side, or of itself.
    """

    source: str
    optimised: bool
    observations: Observations
    residuals: Residuals
    centres: FloatArray
    tests: OffsetTests
    given_others: OffsetTests
    left_out: LeftOut | None
    joint_names: tuple[str, ...]
    carriers: IntArray
    mirrors: IntArray

    @cached_property
    def judged(self) -> OffsetTests:
        """The tests that decide: of bodies without the label where there are any.

        Of an estimator's bodies, which have errors of their own, each joint given the others.
        """
        if not self.optimised:
            return self.given_others
        return self.tests if self.left_out is None else self.tests.replace(self.doubted, self.left_out.tests)

    @cached_property
    def doubted(self) -> BoolArray:
        """(S, J) cells that were suspected, and judged by bodies that have not seen the label."""
        if self.left_out is None:
            return np.zeros(self.tests.ratio.shape, bool)
        near = np.nan_to_num(self.tests.ratio) >= NEAR_RATIO
        return np.asarray(near & np.isfinite(self.left_out.tests.ratio))

    def list_centres(self, subject: int, joint: int) -> FloatArray:
        """(Q, 3) metres, a joint sequence by sequence, of the bodies that decide about a subject."""
        doubted = self.left_out is not None and self.doubted[subject, joint]
        return (self.left_out if doubted else self).centres[:, joint]  # type: ignore[union-attr]


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
