"""One course of the live run: its terms, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.energy.terms import TERMS
from core.optimize.settings import Settings
from core.types import FloatArray

#: ``done`` when the settings' number of iterations is reached.
VariantStatus = Literal["running", "paused", "done"]

#: What variants are called, in the order in which they come; no more than these at once.
VARIANT_IDS = ("A", "B", "C", "D", "E", "F")


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


def describe_difference(settings: Settings, reference: Settings) -> str:
    """What sets settings apart from others, e.g. ``no silhouette, joints ×3``; empty where they agree."""
    parts = [settings.preset] if settings.preset != reference.preset else []
    for name, term in TERMS.items():
        ours, theirs = settings.terms[name], reference.terms[name]
        words = term.name.lower()
        if ours.on != theirs.on:
            parts.append(f"with {words}" if ours.on else f"no {words}")
        elif ours.on and ours.weight != theirs.weight and parts[:1] != [settings.preset]:
            factor = f"×{ours.weight / theirs.weight:.3g}" if theirs.weight else f"{ours.weight:g}"
            parts.append(f"{words} {factor}")
    return ", ".join(parts)


@dataclass(frozen=True)
class Variant:
    """A course of the live run; replaced whole when it moves on.

    Attributes:
        id: one of :data:`VARIANT_IDS`.
        name: what a person reads.
        settings: terms and step sizes that its next step is taken with.
        parent: id of the variant that it was forked from; empty for the first.
        forked_at: the iteration that it has in common with its parent last.
        status: what it does.
        iteration: the last one that is known.
        shown: the iteration whose body is shown, and from which it goes on.
        outstanding: steps asked for and not yet done.
        energies: one record an iteration, oldest first; those up to the fork are the parent's.
        message: why it cannot go on.
    """

    id: str
    name: str
    settings: Settings
    parent: str = ""
    forked_at: int = 0
    status: VariantStatus = "paused"
    iteration: int = 0
    shown: int = 0
    outstanding: int = 0
    energies: tuple[Energies, ...] = ()
    message: str = ""

    @property
    def iterations(self) -> FloatArray:
        """Iteration numbers of :attr:`history`, (n,)."""
        return np.array([record.iteration for record in self.energies], dtype=float)

    @property
    def history(self) -> dict[str, FloatArray]:
        """Weighted energy of every term, and ``total``, over :attr:`iterations`; NaN where a term was off."""
        terms = dict.fromkeys(term for record in self.energies for term in record.weighted)
        curves = {
            term: np.array([record.weighted.get(term, np.nan) for record in self.energies]) for term in terms
        }
        curves["total"] = np.array([record.total for record in self.energies])
        return curves

    def energies_at(self, iteration: int) -> Energies | None:
        """The record of one iteration; None where it is not kept."""
        if not self.energies:
            return None
        place = iteration - self.energies[0].iteration
        return self.energies[place] if 0 <= place < len(self.energies) else None
