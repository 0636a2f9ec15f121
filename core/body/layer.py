"""The differentiable body: fast skinning on the CPU with its derivative written by hand.

The blend shapes are one matrix product, the rest are kernels over chunks of bodies. Tensors on a graphics
card go to its twin, :mod:`core.body.cuda.skinning`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.body.model import BodyModel
from core.body.reference import BodyOutput
from core.body.skinned_batch import SkinnedBatch
from core.body.tables import SkinningTables, skinning_tables
from core.parallel import map_chunks
from core.types import BETAS, BODY_JOINTS

__all__ = ["BodyLayer", "BodyOutput"]


class BodyLayer:
    """A body model as a differentiable function of rotations, betas and translation.

    Args:
        model: the body model; its tables are made at the first call in each precision.
    """

    def __init__(self, model: BodyModel) -> None:
        self.model = model

    def __call__(self, rotations: Tensor, betas: Tensor, transl: Tensor) -> BodyOutput:
        """Pose B bodies, with smplx's conventions.

        Args:
            rotations: of each joint relative to its parent, the root first, [B, 24, 3, 3].
            betas: [B, 10].
            transl: metres, [B, 3].

        Returns:
            Vertices [B, V, 3] and joints [B, 24, 3] in metres, in the frame of ``transl``; both carry
            gradients to all three inputs. Float32 or float64, as the inputs are.

        Raises:
            ValueError: shapes, types or devices do not belong together.
        """
        _check_inputs(rotations, betas, transl)
        if rotations.is_cuda:
            from core.body.cuda.skinning import Skin  # Triton comes with a card
            from core.body.cuda.tables import find_tables

            card = find_tables(self.model, rotations.dtype, rotations.device)
            return BodyOutput(*Skin.apply(rotations, betas, transl, card))
        tables = skinning_tables(self.model, torch.empty(0, dtype=rotations.dtype).numpy().dtype)
        return BodyOutput(*_Skin.apply(rotations, betas, transl, tables))


def _check_inputs(rotations: Tensor, betas: Tensor, transl: Tensor) -> None:
    bodies = len(rotations)
    for name, tensor, shape in (
        ("rotations", rotations, (bodies, BODY_JOINTS, 3, 3)),
        ("betas", betas, (bodies, BETAS)),
        ("transl", transl, (bodies, 3)),
    ):
        if tuple(tensor.shape) != shape:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}; expected {shape}")
        if tensor.dtype != rotations.dtype or tensor.device != rotations.device:
            raise ValueError(
                f"{name} is {tensor.dtype} on {tensor.device}; expected {rotations.dtype} on "
                f"{rotations.device} as rotations are"
            )
    if rotations.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"rotations are {rotations.dtype}; expected float32 or float64")


class _Skin(torch.autograd.Function):
    """Skinning as one node of the graph."""

    @staticmethod
    def forward(
        ctx: Any, rotations: Tensor, betas: Tensor, transl: Tensor, tables: SkinningTables
    ) -> tuple[Tensor, Tensor]:
        ctx.set_materialize_grads(False)
        inputs = (tensor.detach().contiguous().numpy() for tensor in (rotations, betas, transl))
        ctx.batch = batch = SkinnedBatch(tables, *inputs)
        map_chunks(batch.pose, len(rotations))
        joints = torch.from_numpy(batch.joints) + transl.detach()[:, None]
        return torch.from_numpy(batch.vertices), joints

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, grad_vertices: Tensor | None, grad_joints: Tensor | None
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        if grad_vertices is None and grad_joints is None:
            return None, None, None, None
        batch: SkinnedBatch = ctx.batch
        by_vertices = None if grad_vertices is None else grad_vertices.contiguous().numpy()
        by_joints = np.zeros_like(batch.joints) if grad_joints is None else grad_joints.contiguous().numpy()
        batch.prepare_descent()
        map_chunks(lambda start, stop: batch.descend(start, stop, by_vertices, by_joints), len(by_joints))
        return (
            torch.from_numpy(batch.by_rotations),
            torch.from_numpy(batch.by_betas),
            torch.from_numpy(batch.by_transl + by_joints.sum(axis=1)),
            None,
        )
