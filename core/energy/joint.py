"""Term ``joint``: 3D labels against the regressed joints (Hedlin, Rhodin, Yi, CRV 2022, equation 3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numba import njit
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
    if joints.device.type != "cpu":
        return compare_plainly(joints, labels, valid, pelvis=pelvis)
    return _JointError.apply(joints, labels, valid, pelvis)


def compare_plainly(joints: Tensor, labels: Tensor, valid: Tensor, *, pelvis: int | None = 0) -> Tensor:
    """The reference of :func:`joint_error`, with its shapes and units, and what runs off the processor."""
    if pelvis is not None:
        valid = valid & valid[:, pelvis, None]
        joints = joints - joints[:, pelvis, None]
        labels = labels - labels[:, pelvis, None]
    labels = torch.where(valid[..., None], labels, 0)
    squares = (joints - labels).square().sum(-1) * valid  # [B, J]
    return squares.sum(-1) / valid.sum(-1).clamp_min(1)


class _JointError(torch.autograd.Function):
    """One node with its derivative in place of a dozen, which for one body take longer than posing it."""

    @staticmethod
    def forward(ctx: Any, joints: Tensor, labels: Tensor, valid: Tensor, pelvis: int | None) -> Tensor:
        found = joints.detach().contiguous().numpy()
        errors, gradient = np.empty(len(found), found.dtype), np.empty_like(found)
        compare_joints(
            0, len(found), found, labels.contiguous().numpy(), valid.numpy(),
            -1 if pelvis is None else pelvis, errors, gradient,
        )  # fmt: skip
        ctx.save_for_backward(torch.from_numpy(gradient))
        return torch.from_numpy(errors)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        (by_joints,) = ctx.saved_tensors
        return by_joints * gradient[:, None, None], None, None, None


@njit(nogil=True, cache=True)
def compare_joints(start, stop, joints, labels, valid, pelvis, errors, gradient):  # type: ignore[no-untyped-def]
    """Fill ``errors`` (B,) and ``gradient`` (B, J, 3) of bodies ``start`` to ``stop``; no pelvis is -1."""
    residual = np.empty(3, joints.dtype)
    for b in range(start, stop):
        total, count = joints[b, 0, 0] * 0, 0
        gradient[b] = 0
        for j in range(joints.shape[1] if pelvis < 0 or valid[b, pelvis] else 0):
            if not valid[b, j]:
                continue
            count += 1
            for axis in range(3):
                residual[axis] = joints[b, j, axis] - labels[b, j, axis]
                if pelvis >= 0:
                    residual[axis] -= joints[b, pelvis, axis] - labels[b, pelvis, axis]
                    gradient[b, pelvis, axis] -= residual[axis]
                gradient[b, j, axis] += residual[axis]
                total += residual[axis] * residual[axis]
        share = errors.dtype.type(1 / max(count, 1))
        errors[b] = total * share
        gradient[b] *= 2 * share
