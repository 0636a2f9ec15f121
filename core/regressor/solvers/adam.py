"""Solver ``adam``: descent from the starting regressor, as in the paper's released code."""

from __future__ import annotations

from core.regressor.descent import descend_weights
from core.regressor.normal_equations import NormalEquations
from core.regressor.solver import Solver
from core.types import FloatArray


def solve(system: NormalEquations) -> FloatArray:
    """Weights that a fixed number of steps reaches from the system's last ones, (C,)."""
    return descend_weights(system.gram / system.labels, system.target / system.labels, system.weights)


SOLVER = Solver(
    "adam",
    "descends from J_std and keeps to its vertices, as the paper's released code does, to compare",
    solve,
    keeps_support=True,
)
