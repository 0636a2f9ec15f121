"""What a solver of a joint regressor's rows is: a way to find weights from sums over bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.types import FloatArray

if TYPE_CHECKING:
    from core.regressor.normal_equations import NormalEquations


@dataclass(frozen=True)
class Solver:
    """Finds the weights of one joint at a time.

    Attributes:
        id: the name that ``--solver`` takes.
        summary: what it does, in one line.
        solve: weights (C,) of a joint's C candidates, non-negative and of sum one, that lower
            ``w' gram w - 2 w' target``.
        keeps_support: whether only vertices that carry weight at the start are candidates, rather than all
            that lie near the joint.
    """

    id: str
    summary: str
    solve: Callable[[NormalEquations], FloatArray]
    keeps_support: bool = False
