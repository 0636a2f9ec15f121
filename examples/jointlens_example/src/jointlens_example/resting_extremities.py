"""Term ``resting_extremities``: hands and feet, of which no label tells anything, stay as at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor

    from core.energy.term_inputs import TermInputs

#: SMPL's joints of the feet and hands.
EXTREMITIES = [10, 11, 22, 23]


def bend_error(rotations: Tensor) -> Tensor:
    """Squared Frobenius distance of the extremities' rotations from none, 8 sin²(a / 2) for an angle a.

    Args:
        rotations: (B, 24, 3, 3), each joint's relative to its parent.

    Returns:
        (B,), the sum over hands and feet.
    """
    bent = rotations[:, EXTREMITIES]
    return (6 - 2 * bent.diagonal(dim1=-2, dim2=-1).sum(-1)).sum(-1)


def measure(at: TermInputs) -> Tensor:
    """(B,)."""
    return bend_error(at.rotations)


TERM = Term(
    id="resting_extremities",
    name="Resting extremities",
    formula="||Theta_extremities - 1||², rotation matrices",
    source="jointlens-example",
    needs=(),
    measure=measure,
    weight=0.02,
)
