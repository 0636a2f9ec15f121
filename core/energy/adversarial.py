"""Term ``adversarial``: the discriminators' doubt (Hedlin, Rhodin, Yi, CRV 2022, equation 6).

The discriminators do not change while a body is optimised, so the doubt and its derivative by the body are
computed in one go, without a graph (:mod:`core.energy.doubt`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from core.energy.discriminators import Discriminators, PoseDiscriminator, ShapeDiscriminator
from core.energy.doubt import (
    embed_joints,
    embed_joints_backward,
    judge_poses,
    judge_shapes,
    pull_back,
)
from core.types import FloatArray

#: Bodies up to which it pays to go back through the wide layers unit by unit.
_FEW = 3


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
    return _PoseDoubt.apply(sixd, discriminators.pose) + _ShapeDoubt.apply(betas, discriminators.shape)


def doubt_plainly(sixd: Tensor, betas: Tensor, discriminators: Discriminators) -> Tensor:
    """The reference of :func:`adversarial_error`, differentiable by the discriminators' weights too."""
    pose = (1 - discriminators.pose(sixd)).square().mean(-1)
    shape = (1 - discriminators.shape(betas)).square().mean(-1)
    return pose + shape


class _PoseDoubt(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, sixd: Tensor, discriminator: PoseDiscriminator) -> Tensor:
        first, second = _list_layers(discriminator.embed)
        third, fourth, last = _list_layers(discriminator.whole)
        entries = sixd.detach().contiguous().numpy()
        shallow, embedded, by_embedded = (
            np.empty((*entries.shape[:2], len(second.bias)), entries.dtype) for _ in range(3)
        )
        rows = (-1, shallow.shape[-1])
        embed_joints(
            entries.reshape(-1, 6),
            *_read(first),
            *_read(second),
            shallow.reshape(rows),
            embedded.reshape(rows),
        )
        flat = torch.from_numpy(embedded).flatten(1)
        lower = torch.addmm(third.bias, flat, third.weight.T).relu_()
        upper = torch.addmm(fourth.bias, lower, fourth.weight.T).relu_().numpy()
        doubts, by_upper = np.empty(len(entries), entries.dtype), np.empty_like(upper)
        biases = discriminator.joint_biases.numpy()
        judge_poses(
            embedded, upper, discriminator.joint_weights.numpy(), biases, *_read(last),
            doubts, by_embedded, by_upper,
        )  # fmt: skip
        if ctx.needs_input_grad[0]:
            by_lower = _pull_back(by_upper, fourth, lower.numpy())
            by_embedded += _pull_back(by_lower, third, flat.numpy()).reshape(embedded.shape)
            by_sixd = np.empty_like(entries)
            embed_joints_backward(
                by_embedded.reshape(rows), first.weight.numpy(), second.weight.numpy(), shallow.reshape(rows),
                embedded.reshape(rows), by_sixd.reshape(-1, 6),
            )  # fmt: skip
            ctx.save_for_backward(torch.from_numpy(by_sixd))
        return torch.from_numpy(doubts)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (by_sixd,) = ctx.saved_tensors
        return by_sixd * gradient[:, None, None], None


class _ShapeDoubt(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, betas: Tensor, discriminator: ShapeDiscriminator) -> Tensor:
        coefficients = betas.detach().contiguous().numpy()
        doubts, by_betas = np.empty(len(coefficients), coefficients.dtype), np.empty_like(coefficients)
        first, second, last = _list_layers(discriminator.layers)
        judge_shapes(coefficients, *_read(first), *_read(second), *_read(last), doubts, by_betas)
        ctx.save_for_backward(torch.from_numpy(by_betas))
        return torch.from_numpy(doubts)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (by_betas,) = ctx.saved_tensors
        return by_betas * gradient[:, None], None


def _list_layers(layers: nn.Sequential) -> list[nn.Linear]:
    return [layer for layer in layers if isinstance(layer, nn.Linear)]


def _read(layer: nn.Linear) -> tuple[FloatArray, FloatArray]:
    return layer.weight.numpy(), layer.bias.numpy()


def _pull_back(by_output: FloatArray, layer: nn.Linear, hidden: FloatArray) -> FloatArray:
    """Gradient of a layer's input, zero where its ReLU was."""
    if len(by_output) <= _FEW:
        by_input = np.empty_like(hidden)
        pull_back(by_output, layer.weight.numpy(), hidden, by_input)
        return by_input
    return (torch.from_numpy(by_output) @ layer.weight).numpy() * (hidden > 0)
