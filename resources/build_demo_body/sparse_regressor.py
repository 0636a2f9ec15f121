"""Sparse linear regressors from a surface to points inside it, by non-negative least squares."""

from __future__ import annotations

import numpy as np
import scipy.optimize

from core.types import FloatArray
from resources.build_demo_body.source import IntArray

_CONE = 0.97  # cosine of the half angle, 14 degrees
_NEAREST = 24  # always among the candidates
_POOL = 2500  # vertices that a ring is chosen from
_SUM_TO_ONE = 1e3  # weight of that equation, against metres
_RIDGE = 0.02
_SMALLEST = 1e-4  # weights below are dropped


def choose_ring(template: FloatArray, point: FloatArray, *, directions: int) -> IntArray:
    """Candidate vertices all round a point: the nearest in each of many directions, and the nearest few."""
    offsets = template - point
    distances = np.linalg.norm(offsets, axis=1)
    pool = np.argsort(distances)[:_POOL]
    cosines = offsets[pool] / distances[pool, None] @ spread_directions(directions).T
    ring = set(pool[:_NEAREST].tolist())
    for column in cosines.T:
        inside = np.flatnonzero(column > _CONE)
        if len(inside):
            ring.add(int(pool[inside[0]]))  # the pool is sorted by distance
    return np.array(sorted(ring))


def fit_row(
    surfaces: FloatArray,
    points: FloatArray,
    candidates: IntArray,
    *,
    anchor: tuple[FloatArray, float] | None = None,
) -> FloatArray:
    """One regressor row: non-negative weights that sum to one.

    Args:
        surfaces: vertices of each body, (N, V, 3) metres.
        points: where the point is on each body, (N, 3).
        candidates: vertices that may have weight.
        anchor: a surface (V, 3) on which the row should give the mean of ``points[1:]``, with the weight of
            that equation.

    Returns:
        (V,).
    """
    count = len(candidates)
    rows = [surfaces[:, candidates].transpose(0, 2, 1).reshape(-1, count)]
    targets = [points.reshape(-1)]
    if anchor is not None:
        surface, weight = anchor
        rows.append(weight * surface[candidates].T)
        targets.append(weight * points[1:].mean(axis=0))
    rows += [np.full((1, count), _SUM_TO_ONE), _RIDGE * np.eye(count)]
    targets += [np.array([_SUM_TO_ONE]), np.full(count, _RIDGE / count)]
    solution, _ = scipy.optimize.nnls(np.vstack(rows), np.concatenate(targets), maxiter=20000)
    solution[solution < _SMALLEST] = 0
    row = np.zeros(surfaces.shape[1])
    row[candidates] = solution / solution.sum()
    return row


def spread_directions(count: int) -> FloatArray:
    """Unit vectors spread evenly over the sphere by the golden angle, (count, 3)."""
    index = np.arange(count) + 0.5
    polar = np.arccos(1 - 2 * index / count)
    azimuth = np.pi * (1 + 5**0.5) * index
    return np.stack([np.cos(azimuth) * np.sin(polar), np.sin(azimuth) * np.sin(polar), np.cos(polar)], axis=1)
