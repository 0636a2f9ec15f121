"""The uncertainty of each residual: how far that of a good label may lie from what is usual."""

from __future__ import annotations

import numpy as np

from core.audit.file_array import Table, list_blocks
from core.audit.observations import Instants, Observations, median_without_nan
from core.audit.offsets import centre_sequences, compare_subjects
from core.joints import JointSet
from core.types import BoolArray, FloatArray


def measure_uncertainty(
    local: FloatArray, views: Table, observations: Observations, *, joint_set: JointSet
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
    usable = observations.usable_of_instants
    centres = centre_sequences(local, usable, instants)
    tests = compare_subjects(centres, instants, joint_set)
    between = np.zeros(local.shape[:2]) if tests is None else tests.spread[instants.subjects]
    within = _measure_within(local, usable, centres, instants)
    squares = np.zeros(local.shape[:2])
    count = np.zeros(local.shape[:2])
    for block in list_blocks(len(observations)):
        instant_of = observations.instant_of[block]
        around = views[block] - local[instant_of]
        known = np.isfinite(around).all(axis=-1)
        np.add.at(squares, instant_of, np.where(known, (around**2).mean(axis=-1), 0.0))
        np.add.at(count, instant_of, known)
    of_views = np.sqrt(squares / np.maximum(count * (count - 1), 1))
    return np.asarray(np.hypot(between, np.fmax(within[instants.subjects], of_views)))


def _measure_within(
    local: FloatArray, usable: BoolArray, centres: FloatArray, instants: Instants
) -> FloatArray:
    """Spread of a subject's instants about the middle of their sequence, (S, J) metres."""
    spread = np.full((len(instants.subject_names), local.shape[1]), np.nan)
    for subject in range(len(spread)):
        own = np.flatnonzero(instants.subjects == subject)
        for joint in range(local.shape[1] if len(own) else 0):
            known = np.where(usable[own, joint, None], local[own, joint], np.nan)
            away = np.abs(known - centres[instants.sequences[own], joint])  # [m, 3]
            spread[subject, joint] = 1.4826 * median_without_nan(away.reshape(-1), axis=0)
    return spread
