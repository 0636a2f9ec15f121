"""Plain skinning, written from the equations: the yardstick of the fast paths.

Source: Loper et al. 2015, equations 2-10; conventions of smplx.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.body.model import BodyModel


class BodyOutput(NamedTuple):
    """Posed bodies.

    Attributes:
        vertices: [B, V, 3] metres.
        joints: the 24 joints of the kinematic tree, [B, 24, 3] metres.
    """

    vertices: Tensor
    joints: Tensor


def skin_reference(model: BodyModel, rotations: Tensor, betas: Tensor, transl: Tensor) -> BodyOutput:
    """Pose bodies in plain PyTorch, in the precision and on the device of ``rotations``.

    Args:
        model: the body model.
        rotations: of each joint relative to its parent, the root first, [B, 24, 3, 3].
        betas: [B, 10].
        transl: metres, [B, 3].

    Returns:
        Vertices and joints in the frame of ``transl``.
    """

    def constant(array: np.ndarray) -> Tensor:
        return torch.as_tensor(array, dtype=rotations.dtype, device=rotations.device)

    shaped = constant(model.v_template) + torch.einsum("vck,bk->bvc", constant(model.shapedirs), betas)
    rest = constant(model.joint_template) + torch.einsum(
        "jck,bk->bjc", constant(model.joint_shapedirs), betas
    )
    feature = (rotations[:, 1:] - torch.eye(3, dtype=rotations.dtype, device=rotations.device)).flatten(1)
    posed = shaped + torch.einsum("vcp,bp->bvc", constant(model.posedirs), feature)

    turns, joints = [rotations[:, 0]], [rest[:, 0]]
    for joint, parent in enumerate(model.parents.tolist()):
        if joint:
            offset = rest[:, joint] - rest[:, parent]
            joints.append(joints[parent] + (turns[parent] @ offset[..., None])[..., 0])
            turns.append(turns[parent] @ rotations[:, joint])
    turn, joint_positions = torch.stack(turns, dim=1), torch.stack(joints, dim=1)  # [B, 24, 3, 3], [B, 24, 3]

    shift = joint_positions - (turn @ rest[..., None])[..., 0]
    weights = constant(model.weights)
    blended_turn = torch.einsum("vj,bjrc->bvrc", weights, turn)
    vertices = (blended_turn @ posed[..., None])[..., 0] + weights @ shift
    return BodyOutput(vertices + transl[:, None], joint_positions + transl[:, None])
