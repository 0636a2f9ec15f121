"""Sums over bodies that a joint's weights are solved from: ``A^T A`` and ``A^T b`` of its candidates."""

from __future__ import annotations

from copy import copy

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

from core.regressor.descent import descend_weights
from core.types import FloatArray

#: Weight of the sum-to-one row against the labels' residuals, in metres a label.
SUM_WEIGHT = 3.0
#: Added to the Gram matrix's diagonal, relative to its mean: neighbouring vertices are nearly collinear.
RIDGE = 1e-6
#: How much a candidate must lower the error to be taken up, square metres a label and unit of weight; and
#: how many are taken up at a time.
PRICE_TOLERANCE = 1e-9
GROWTH = 48


class NormalEquations:
    """Sums over bodies for one joint: vertices are taken relative to the candidates' mean on each body.

    With weights that sum to one this changes nothing, and keeps metres of distance from the camera out of
    the matrix.
    """

    def __init__(self, candidates: NDArray[np.intp]) -> None:
        self.candidates = candidates
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

    def solve(self) -> FloatArray:
        """Non-negative weights that sum to one.

        Few candidates end up with weight, so the problem is solved on a working set, from which the others
        are priced: those that would lower the error join it, until there are none. The result is the minimum
        over all candidates.
        """
        sum_weight = SUM_WEIGHT**2 * self.labels
        ridge = RIDGE * float(np.trace(self.gram)) / len(self.candidates)
        tolerance = PRICE_TOLERANCE * self.labels
        target = self.target + sum_weight
        working = np.argsort(target)[-GROWTH:]
        while True:
            matrix = self.gram[np.ix_(working, working)] + sum_weight + ridge * np.eye(len(working))
            upper = cholesky(matrix)
            projected = solve_triangular(upper, target[working], trans="T")
            weights: FloatArray = np.array(nnls(upper, projected, maxiter=30 * len(working))[0])
            price = target - self.gram[:, working] @ weights - sum_weight * weights.sum()
            price[working] = 0
            joining = np.argsort(price)[-GROWTH:]
            joining = joining[price[joining] > tolerance]
            if not len(joining):
                break
            working = np.concatenate([working[weights > 0], joining])
        solution = np.zeros(len(self.candidates))
        solution[working] = weights / weights.sum()
        return solution

    def rank_candidates(self, weights: FloatArray, count: int) -> NDArray[np.intp]:
        """The vertices that carry weight in a solution, and those that come nearest to joining them.

        Args:
            weights: of the candidates, as solved for.
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


class Descent(NormalEquations):
    """The same sums, from which the weights are found by descent; a later pass goes on from the last."""

    def __init__(self, candidates: NDArray[np.intp], weights: FloatArray) -> None:
        super().__init__(candidates)
        self.weights = weights

    def solve(self) -> FloatArray:
        """Non-negative weights that sum to one."""
        self.weights = descend_weights(self.gram / self.labels, self.target / self.labels, self.weights)
        return self.weights


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
