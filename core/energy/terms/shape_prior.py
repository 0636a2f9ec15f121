"""Term ``shape_prior``: betas are standard normal over people (Bogo et al., Keep it SMPL, ECCV 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor


def shape_error(betas: Tensor) -> Tensor:
    """(B, 10) -> (B,), the sum of squares."""
    return betas.square().sum(-1)


TERM = Term(
    id="shape_prior",
    name="Shape prior",
    formula="||beta||²",
    source="Bogo et al., Keep it SMPL, ECCV 2016, E_beta",
    needs=(),
    measure=lambda at: shape_error(at.betas),
    place=60,
)
