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

from core.body.correctives import correct_vertices, gather_correctives
from core.body.kernels import (
    chain_joints,
    chain_joints_backward,
    gather_coefficients,
    skin_vertices,
    skin_vertices_backward,
)
from core.body.model import BodyModel
from core.body.reference import BodyOutput
from core.body.tables import COEFFICIENTS, SkinningTables, skinning_tables
from core.parallel import map_chunks
from core.types import BETAS, BODY_JOINTS, FloatArray

__all__ = ["BodyLayer", "BodyOutput"]

#: Share of vertices with a gradient below which visiting them one by one beats the whole matrix product.
SPARSE_SHARE = 0.25


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
        rotations, transl = rotations.detach().contiguous(), transl.detach().contiguous()
        betas = betas.detach()
        bodies = len(rotations)
        unposed = _blend(tables, rotations, betas)
        displaced = betas @ _tensor(tables.joint_shapedirs).flatten(0, 1).T
        rest = _tensor(tables.joint_template) + displaced.unflatten(1, (-1, 3))
        turns, joints = torch.empty_like(rotations), torch.empty_like(rest)
        affine = rest.new_empty(bodies, BODY_JOINTS, 12)
        vertices = torch.empty_like(unposed)
        inputs = [
            tensor.numpy() for tensor in (rotations, rest, turns, joints, affine, unposed, transl, vertices)
        ]

        def skin(start: int, stop: int) -> None:
            rotations, rest, turns, joints, affine, unposed, transl, vertices = inputs
            if (near := tables.correctives) is not None:
                correct_vertices(start, stop, rotations, near.starts, near.vertices, near.values, unposed)
            chain_joints(start, stop, rotations, rest, tables.parents, turns, joints, affine)
            skin_vertices(start, stop, unposed, affine, tables.joints, tables.weights, transl, vertices)

        map_chunks(skin, bodies)
        joints += transl[:, None]
        ctx.tables = tables
        ctx.save_for_backward(rotations, rest, turns, affine, unposed)
        return vertices, joints

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, grad_vertices: Tensor | None, grad_joints: Tensor | None
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        if grad_vertices is None and grad_joints is None:
            return None, None, None, None
        tables: SkinningTables = ctx.tables
        rotations, rest, turns, affine, unposed = ctx.saved_tensors
        bodies = len(rotations)
        grad_affine, grad_transl = torch.zeros_like(affine), rest.new_zeros(bodies, 3)
        if grad_vertices is not None:
            grad_unposed, density = _skin_backward(
                tables, unposed, affine, grad_vertices, grad_affine, grad_transl
            )
        if grad_joints is None:
            grad_joints = torch.zeros_like(rest)
        grad_rotations, grad_rest = torch.empty_like(rotations), torch.empty_like(rest)
        chain_joints_backward(
            0, bodies, rotations.numpy(), rest.numpy(), tables.parents, turns.numpy(), grad_affine.numpy(),
            grad_joints.contiguous().numpy(), grad_rotations.numpy(), grad_rest.numpy(),
        )  # fmt: skip
        grad_betas = grad_rest.flatten(1) @ _tensor(tables.joint_shapedirs).flatten(0, 1)
        if grad_vertices is not None:
            _blend_backward(tables, grad_unposed, density, grad_rotations, grad_betas)
        return grad_rotations, grad_betas, grad_transl + grad_joints.sum(dim=1), None


def _tensor(array: FloatArray) -> Tensor:
    return torch.from_numpy(array)


def _blend(tables: SkinningTables, rotations: Tensor, betas: Tensor) -> Tensor:
    """Vertices with their blend shapes, [B, V, 3], but for correctives that are applied one by one."""
    coefficients, directions = betas, tables.shapedirs
    if tables.directions is not None:
        feature = rotations[:, 1:] - torch.eye(3, dtype=rotations.dtype)
        coefficients, directions = torch.cat([betas, feature.flatten(1)], dim=1), tables.directions
    unposed = torch.addmm(_tensor(tables.template), coefficients, _tensor(directions))
    return unposed.unflatten(1, (-1, 3))


def _skin_backward(
    tables: SkinningTables,
    unposed: Tensor,
    affine: Tensor,
    grad_vertices: Tensor,
    grad_affine: Tensor,
    grad_transl: Tensor,
) -> tuple[Tensor, float]:
    """Fill the gradients of maps and translation; return that of the unposed vertices and its density."""
    grad_unposed = torch.empty_like(unposed)
    moved = np.zeros(len(unposed), dtype=np.int64)
    arrays = [
        tensor.numpy()
        for tensor in (unposed, affine, grad_vertices.contiguous(), grad_unposed, grad_affine, grad_transl)
    ]

    def differentiate(start: int, stop: int) -> None:
        unposed, affine, grad_vertices, grad_unposed, grad_affine, grad_transl = arrays
        skin_vertices_backward(
            start, stop, unposed, affine, tables.joints, tables.weights, grad_vertices,
            grad_unposed, grad_affine, grad_transl, moved,
        )  # fmt: skip

    map_chunks(differentiate, len(unposed))
    return grad_unposed, float(moved.mean()) / unposed.shape[1] if len(moved) else 0.0


def _blend_backward(
    tables: SkinningTables, grad_unposed: Tensor, density: float, grad_rotations: Tensor, grad_betas: Tensor
) -> None:
    """Add what the blend shapes' coefficients mean to the gradients of rotations and betas."""
    near = tables.correctives
    if tables.directions is None or tables.basis is None:
        assert near is not None
        grad_betas += grad_unposed.flatten(1) @ _tensor(tables.shapedirs).T
        arrays = grad_unposed.numpy(), near.starts, near.vertices, near.values, grad_rotations.numpy()
        map_chunks(lambda start, stop: gather_correctives(start, stop, *arrays), len(grad_unposed))
        return
    if density >= SPARSE_SHARE:
        grad_coefficients = grad_unposed.flatten(1) @ _tensor(tables.directions).T
    else:
        grad_coefficients = grad_unposed.new_empty(len(grad_unposed), COEFFICIENTS)
        parts = grad_unposed.numpy(), tables.basis, grad_coefficients.numpy()
        map_chunks(lambda start, stop: gather_coefficients(start, stop, *parts), len(grad_unposed))
    grad_betas += grad_coefficients[:, :BETAS]
    grad_rotations[:, 1:] += grad_coefficients[:, BETAS:].unflatten(1, (-1, 3, 3))
