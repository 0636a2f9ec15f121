"""Solver ``nnls``: non-negative least squares over all candidates, by active sets on a Cholesky factor."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

from core.regressor.normal_equations import NormalEquations
from core.regressor.solver import Solver
from core.types import FloatArray

#: Weight of the sum-to-one row against the labels' residuals, in metres a label.
SUM_WEIGHT = 3.0
#: Added to the Gram matrix's diagonal, relative to its mean: neighbouring vertices are nearly collinear.
RIDGE = 1e-6
#: How much a candidate must lower the error to be taken up, square metres a label and unit of weight; and
#: how many are taken up at a time.
PRICE_TOLERANCE = 1e-9
GROWTH = 48


def solve(system: NormalEquations) -> FloatArray:
    """Non-negative weights (C,) that sum to one.

    Few candidates end up with weight, so the problem is solved on a working set, from which the others
    are priced: those that would lower the error join it, until there are none. The result is the minimum
    over all candidates.
    """
    sum_weight = SUM_WEIGHT**2 * system.labels
    ridge = RIDGE * float(np.trace(system.gram)) / len(system.candidates)
    tolerance = PRICE_TOLERANCE * system.labels
    target = system.target + sum_weight
    working = np.argsort(target)[-GROWTH:]
    while True:
        matrix = system.gram[np.ix_(working, working)] + sum_weight + ridge * np.eye(len(working))
        upper = cholesky(matrix)
        projected = solve_triangular(upper, target[working], trans="T")
        weights: FloatArray = np.array(nnls(upper, projected, maxiter=30 * len(working))[0])
        price = target - system.gram[:, working] @ weights - sum_weight * weights.sum()
        price[working] = 0
        joining = np.argsort(price)[-GROWTH:]
        joining = joining[price[joining] > tolerance]
        if not len(joining):
            break
        working = np.concatenate([working[weights > 0], joining])
    solution = np.zeros(len(system.candidates))
    solution[working] = weights / weights.sum()
    return solution


SOLVER = Solver("nnls", "finds the best non-negative weights of all vertices near the joint", solve)
