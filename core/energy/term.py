"""What a term of the energy is: its name, where it comes from, what it needs and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from core.energy.term_inputs import TermInputs

#: What a need is called when it is missing and a term has to stay off.
NEEDS: dict[str, str] = {
    "labels": "no usable 3D joint labels",
    "keypoints": "no usable 2D joint labels",
    "mask": "no mask of the person",
    "translation": "the body's distance from the camera is unknown",
    "neighbours": "single frames: no three of one camera that follow each other are optimised together",
}


@dataclass(frozen=True)
class Term:
    """One row of the table of terms.

    The window reads the table before it is shown, so a module that declares a term imports torch only in
    the function that measures.

    Attributes:
        id: the name that settings, commands and files use.
        name: what a person reads.
        formula: per body, in one line.
        source: paper and equation.
        needs: what has to be there for the term to mean anything, of :data:`NEEDS`; a term that needs
            nothing is a prior.
        measure: the bare value (B,) of the term for each body, differentiable by pose, shape or vertices;
            each body's value depends on that body alone, and no value is read back from a graphics card.
        weight: what switching it on starts from in a preset that does not say.
        floor: the value, in the term's own unit, below which it counts as met when terms are brought to equal
            magnitude (:mod:`core.energy.balancing`); None leaves the term out of that.
        place: order in tables and menus.
    """

    id: str
    name: str
    formula: str
    source: str
    needs: tuple[str, ...]
    measure: Callable[[TermInputs], Tensor]
    weight: float = 1.0
    floor: float | None = None
    place: int = 100

    def __post_init__(self) -> None:
        unknown = set(self.needs) - NEEDS.keys()
        if unknown:
            raise ValueError(f"term {self.id} needs {sorted(unknown)}; expected some of {sorted(NEEDS)}")
