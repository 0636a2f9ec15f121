"""The residual of every label as a table, each with its own uncertainty, for other programs to look at."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.audit.audit import choose_sources
from core.audit.observations import Instants, Observations, median_without_nan, read_observations
from core.audit.offsets import centre_sequences, compare_subjects
from core.audit.posing import find_carrying_bones
from core.audit.residuals import measure_residuals, turn_to_bones
from core.audit.witness import pose_source
from core.audit.words import MILLIMETRES
from core.errors import ProjectError
from core.joints import JointSet
from core.types import BoolArray, FloatArray
from core.whole_file import open_whole

if TYPE_CHECKING:
    from core.project.project import Project

COLUMNS = (
    *("subject", "action", "frame", "joint", "left_mm", "up_mm", "forward_mm"),
    *("uncertainty_mm", "flagged"),
)


def export_residuals(project: Project, path: Path | str, *, source: str | None = None) -> int:
    """Write where each label of each instant lies from the regressed joint, as a CSV table.

    ``left``, ``up`` and ``forward`` are the directions of the body at rest, carried along by the bone;
    ``uncertainty_mm`` is :func:`measure_uncertainty`'s. A first line, marked ``#``, tells what the table is
    made from.

    Args:
        project: with labels and bodies.
        path: ends in ``.csv``.
        source: run or estimator whose bodies are compared; the best run without it.

    Returns:
        How many labels.

    Raises:
        ProjectError: there are no bodies or no such source, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".csv":
        raise ProjectError(f"{path}: unknown suffix; residuals are written as .csv")
    estimator, run = choose_sources(project, source)
    name = estimator if run is None else run.name
    observations = read_observations(project, np.flatnonzero(project.bodies_present(name)))
    posed, _ = pose_source(project, name, observations)
    carriers = find_carrying_bones(project.body(), posed)
    residuals = measure_residuals(posed, carriers, observations)
    views = (turn_to_bones(posed, residuals.alignment, carriers) @ residuals.apart[..., None])[..., 0]
    uncertainty = measure_uncertainty(residuals.local, views, observations, joint_set=project.joint_set)
    text = io.StringIO()
    provenance = {**project.provenance(), "source": name}
    text.write("# " + ", ".join(f"{key} {value}" for key, value in provenance.items()) + "\n")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    rows = list(_list_rows(residuals.local, uncertainty, observations, project.joint_set))
    table.writerows(rows)
    try:
        with open_whole(path) as stream:
            stream.write(text.getvalue().encode())
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written ({error.strerror or error})") from error
    return len(rows)


def measure_uncertainty(
    local: FloatArray, views: FloatArray, observations: Observations, *, joint_set: JointSet
) -> FloatArray:
    """Standard deviation an axis of the residual that a good label would have, (M, J) metres.

    Two parts: what subjects differ by, as shapes and poses are wrong in a way of their own for each of them
    (nothing where fewer than three can be compared); and what instants of a subject differ by, or, where that
    is more, the standard error of the views of the instant.

    Args:
        local: (M, J, 3) metres, residuals of the instants in bone frames.
        views: (N, J, 3) metres, the same of every view.
        observations: labels of the N views.
        joint_set: its mirror pairs share what subjects differ by.
    """
    instants = observations.instants
    usable = _merge_usable(observations)
    centres = centre_sequences(local, usable, instants)
    tests = compare_subjects(centres, instants, joint_set)
    between = np.zeros(local.shape[:2]) if tests is None else tests.spread[instants.subjects]
    within = _measure_within(
        np.where(usable[..., None], local, np.nan) - centres[instants.sequences], instants
    )
    around = views - local[observations.instant_of]
    squares = np.zeros(local.shape[:2])
    count = np.zeros(local.shape[:2])
    known = np.isfinite(around).all(axis=-1)
    np.add.at(squares, observations.instant_of, np.where(known, (around**2).mean(axis=-1), 0.0))
    np.add.at(count, observations.instant_of, known)
    of_views = np.sqrt(squares / np.maximum(count * (count - 1), 1))
    return np.asarray(np.hypot(between, np.fmax(within[instants.subjects], of_views)))


def _merge_usable(observations: Observations) -> BoolArray:
    """Whether any view of an instant may vouch for a joint, (M, J)."""
    usable = np.zeros((len(observations.instants), observations.usable.shape[1]), bool)
    np.logical_or.at(usable, observations.instant_of, observations.usable)
    return usable


def _measure_within(away: FloatArray, instants: Instants) -> FloatArray:
    """Spread of a subject's instants about the middle of their sequence, (S, J) metres."""
    spread = np.full((len(instants.subject_names), away.shape[1]), np.nan)
    for subject in range(len(spread)):
        own = np.abs(away[instants.subjects == subject])  # [M, J, 3]
        flat = own.transpose(0, 2, 1).reshape(-1, away.shape[1])
        if len(flat):
            spread[subject] = 1.4826 * median_without_nan(flat, axis=0)
    return spread


def _list_rows(
    local: FloatArray, uncertainty: FloatArray, observations: Observations, joint_set: JointSet
) -> Iterator[tuple[object, ...]]:
    instants, usable = observations.instants, _merge_usable(observations)
    known = np.isfinite(local).all(axis=-1)
    for instant, joint in np.argwhere(known):
        subject, action = instants.sequence_names[instants.sequences[instant]]
        offset = MILLIMETRES * local[instant, joint]
        yield (
            *(subject, action, int(instants.frames[instant]), joint_set.names[joint]),
            *(f"{value:.1f}" for value in offset),
            f"{MILLIMETRES * uncertainty[instant, joint]:.1f}",
            int(not usable[instant, joint]),
        )
