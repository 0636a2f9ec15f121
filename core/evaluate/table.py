"""Table I of Hedlin, Rhodin, Yi (CRV 2022): every estimator's bodies under every regressor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import ProjectError
from core.evaluate.bootstrap import LEVEL, Interval, bootstrap_means, make_interval
from core.evaluate.breakdown import Breakdown, break_down, name_action, name_subject
from core.evaluate.counted_frames import find_rows, find_shots
from core.evaluate.error_sums import ErrorSums, sum_errors
from core.evaluate.protocols import Protocol, get_protocol
from core.evaluate.sampling import measure_spacing
from core.project.subject_split import list_training_subjects
from core.types import FloatArray

if TYPE_CHECKING:
    from core.project.project import Project

#: The regressors that the others are compared with: the one in use, and the one refitted without optimising.
REFERENCES = ("J_std", "J_spin")


@dataclass(frozen=True)
class Cell:
    """Errors of one estimator under one regressor, or a difference of two, with their intervals."""

    mpjpe: Interval
    pa_mpjpe: Interval

    @property
    def mpjpe_mm(self) -> float:
        """MPJPE, millimetres."""
        return self.mpjpe.value

    @property
    def pa_mpjpe_mm(self) -> float:
        """PA-MPJPE, millimetres."""
        return self.pa_mpjpe.value


#: Estimator -> regressor -> errors.
Cells = Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True)
class Table:
    """One protocol's table.

    Attributes:
        protocol: which frames and joints were counted.
        title: the protocol in words.
        counted: the same without MPJPE's root, on which PA-MPJPE does not hang.
        cells: estimator -> regressor -> errors.
        differences: reference, of those of :data:`REFERENCES` that the project has -> estimator -> regressor
            -> its errors minus those of the reference, on the same draws.
        actions: estimator -> its errors by action.
        subjects: estimator -> its errors by subject.
        bodies: estimator -> number of bodies counted.
        sequences: how many sequences the intervals draw from.
        fitted_to: counted subjects that are training subjects, to whom regressors are fitted.
        seen: regressor -> counted subjects that are test subjects now and that it was fitted to.
        labels_left_out: labels of the subset that are missing or flagged.
        spacing: frames from one to the next that the project holds.
        label_origin: where the labels come from.
        synthetic: whether the data are a studio's.
        provenance: of the project at that moment.
    """

    protocol: Protocol
    title: str
    counted: str
    cells: Cells
    differences: Mapping[str, Cells]
    actions: Mapping[str, Breakdown]
    subjects: Mapping[str, Breakdown]
    bodies: Mapping[str, int]
    sequences: int
    fitted_to: tuple[str, ...]
    seen: Mapping[str, tuple[str, ...]]
    labels_left_out: int
    spacing: int
    label_origin: str
    synthetic: bool
    provenance: Mapping[str, Any]

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be said wherever the figures are shown."""
        notes = []
        if self.fitted_to:
            notes.append(
                f"Training subjects are counted, to whom regressors are fitted: {', '.join(self.fitted_to)}. "
                "Such figures flatter what was fitted to them."
            )
        for name, subjects in self.seen.items():
            notes.append(f"{name} was fitted to {', '.join(subjects)}, now counted as new to it: refit it.")
        if self.synthetic:
            notes.append("Synthetic studio; the J_std column is calibrated by construction.")
        elif self.spacing < self.protocol.every:
            notes.append(f"Every {self.protocol.every}th frame is counted.")
        elif self.spacing > self.protocol.every:
            notes.append(
                f"Published figures count every {self.protocol.every}th frame; the project holds every "
                f"{self.spacing}th."
            )
        if self.label_origin == "regressed":
            notes.append(
                "The labels were regressed from SMPL bodies, so this scores a regressor against another."
            )
        notes.append(
            "This table cannot rank regressors: one that was fitted to biased bodies absorbs their bias."
        )
        if any(not cell.mpjpe.known for row in self.cells.values() for cell in row.values()):
            notes.append("No interval can be made of one sequence a subject.")
        if self.labels_left_out:
            notes.append(f"{self.labels_left_out} missing or flagged labels are left out.")
        return tuple(notes)

    @property
    def distinct_differences(self) -> dict[str, Cells]:
        """:attr:`differences` without those to a later reference that an earlier one's column mirrors."""
        seen: set[str] = set()
        distinct: dict[str, Cells] = {}
        for reference, cells in self.differences.items():
            distinct[reference] = {
                estimator: {name: cell for name, cell in row.items() if name not in seen}
                for estimator, row in cells.items()
            }
            seen.add(reference)
        return {name: cells for name, cells in distinct.items() if any(cells.values())}

    def to_dict(self) -> dict[str, dict[str, dict[str, float]]]:
        """Estimator -> regressor -> ``mpjpe_mm`` and ``pa_mpjpe_mm``."""
        return {
            estimator: {
                regressor: {"mpjpe_mm": cell.mpjpe_mm, "pa_mpjpe_mm": cell.pa_mpjpe_mm}
                for regressor, cell in row.items()
            }
            for estimator, row in self.cells.items()
        }

    def describe(self) -> dict[str, Any]:
        """JSON values of what :meth:`to_dict` leaves out: title, intervals, differences, parts."""
        return {
            "title": self.title,
            "source": self.protocol.source,
            "every": self.protocol.every,
            "spacing": self.spacing,
            "label_origin": self.label_origin,
            "bodies": dict(self.bodies),
            "fitted_to": list(self.fitted_to),
            "seen": {name: list(subjects) for name, subjects in self.seen.items()},
            "labels_left_out": self.labels_left_out,
            "intervals": {
                "level": LEVEL,
                "blocks": "sequences, drawn within each subject",
                "sequences": self.sequences,
                "cells": _describe(self.cells),
                "differences_to": {name: _describe(cells) for name, cells in self.differences.items()},
            },
            "actions": {name: parts.to_dict() for name, parts in self.actions.items()},
            "subjects": {name: parts.to_dict() for name, parts in self.subjects.items()},
        }


