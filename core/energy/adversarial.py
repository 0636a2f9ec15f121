"""Term ``adversarial``: the discriminators' doubt (Hedlin, Rhodin, Yi, CRV 2022, equation 6)."""

from __future__ import annotations

from torch import Tensor

from core.energy.discriminators import Discriminators


def adversarial_error(sixd: Tensor, betas: Tensor, discriminators: Discriminators) -> Tensor:
    """How far the discriminators are from taking a body for the estimator's.

    Args:
        sixd: (B, 24, 6) rotations.
        betas: (B, 10).
        discriminators: both.

    Returns:
        (B,): for pose the mean over the 25 verdicts of ``(1 - D)²``, plus the same for shape.
    """
    pose = (1 - discriminators.pose(sixd)).square().mean(-1)
    shape = (1 - discriminators.shape(betas)).square().mean(-1)
    return pose + shape
