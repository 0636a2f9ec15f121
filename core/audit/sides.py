"""Subjects whose left and right are exchanged in all their frames, as where joints are named the other way.

Within a stretch of frames, :mod:`core.audit.swaps` tells; where nothing is in order to compare with, only the
distance to the bodies does. It is SMPL's own joints that are compared, as a regressor fitted to such labels
has learnt the exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.observations import Observations
from core.audit.swaps import Exchange, Swap, measure_distance
from core.data.plausibility import MatchTarget, fits_exchanged, measure_sides
from core.errors import DatasetError
from core.joints import JointSet, check_sides
from core.limbs import find_limbs
from core.types import FloatArray
from core.units import MILLIMETRES

if TYPE_CHECKING:
    from core.project.project import Project

#: Views that are looked at, spread evenly.
_SAMPLE = 4096
#: What stands for certainty among log-likelihood ratios.
_CERTAIN = 300.0


def find_exchanged_subjects(project: Project, estimator: str, observations: Observations) -> list[Swap]:
    """One swap a subject of whom every sequence is exchanged.

    Args:
        project: with the bodies.
        estimator: whose bodies have not seen the labels.
        observations: the views that it has bodies for.
    """
    limb = _find_whole(project.joint_set)
    if limb is None:
        return []
    count = len(observations)
    views = np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.intp))
    near, exchanged = _compare(project, estimator, observations.rows[views])
    instants = observations.instants
    of_view = observations.instant_of[views]
    swaps = []
    for subject in range(len(instants.subject_names)):
        own = (instants.subjects[of_view] == subject) & np.isfinite(near)
        if not own.any() or not fits_exchanged(np.median(near[own]), np.median(exchanged[own])):
            continue
        sequences, nearer = instants.sequences[of_view[own]], (exchanged < near)[own]
        if any(nearer[sequences == sequence].mean() <= 0.5 for sequence in np.unique(sequences)):
            continue
        labels = observations.labels[views[own]]
        everywhere = np.flatnonzero(instants.subjects == subject)
        told = Exchange(
            source=estimator,
            as_they_are=float(np.median(near[own])) / MILLIMETRES,
            exchanged=float(np.median(exchanged[own])) / MILLIMETRES,
            labels_hold=_find_defence(project, estimator, observations.rows[views[own]], labels),
        )
        swaps.append(
            Swap(
                limb=limb,
                instants=(int(everywhere[0]), int(everywhere[-1])),
                evidence=_CERTAIN,
                distance=measure_distance(labels, find_limbs(project.joint_set)[limb]),
                exchange=told,
            )
        )
    return swaps


def describe_exchange(project: Project, swaps: list[Swap]) -> list[str]:
    """A sentence where the labels of all subjects are exchanged."""
    wrong = [swap for swap in swaps if swap.exchange is not None and not swap.exchange.labels_hold]
    if not wrong or len(wrong) < len(project.keys.subjects):
        return []
    return [
        "Left and right are exchanged in all labels: exchange the names of left and right joints in joint "
        f"set {project.joint_set.name}, and import the data set again."
    ]


def _find_whole(joint_set: JointSet) -> str | None:
    """The limb that has all mirrored joints."""
    limbs = find_limbs(joint_set)
    return next((name for name, pairs in limbs.items() if set(pairs) == set(joint_set.pairs)), None)


def _compare(project: Project, estimator: str, rows: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
    return measure_sides(MatchTarget.of_project(project), project.read_bodies(estimator, rows), rows)


def _find_defence(project: Project, accuser: str, rows: NDArray[np.intp], labels: FloatArray) -> str:
    """What says that the labels are right after all and the bodies exchanged; empty where nothing does."""
    try:
        if check_sides(labels, project.joint_set) > 0.5:
            return "hips, shoulders and nose of the labels agree on which side is right"
    except DatasetError:
        pass  # without a nose other bodies are asked
    for other in project.estimators():
        there = rows[project.bodies_present(other)[rows]]
        if other == accuser or not len(there):
            continue
        near, exchanged = (float(np.nanmedian(each)) for each in _compare(project, other, there))
        if near < exchanged:
            return f"the bodies of {other} fit the labels as they are"
    return ""
