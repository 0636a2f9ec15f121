"""Term ``shape_prior``: betas are standard normal over people (Bogo et al., Keep it SMPL, ECCV 2016)."""

from __future__ import annotations

from torch import Tensor


def shape_error(betas: Tensor) -> Tensor:
    """(B, 10) -> (B,), the sum of squares."""
    return betas.square().sum(-1)
