"""Every module here is one way to solve for a regressor's rows; other packages may add theirs."""

from __future__ import annotations

from core.registry import collect_records
from core.regressor.solver import Solver

SOLVERS: dict[str, Solver] = collect_records(__name__, "SOLVER", Solver, group="jointlens.solvers")
