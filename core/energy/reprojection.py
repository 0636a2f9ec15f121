"""Term ``reprojection``: 2D labels against the projected joints (Hedlin, Rhodin, Yi, CRV 2022, abstract)."""

from __future__ import annotations

import torch
from torch import Tensor

from core.cameras import Lens, project, to_crop
from core.energy.visibility import NEAREST


def reprojection_error(
    joints: Tensor, keypoints: Tensor, valid: Tensor, *, lens: Lens, crop: Tensor
) -> Tensor:
    """Mean squared distance in the crop between 2D labels and projected joints, body by body.

    In pixels of the crop a near and a far person weigh the same.

    Args:
        joints: (B, J, 3) metres, camera frame; one that is not in front of the camera does not take part.
        keypoints: (B, J, 2) pixels of the whole image; anything, NaN included, where they are not valid.
        valid: (B, J) whether the label takes part.
        lens: leading shape (B,).
        crop: (B, 3) left, top and scale.

    Returns:
        (B,) square pixels of the crop, the mean over the joints that take part; 0 where there are none.
    """
    valid = valid & (joints[..., 2] > NEAREST)
    ahead = torch.zeros_like(joints)
    ahead[..., 2] = 1
    safe = torch.where(valid[..., None], joints, ahead)
    target = to_crop(torch.where(valid[..., None], keypoints, 0), crop)
    squares = (to_crop(project(safe, lens), crop) - target).square().sum(-1) * valid  # [B, J]
    return squares.sum(-1) / valid.sum(-1).clamp_min(1)
