"""Term ``adversarial``: what discriminators doubt about pose and shape (:mod:`core.energy.adversarial`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor

    from core.energy.term_inputs import TermInputs


def measure(at: TermInputs) -> Tensor:
    """(B,)."""
    from core.energy.adversarial import adversarial_error

    return adversarial_error(at.sixd, at.betas, at.discriminators)


TERM = Term(
    id="adversarial",
    name="Adversarial prior",
    formula="mean (1 - D(Theta))² + (1 - D(beta))²",
    source="Hedlin, Rhodin, Yi, CRV 2022, equations 5 and 6; discriminators as in Kanazawa et al., CVPR 2018",
    needs=(),
    measure=measure,
    floor=0.1,  # an even chance, lowered to a fifth
    place=30,
)
