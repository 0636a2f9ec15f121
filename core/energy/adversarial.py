"""Term ``adversarial``: the discriminators' doubt (Hedlin, Rhodin, Yi, CRV 2022, equation 6).

The discriminators do not change while a body is optimised, so the doubt and its derivative by the body are
computed in one go, without a graph: for one body a graph of forty small nodes takes longer than the network.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from core.energy.discriminators import Discriminators, PoseDiscriminator


def adversarial_error(sixd: Tensor, betas: Tensor, discriminators: Discriminators) -> Tensor:
    """How far the discriminators are from taking a body for the estimator's.

    The same as :func:`doubt_plainly`, for discriminators that ask for no gradient.

    Args:
        sixd: (B, 24, 6) rotations.
        betas: (B, 10).
        discriminators: both.

    Returns:
        (B,): for pose the mean over the 25 verdicts of ``(1 - D)²``, plus the same for shape. Differentiable
        once.
    """
    shape = (1 - discriminators.shape(betas)).square().mean(-1)
    return _PoseDoubt.apply(sixd, discriminators.pose) + shape


def doubt_plainly(sixd: Tensor, betas: Tensor, discriminators: Discriminators) -> Tensor:
    """The reference of :func:`adversarial_error`, differentiable by the discriminators' weights too."""
    pose = (1 - discriminators.pose(sixd)).square().mean(-1)
    shape = (1 - discriminators.shape(betas)).square().mean(-1)
    return pose + shape


class _PoseDoubt(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, sixd: Tensor, discriminator: PoseDiscriminator) -> Tensor:
        first, second = (layer for layer in discriminator.embed if isinstance(layer, nn.Linear))
        third, fourth, last = (layer for layer in discriminator.whole if isinstance(layer, nn.Linear))
        weights = discriminator.joint_weights
        shallow = first(sixd).relu_()
        embedded = second(shallow).relu_()  # [B, 24, 32]
        lower = third(embedded.flatten(1)).relu_()
        upper = fourth(lower).relu_()
        joints = torch.einsum("bjc,jc->bj", embedded, weights) + discriminator.joint_biases
        verdicts = torch.cat([joints, last(upper)], dim=1).sigmoid_()  # [B, 25]
        doubt = 1 - verdicts
        if ctx.needs_input_grad[0]:
            # Gradient of each verdict before its sigmoid, then back through the layers.
            slope = doubt.square() * verdicts * (-2 / verdicts.shape[1])
            by_upper = (slope[:, -1:] * last.weight) * (upper > 0)
            by_lower = (by_upper @ fourth.weight) * (lower > 0)
            by_embedded = (by_lower @ third.weight).view_as(embedded)
            by_embedded += slope[:, :-1, None] * weights
            by_shallow = (by_embedded * (embedded > 0)) @ second.weight
            ctx.save_for_backward((by_shallow * (shallow > 0)) @ first.weight)
        return doubt.square_().mean(-1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (by_sixd,) = ctx.saved_tensors
        return by_sixd * gradient[:, None, None], None
