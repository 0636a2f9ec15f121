"""Sums over bodies that a joint's weights are solved from: ``A^T A`` and ``A^T b`` of its candidates."""

from __future__ import annotations

from copy import copy

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.errors import RegressorError
from core.regressor.solver import Solver
from core.types import FloatArray


class NormalEquations:
    """Sums over bodies for one joint: vertices are taken relative to the candidates' mean on each body.

    With weights that sum to one this changes nothing, and keeps metres of distance from the camera out of
    the matrix.

    Args:
        candidates: (C,) vertices that may carry weight.
        weights: (C,) to begin from, for solvers that begin somewhere.

    Attributes:
        gram: (C, C) sum of ``A^T A``, square metres.
        target: (C,) sum of ``A^T b``, square metres.
        labels: number of labels that took part.
        weights: (C,) of the last solution.
    """

    def __init__(self, candidates: NDArray[np.intp], weights: FloatArray | None = None) -> None:
        self.candidates = candidates
        self.weights = np.zeros(len(candidates)) if weights is None else weights
        self.gram = np.zeros((len(candidates), len(candidates)))

    def start_pass(self) -> None:
        """Forget the right-hand side, which the alignment changes; the Gram matrix stays."""
        self.target = np.zeros(len(self.candidates))
        self.square = 0.0
        self.labels = 0

    def copy(self) -> NormalEquations:
        """Sums of its own."""
        twin = copy(self)
        twin.gram, twin.target = self.gram.copy(), self.target.copy()
        return twin

    def add(
        self,
        vertices: FloatArray,
        labels: FloatArray,
        known: NDArray[np.bool_],
        *,
        with_gram: bool,
        sign: int = 1,
    ) -> None:
        """Add bodies, or with ``sign`` -1 take them out.

        Args:
            vertices: (B, V, 3) metres.
            labels: of this joint, in the same frame, (B, 3).
            known: which of the bodies have one, (B,).
            with_gram: whether the Gram matrix does not hold these bodies yet.
            sign: 1 or -1.
        """
        rows = np.flatnonzero(known)
        if not len(rows):
            return
        A = np.empty((3 * len(rows), len(self.candidates)))
        b = np.empty(3 * len(rows))
        _gather(vertices, labels, rows, self.candidates, A, b)
        if with_gram:
            self.gram += sign * (A.T @ A)
        self.target += sign * (b @ A)
        self.square += sign * float(b @ b)
        self.labels += sign * len(rows)

    def solve(self, solver: Solver) -> FloatArray:
        """(C,) weights, none negative, sum one; kept as what a later solution may begin from.

        Raises:
            RegressorError: the solver gives something else.
        """
        weights = np.asarray(solver.solve(self), dtype=np.float64)
        if (
            weights.shape != self.candidates.shape
            or not (weights >= 0).all()
            or abs(weights.sum() - 1) > 1e-6
        ):
            raise RegressorError(
                f"solver {solver.id} gives weights of shape {weights.shape}, lowest {weights.min():.3g}, sum "
                f"{weights.sum():.6g}; expected {self.candidates.shape}, none below zero, sum one"
            )
        self.weights = weights
        return weights

    def rank_candidates(self, weights: FloatArray, count: int) -> NDArray[np.intp]:
        """The vertices that carry weight in a solution, and those that come nearest to joining them.

        Args:
            weights: (C,) of the candidates, as solved for.
            count: how many vertices at least.

        Returns:
            (count or so,) vertices, ascending; all where there are no more.
        """
        price = self.target - self.gram @ weights
        price[weights > 0] = np.inf
        return np.sort(self.candidates[np.argsort(-price, kind="stable")[:count]])

    def measure_residual(self, weights: FloatArray) -> float:
        """Root mean square distance, metres; NaN without labels."""
        square = float(weights @ self.gram @ weights - 2 * weights @ self.target) + self.square
        return float(np.sqrt(max(square, 0.0) / self.labels)) if self.labels else float("nan")


@njit(nogil=True, cache=True)
def _gather(vertices, labels, rows, candidates, A, b):  # type: ignore[no-untyped-def]
    """Fill ``A`` (3 R, C) and ``b`` (3 R,): candidates and label relative to the candidates' mean."""
    count = candidates.shape[0]
    for n in range(rows.shape[0]):
        row = rows[n]
        for axis in range(3):
            along = A[3 * n + axis]
            centre = 0.0
            for c in range(count):
                value = np.float64(vertices[row, candidates[c], axis])
                along[c] = value
                centre += value
            centre /= count
            for c in range(count):
                along[c] -= centre
            b[3 * n + axis] = labels[row, axis] - centre
