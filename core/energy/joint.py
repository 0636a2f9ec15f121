"""Term ``joint``: 3D labels against the regressed joints (Hedlin, Rhodin, Yi, CRV 2022, equation 3)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def joint_error(joints: Tensor, labels: Tensor, valid: Tensor, *, pelvis: int | None = 0) -> Tensor:
    """Mean squared distance between labels and joints, body by body.

    Args:
        joints: (B, J, 3) metres, regressed from the body.
        labels: (B, J, 3) metres in the same frame; anything, NaN included, where they are not valid.
        valid: (B, J) whether the label takes part.
        pelvis: index of the joint that both are taken relative to, or None to compare them where they are.
            A body whose pelvis label is not valid then has no error.

    Returns:
        (B,) square metres, the mean over the valid joints; 0 where there are none. Differentiable once, by
        the joints.
    """
    return _JointError.apply(joints, labels, valid, pelvis)


class _JointError(torch.autograd.Function):
    """One node in place of ten, which for one body take longer than posing it."""

    @staticmethod
    def forward(ctx: Any, joints: Tensor, labels: Tensor, valid: Tensor, pelvis: int | None) -> Tensor:
        residual = joints - labels  # [B, J, 3]
        if pelvis is not None:
            valid = valid & valid[:, pelvis, None]
            residual = residual - residual[:, pelvis, None]
        counts = valid.sum(-1).clamp_min_(1).to(residual.dtype)
        residual = torch.where(valid[..., None], residual, 0)
        errors = residual.square().sum((-2, -1)) / counts
        if ctx.needs_input_grad[0]:
            gradient = residual * (2 / counts)[:, None, None]
            if pelvis is not None:
                gradient[:, pelvis] -= gradient.sum(1)
            ctx.save_for_backward(gradient)
        return errors

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        (by_joints,) = ctx.saved_tensors
        return by_joints * gradient[:, None, None], None, None, None
