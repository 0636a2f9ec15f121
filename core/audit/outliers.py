"""Outliers: single labels that lie somewhere else, by two witnesses that know nothing of each other.

The first is the body: the label's residual against what it is around that time. The second is the label's
own path: its distance from the cubic through the four labels around it in time. Either alone is wrong too
often (an estimator fails on a limb, a hand is thrown); together they hardly ever are. Where frames are too
far apart to follow a path the second has nothing to say, and no outlier is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.file_array import FileArray, list_blocks
from core.audit.observations import Instants, Observations, median_without_nan
from core.types import BoolArray, FloatArray

#: Frames on either side that the residual is compared with.
HALF_WINDOW = 4
#: From how many times the usual spread on, and metres, each witness speaks.
LEAST_MODEL_RATIO, LEAST_PATH_RATIO, LEAST_DISTANCE = 3.0, 6.0, 0.025
#: Noise of a label's path below which it is not believed to be, metres.
_PATH_FLOOR = 0.001
_FEWEST_FRAMES = 5


@dataclass(frozen=True)
class Outlier:
    """One joint of one instant.

    Attributes:
        instant: number of the instant.
        joint: index.
        distance: from the path, metres.
        model_distance: of the residual from what it is around that time, metres.
        model_ratio, path_ratio: the same over their usual spread.
    """

    instant: int
    joint: int
    distance: float
    model_distance: float
    model_ratio: float
    path_ratio: float


def find_outliers(residuals: FloatArray, observations: Observations) -> list[Outlier]:
    """Find single labels that are off.

    Args:
        residuals: (M, J, 3) metres, in bone frames.
        observations: labels of the N views of the M instants.
    """
    instants = observations.instants
    smooth = smooth_by_median(residuals, instants)
    path_distances = measure_path_distances(observations)
    found = []
    for joint in range(residuals.shape[1]):  # one by one, as each takes copies of all instants
        jump = residuals[:, joint] - smooth[:, joint]
        spread = 1.4826 * median_without_nan(np.abs(jump), axis=0) + 1e-6  # [3]
        model_ratio = np.sqrt(((jump / spread) ** 2).mean(axis=-1))
        model_distance = np.linalg.norm(jump, axis=-1)
        path_distance = path_distances[:, joint]
        path_ratio = path_distance / _spread_by_sequence(path_distance, instants)
        suspect = (
            (model_ratio > LEAST_MODEL_RATIO)
            & (model_distance > LEAST_DISTANCE)
            & (path_ratio > LEAST_PATH_RATIO)
            & (path_distance > LEAST_DISTANCE)
        )
        suspect &= ~_find_shadows(suspect, path_distance, instants)
        witnesses = (path_distance, model_distance, model_ratio, path_ratio)
        found += [
            Outlier(instant, joint, *(float(values[instant]) for values in witnesses))
            for instant in np.flatnonzero(suspect).tolist()
        ]
    return sorted(found, key=lambda outlier: (outlier.instant, outlier.joint))


def smooth_by_median(values: FloatArray, instants: Instants) -> FileArray:
    """Running median over the frames around each one, mirrored at the ends of a stretch, (M, …)."""
    smooth = FileArray(values.shape)
    for block in list_blocks(len(values)):
        smooth[block] = values[block]
    for stretch in instants.stretches:
        part = values[stretch]
        if len(part) < _FEWEST_FRAMES:
            continue
        reach = min(HALF_WINDOW, len(part) - 1)
        padded = np.concatenate([part[reach:0:-1], part, part[-2 : -reach - 2 : -1]])
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
        smooth[stretch] = np.median(windows, axis=-1)
    return smooth


def measure_path_distances(observations: Observations) -> FloatArray:
    """Distance of every label from the cubic through its four neighbours in time, (M, J) metres.

    At the ends of a stretch fewer neighbours speak; NaN in stretches of fewer than five frames.
    """
    distances = FileArray(observations.labels.shape[:2])
    for stretch in observations.stretches:
        if stretch.stop - stretch.start >= _FEWEST_FRAMES:
            path = observations.labels[stretch]
            distances[stretch] = np.linalg.norm(path - interpolate_cubic(path), axis=-1)
    return observations.merge_views(distances)


def interpolate_cubic(path: FloatArray) -> FloatArray:
    """Each of at least five points from its neighbours alone, (T, …)."""
    guess = np.empty_like(path)
    guess[2:-2] = (-path[:-4] + 4 * path[1:-3] + 4 * path[3:-1] - path[4:]) / 6
    guess[0], guess[-1] = 2 * path[1] - path[2], 2 * path[-2] - path[-3]
    guess[1], guess[-2] = (path[0] + path[2]) / 2, (path[-1] + path[-3]) / 2
    return guess


def _spread_by_sequence(distances: FloatArray, instants: Instants) -> FloatArray:
    """Usual distance of a joint from the path, by sequence, (M,)."""
    spread = np.full_like(distances, np.nan)
    for sequence in np.unique(instants.sequences):
        rows = instants.rows_of_sequence(sequence)
        known = distances[rows][np.isfinite(distances[rows])]
        if len(known):
            spread[rows] = np.median(known) / 1.09 + _PATH_FLOOR
    return spread


def _find_shadows(suspect: BoolArray, distances: FloatArray, instants: Instants) -> BoolArray:
    """Suspects that only lie beside a worse one, whose label bends the path that they are compared with."""
    shadows = np.zeros_like(suspect)
    for step in (1, 2):
        for sign in (1, -1):
            worse = np.roll(np.where(suspect, distances, 0), sign * step)
            same = np.roll(instants.sequences, sign * step) == instants.sequences
            shadows |= same & (worse > 1.3 * distances)
    return shadows & suspect
