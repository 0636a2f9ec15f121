"""A horizontal axis of whole numbers and its ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """``count`` equal cells between two edges, in pixels.

    Attributes:
        left: edge of the first cell.
        right: edge of the last cell.
        count: cells.
    """

    left: float
    right: float
    count: int

    @property
    def cell(self) -> float:
        """Width of one cell."""
        return (self.right - self.left) / max(self.count, 1)

    def middle(self, index: int) -> float:
        """Middle of a cell."""
        return self.left + (index + 0.5) * self.cell

    def index_at(self, x: float) -> int:
        """The cell at a position; the nearest one outside of the edges."""
        return min(max(int((x - self.left) // self.cell), 0), max(self.count - 1, 0))

    def ticks(self, *, spacing: float) -> range:
        """Cells to number, at a round step that keeps them ``spacing`` pixels apart."""
        return range(0, self.count, round_step(spacing / self.cell))


def round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below ``least``."""
    if least <= 1:
        return 1
    power = 10 ** math.floor(math.log10(least))
    return next(int(factor * power) for factor in (1, 2, 5, 10) if factor * power >= least)
