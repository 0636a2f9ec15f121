"""The live run that moves the shown frame's body."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from core.types import FloatArray

OptimisationStatus = Literal["off", "starting", "running", "paused", "done", "failed"]


@dataclass(frozen=True)
class Energies:
    """Energies of one iteration.

    Attributes:
        iteration: 0 is the start, before any step.
        weighted: term id -> its share of the total.
        bare: term id -> its value in its own unit.
        total: what the optimiser minimises.
    """

    iteration: int
    weighted: dict[str, float]
    bare: dict[str, float]
    total: float


@dataclass(frozen=True)
class BodySnapshot:
    """The body of one iteration.

    Attributes:
        iteration: 0 is the start, before any step.
        vertices: camera frame, metres, (V, 3) float32.
    """

    iteration: int
    vertices: FloatArray


@dataclass(frozen=True)
class OptimisationState:
    """Where the live run stands; replaced whole when it moves on.

    Attributes:
        status: ``done`` when the settings' number of iterations is reached.
        row: the frame that it optimises; None when off.
        iteration: last iteration of which energies are known.
        outstanding: steps asked for and not yet done.
        energies: one record an iteration, oldest first.
        unavailable: term id -> why it cannot be used on this frame.
        message: why it failed, or why it cannot go on.
    """

    status: OptimisationStatus = "off"
    row: int | None = None
    iteration: int = 0
    outstanding: int = 0
    energies: tuple[Energies, ...] = ()
    unavailable: dict[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def alive(self) -> bool:
        """Whether there is a run that can be stepped, paused or reset."""
        return self.status in ("starting", "running", "paused", "done")

    @property
    def iterations(self) -> FloatArray:
        """Iteration numbers of :attr:`history`, (n,)."""
        return np.array([record.iteration for record in self.energies], dtype=float)

    @property
    def history(self) -> dict[str, FloatArray]:
        """Weighted energy of every term, and ``total``, over :attr:`iterations`; NaN where a term was off."""
        terms = sorted({term for record in self.energies for term in record.weighted})
        curves = {
            term: np.array([record.weighted.get(term, np.nan) for record in self.energies]) for term in terms
        }
        curves["total"] = np.array([record.total for record in self.energies])
        return curves
