"""Errors of an estimator's bodies, added up by shot: all that tables, intervals and actions are made of.

One pass over the bodies serves every protocol, and what is kept does not grow with the number of frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.skinning import pose_vertices
from core.evaluate.counted_frames import list_shots
from core.evaluate.measure import Measure, find_root
from core.evaluate.metrics import measure_aligned_errors, measure_joint_errors
from core.evaluate.sampling import sample_rows
from core.joints import JointSet
from core.project.frame_index import Shot
from core.types import BoolArray, FloatArray

if TYPE_CHECKING:
    from core.project.project import Project

_BLOCK = 256


@dataclass(frozen=True)
class ErrorSums:
    """Sums over the counted subjects' bodies of one estimator.

    Attributes:
        shots: S sequences seen by one camera each.
        regressors: R names.
        measures: M figures.
        sums: of errors, millimetres, (R, S, M).
        counts: how many errors were summed, (S, M).
        bodies: how many bodies were counted, (S, M).
    """

    shots: tuple[Shot, ...]
    regressors: tuple[str, ...]
    measures: tuple[Measure, ...]
    sums: FloatArray
    counts: FloatArray
    bodies: NDArray[np.intp]

    def keep(self, wanted: Callable[[Shot], bool]) -> ErrorSums:
        """The same of some shots only."""
        kept = np.array([wanted(shot) for shot in self.shots], bool)
        return ErrorSums(
            tuple(shot for shot, keep in zip(self.shots, kept) if keep),
            self.regressors,
            self.measures,
            self.sums[:, kept],
            self.counts[kept],
            self.bodies[kept],
        )

    def group(self, name: Callable[[Shot], str]) -> dict[str, ErrorSums]:
        """Shots by what they are called, in order of first appearance."""
        names = dict.fromkeys(map(name, self.shots))
        return {each: self.keep(lambda shot, wanted=each: name(shot) == wanted) for each in names}  # type: ignore[misc]

    def count_bodies(self, measure: Measure) -> int:
        """How many bodies a measure counted."""
        return int(self.bodies[:, self.measures.index(measure)].sum())

    def mean(self, regressor: str, measure: Measure) -> float:
        """Mean error, millimetres; NaN where there was no label."""
        column = self.measures.index(measure)
        total = self.sums[self.regressors.index(regressor), :, column].sum()
        count = self.counts[:, column].sum()
        return float(total / count) if count else float("nan")


def sum_errors(
    project: Project, estimator: str, measures: Sequence[Measure], *, subjects: Sequence[str] = ()
) -> ErrorSums:
    """Add up the errors of an estimator's bodies under every regressor of a project.

    Labels that are missing or flagged do not count.

    Args:
        project: with bodies, labels and regressors.
        estimator: whose bodies.
        measures: of the errors.
        subjects: that count; the test subjects if none is given.

    Raises:
        DatasetError: the project's joint set lacks a measure's joints.
    """
    shots = tuple(list_shots(project, subjects))
    joint_set = project.joint_set
    regressors = {name: project.read_regressor(name) for name in project.regressor_names()}
    sums = np.zeros((len(regressors), len(shots), len(measures)))
    counts = np.zeros((len(shots), len(measures)))
    bodies = np.zeros((len(shots), len(measures)), np.intp)
    for number, shot in enumerate(shots):
        sampled = {measure.every: sample_rows(project, shot, measure.every) for measure in measures}
        rows = np.unique(np.concatenate([*sampled.values(), np.zeros(0, np.intp)]))
        rows = rows[project.bodies_present(estimator, rows)]
        bodies[number] = [np.isin(rows, sampled[measure.every]).sum() for measure in measures]
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            labels = np.where(project.flag_mask(block)[..., None], np.nan, project.labels(block))
            vertices = pose_vertices(project.body(), project.read_bodies(estimator, block))
            counted = {every: np.isin(block, chosen) for every, chosen in sampled.items()}
            for place, regressor in enumerate(regressors.values()):
                errors = _measure(regressor.apply(vertices), labels, measures, joint_set, counted)
                sums[place, number] += [np.nansum(error) for error in errors]
                if place == 0:  # which errors there are is decided by the labels alone
                    counts[number] += [np.isfinite(error).sum() for error in errors]
    return ErrorSums(shots, tuple(regressors), tuple(measures), sums, counts, bodies)


def _measure(
    joints: FloatArray,
    labels: FloatArray,
    measures: Sequence[Measure],
    joint_set: JointSet,
    counted: Mapping[int, BoolArray],
) -> list[FloatArray]:
    """(bodies that it counts, joints of the subset) millimetres for each measure."""
    errors = []
    for measure in measures:
        subset, rows = list(joint_set.find_subset(measure.subset)), counted[measure.every]
        if measure.root is None:
            errors.append(measure_aligned_errors(joints[rows][:, subset], labels[rows][:, subset]))
        else:
            root = find_root(joint_set, measure.root)
            errors.append(measure_joint_errors(joints[rows], labels[rows], pelvis=root)[:, subset])
    return errors
