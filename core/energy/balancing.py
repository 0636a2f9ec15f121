"""Bring the terms to equal magnitude (Hedlin, Rhodin, Yi, CRV 2022, section 4), made safe.

The paper divides each term by its value at the first iteration. That fails where a term begins near zero,
so it is measured on slightly perturbed bodies, with the untrained discriminators, and has a floor; the
factors are found once a run and stored with it. Terms without a floor have units of their own and stay bare.
"""

from __future__ import annotations

from collections.abc import Mapping

import roma
import torch
from torch import Tensor

from core.energy.terms import TERMS

#: Radians by which each joint is turned on average, and standard deviation by which betas are moved.
ROTATION_SPREAD = 0.05
BETAS_SPREAD = 0.3


def perturb_bodies(rotations: Tensor, betas: Tensor, *, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Turn every joint and change every shape a little, the same way for the same seed and count.

    Args:
        rotations: (B, 24, 3, 3).
        betas: (B, 10).
        seed: of the perturbation.

    Returns:
        Both, perturbed.
    """
    generator = torch.Generator().manual_seed(seed)
    turns = torch.randn(*rotations.shape[:2], 3, generator=generator) * ROTATION_SPREAD
    moves = torch.randn(betas.shape, generator=generator) * BETAS_SPREAD
    return rotations @ roma.rotvec_to_rotmat(turns.to(rotations)), betas + moves.to(betas)


def find_scales(errors: Mapping[str, Tensor]) -> dict[str, float]:
    """Factor of each term.

    Args:
        errors: term id -> (N,) its values on a sample of perturbed bodies.

    Returns:
        Term id -> factor for every term of the table; 1 for terms without a floor or without a value.
    """
    scales = dict.fromkeys(TERMS, 1.0)
    for term, values in errors.items():
        floor = TERMS[term].floor
        if floor is not None:
            scales[term] = 1 / max(float(values.mean()), floor)
    return scales
