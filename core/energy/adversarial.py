"""Term ``adversarial``: the discriminators' doubt (Hedlin, Rhodin, Yi, CRV 2022, equation 6).

The discriminators do not change while a body is optimised, so the doubt and its derivative by the body are
computed in one go, without a graph (:mod:`core.energy.doubt_batch`).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.energy.discriminators import Discriminators
from core.energy.doubt_batch import DoubtBatch
from core.parallel import map_chunks


def adversarial_error(sixd: Tensor, betas: Tensor, discriminators: Discriminators) -> Tensor:
    """How far the discriminators are from taking a body for the estimator's.

    The same as :func:`doubt_plainly`, for discriminators that ask for no gradient; off the processor that
    runs itself.

    Args:
        sixd: (B, 24, 6) rotations.
        betas: (B, 10).
        discriminators: both.

    Returns:
        (B,): for pose the mean over the 25 verdicts of ``(1 - D)²``, plus the same for shape. Differentiable
        once.
    """
    if sixd.device.type != "cpu":
        return doubt_plainly(sixd, betas, discriminators)
    return _Doubt.apply(sixd, betas, discriminators)


def doubt_plainly(sixd: Tensor, betas: Tensor, discriminators: Discriminators) -> Tensor:
    """The reference of :func:`adversarial_error`, (B,), differentiable by the discriminators' weights too."""
    pose = (1 - discriminators.pose(sixd)).square().mean(-1)
    shape = (1 - discriminators.shape(betas)).square().mean(-1)
    return pose + shape


class _Doubt(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, sixd: Tensor, betas: Tensor, discriminators: Discriminators) -> Tensor:
        inputs = (tensor.detach().contiguous().numpy() for tensor in (sixd, betas))
        batch = DoubtBatch(discriminators, *inputs)
        map_chunks(batch.judge, len(sixd))
        ctx.save_for_backward(torch.from_numpy(batch.by_sixd), torch.from_numpy(batch.by_betas))
        return torch.from_numpy(batch.doubts)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        by_sixd, by_betas = ctx.saved_tensors
        return by_sixd * gradient[:, None, None], by_betas * gradient[:, None], None
