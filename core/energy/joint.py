"""Term ``joint``: 3D labels against the regressed joints (Hedlin, Rhodin, Yi, CRV 2022, equation 3)."""

from __future__ import annotations

import torch
from torch import Tensor


def joint_error(joints: Tensor, labels: Tensor, valid: Tensor, *, pelvis: int | None = 0) -> Tensor:
    """Mean squared distance between labels and joints, body by body.

    Args:
        joints: (B, J, 3) metres, regressed from the body.
        labels: (B, J, 3) metres in the same frame; anything, NaN included, where they are not valid.
        valid: (B, J) whether the label takes part.
        pelvis: index of the joint that both are taken relative to, or None to compare them where they are.
            A body whose pelvis label is not valid then has no error.

    Returns:
        (B,) square metres, the mean over the valid joints; 0 where there are none.
    """
    if pelvis is not None:
        valid = valid & valid[:, pelvis, None]
        joints = joints - joints[:, pelvis, None]
        labels = labels - labels[:, pelvis, None]
    labels = torch.where(valid[..., None], labels, 0)
    squares = (joints - labels).square().sum(-1) * valid  # [B, J]
    return squares.sum(-1) / valid.sum(-1).clamp_min(1)