def evaluate(project: Project, protocol: str | Protocol = "paper") -> Table:
    """Errors of every estimator under every regressor of a project, on the test subjects.

    Flagged labels are left out, as missing ones are.

    Args:
        project: where bodies, labels and regressors are.
        protocol: id, or a protocol.

    Raises:
        SettingsError: there is no such protocol.
        DatasetError: the project's joint set lacks the protocol's joints.
        ProjectError: the project holds no frame of the test subjects that the protocol counts.
    """
    chosen = get_protocol(protocol) if isinstance(protocol, str) else protocol
    return make_tables(project, [chosen])[chosen.id]


def make_tables(
    project: Project, protocols: Sequence[Protocol], *, subjects: Sequence[str] = ()
) -> dict[str, Table]:
    """Several protocols' tables from one pass over the bodies, by the protocols' ids.

    Args:
        project: where bodies, labels and regressors are.
        protocols: that are wanted.
        subjects: that count; the test subjects if none is given.

    Raises:
        DatasetError: the project's joint set lacks a protocol's joints.
        ProjectError: the project holds no frame of these subjects that a protocol counts, or not one of them.
    """
    if unknown := [subject for subject in subjects if subject not in project.keys.subjects]:
        raise ProjectError(
            f"{project.path}: has no subject {unknown[0]}; it has {', '.join(project.keys.subjects)}"
        )
    titles = {protocol.id: protocol.describe(project.joint_set) for protocol in protocols}
    for protocol in protocols:
        find_shots(project, protocol, subjects=subjects)  # before the work rather than after it
    measures = list(dict.fromkeys(measure for protocol in protocols for measure in protocol.measures))
    errors = {
        estimator: sum_errors(project, estimator, measures, subjects=subjects)
        for estimator in project.estimators()
    }
    return {
        protocol.id: _make_table(project, errors, protocol, titles[protocol.id], subjects)
        for protocol in protocols
    }


def _make_table(
    project: Project,
    errors: Mapping[str, ErrorSums],
    protocol: Protocol,
    title: str,
    subjects: Sequence[str],
) -> Table:
    shots = find_shots(project, protocol, subjects=subjects)
    rows = find_rows(project, protocol, subjects=subjects)
    counted_subjects = {shot.subject for shot in shots}
    counted = {estimator: every.keep(protocol.counts) for estimator, every in errors.items()}
    means = {
        estimator: [bootstrap_means(sums, measure) for measure in protocol.measures]
        for estimator, sums in counted.items()
    }
    regressors = project.regressor_names()
    subset = list(project.joint_set.find_subset(protocol.subset))
    training = list_training_subjects(project)
    labels_there = np.isfinite(project.labels(rows)).all(axis=-1) & ~project.flag_mask(rows)
    return Table(
        protocol=protocol,
        title=title,
        counted=protocol.describe_joints(project.joint_set),
        cells={
            estimator: {
                name: Cell(*(make_interval(*column[name]) for column in columns)) for name in regressors
            }
            for estimator, columns in means.items()
        },
        differences={
            reference: {
                estimator: {
                    name: Cell(*(_subtract(column[name], column[reference]) for column in columns))
                    for name in regressors
                    if name != reference
                }
                for estimator, columns in means.items()
            }
            for reference in REFERENCES
            if reference in regressors
        },
        actions={name: break_down(sums, protocol, name_action) for name, sums in counted.items()},
        subjects={name: break_down(sums, protocol, name_subject) for name, sums in counted.items()},
        bodies={estimator: sums.count_bodies(protocol.measures[0]) for estimator, sums in counted.items()},
        sequences=len({(shot.subject, shot.action) for shot in shots}),
        fitted_to=tuple(each for each in training if each in counted_subjects),
        seen=_find_seen(project, regressors, counted_subjects.difference(training)),
        labels_left_out=int((~labels_there[:, subset]).sum()),
        spacing=measure_spacing(project, shots),
        label_origin=project.label_origin,
        synthetic=project.synthetic,
        provenance=project.provenance(),
    )


def _find_seen(
    project: Project, regressors: Sequence[str], tested: AbstractSet[str]
) -> dict[str, tuple[str, ...]]:
    """Regressor -> those of some test subjects that it was fitted to, when they were none."""
    fitted = {name: project.read_regressor(name).provenance.get("fitted_to", ()) for name in regressors}
    seen = {name: tuple(each for each in subjects if each in tested) for name, subjects in fitted.items()}
    return {name: subjects for name, subjects in seen.items() if subjects}


def _subtract(first: tuple[float, FloatArray], second: tuple[float, FloatArray]) -> Interval:
    """The interval of a difference, whose draws are those of both means."""
    return make_interval(first[0] - second[0], first[1] - second[1])


def _describe(cells: Cells) -> dict[str, Any]:
    return {
        estimator: {
            regressor: {"mpjpe_mm": cell.mpjpe.to_dict(), "pa_mpjpe_mm": cell.pa_mpjpe.to_dict()}
            for regressor, cell in row.items()
        }
        for estimator, row in cells.items()
    }
