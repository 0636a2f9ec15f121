"""Skinning on a graphics card as one node of the graph; the twin of the one in :mod:`core.body.layer`.

The blend shapes are one matrix product in full single precision: with shortened mantissas (TF32) the vertices
would be off by 0.1 mm and more. Nothing waits for the card, so that a step can be captured in a CUDA graph.
"""

from __future__ import annotations

from typing import Any

import torch
import triton
from torch import Tensor
from torch.autograd.function import once_differentiable

from core.body.cuda.kernels import (
    chain_joints,
    chain_joints_backward,
    gather_affine,
    skin_vertices,
    skin_vertices_backward,
)
from core.body.cuda.tables import CardTables
from core.types import BETAS, BODY_JOINTS

#: Vertices that one program does.
BLOCK = 256
#: Rows of bodies' matrices that one program carries along the tree: one warp, so that small batches spread.
LANES = 32


class Skin(torch.autograd.Function):
    """Rotations, betas, translation and tables -> vertices [B, V, 3] and joints [B, 24, 3]."""

    @staticmethod
    def forward(
        ctx: Any, rotations: Tensor, betas: Tensor, transl: Tensor, tables: CardTables
    ) -> tuple[Tensor, Tensor]:
        """Vertices (B, V, 3) and joints (B, 24, 3); see :class:`core.body.layer.BodyLayer`."""
        ctx.set_materialize_grads(False)
        rotations, transl = rotations.contiguous(), transl.contiguous()
        bodies = len(rotations)
        coefficients = torch.cat([betas, _subtract_identity(rotations[:, 1:]).flatten(1)], dim=1)  # [B, 217]
        unposed = torch.addmm(tables.template, coefficients, tables.directions).unflatten(1, (-1, 3))
        rest = torch.addmm(tables.joint_template, betas, tables.joint_directions).unflatten(1, (-1, 3))
        turns, joints = torch.empty_like(rotations), torch.empty_like(rest)
        chain_joints[(triton.cdiv(3 * bodies, LANES),)](
            rotations, rest, tables.parents, turns, joints, bodies,
            JOINTS=BODY_JOINTS, BLOCK=LANES, num_warps=max(1, LANES // 32),
        )  # fmt: skip
        shift = joints[..., None] - turns @ rest[..., None]
        affine = torch.cat([turns, shift], dim=-1)  # [B, 24, 3, 4]
        vertices = torch.empty_like(unposed)
        count, most = unposed.shape[1], len(tables.joints)
        skin_vertices[(bodies, triton.cdiv(count, BLOCK))](
            unposed, affine, tables.joints, tables.weights, transl, vertices, count, most,
            JOINTS=BODY_JOINTS, BLOCK=BLOCK,
        )  # fmt: skip
        ctx.tables = tables
        ctx.save_for_backward(rotations, rest, turns, affine, unposed)
        return vertices, joints + transl[:, None]

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, grad_vertices: Tensor | None, grad_joints: Tensor | None
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        """Gradients by rotations (B, 24, 3, 3), betas (B, 10) and translation (B, 3)."""
        tables: CardTables = ctx.tables
        rotations, rest, turns, affine, unposed = ctx.saved_tensors
        grad_transl = rest.new_zeros(len(rest), 3)
        grad_places = torch.zeros_like(rest) if grad_joints is None else grad_joints.clone()
        grad_transl += grad_places.sum(dim=1)
        grad_coefficients, grad_affine = None, torch.zeros_like(affine)
        if grad_vertices is not None:
            grad_vertices = grad_vertices.contiguous()
            grad_coefficients = _move_vertices(tables, unposed, affine, grad_vertices, grad_affine)
            grad_transl += grad_vertices.sum(dim=1)
        grad_rotations, grad_rest = _move_joints(tables, rotations, rest, turns, grad_affine, grad_places)
        grad_betas = grad_rest.flatten(1) @ tables.joint_directions.T
        if grad_coefficients is not None:
            grad_betas += grad_coefficients[:, :BETAS]
            grad_rotations[:, 1:] += grad_coefficients[:, BETAS:].unflatten(1, (-1, 3, 3))
        return grad_rotations, grad_betas, grad_transl, None


def _subtract_identity(rotations: Tensor) -> Tensor:
    feature = rotations.clone()
    feature.diagonal(dim1=-2, dim2=-1).sub_(1)
    return feature


def _move_vertices(
    tables: CardTables, unposed: Tensor, affine: Tensor, grad_vertices: Tensor, grad_affine: Tensor
) -> Tensor:
    """Fill the gradient of the maps; return that of the blend shapes' coefficients, [B, 217]."""
    bodies, count, _ = unposed.shape
    grad_unposed = torch.empty_like(unposed)
    skin_vertices_backward[(bodies, triton.cdiv(count, BLOCK))](
        affine, tables.joints, tables.weights, grad_vertices, grad_unposed, count, len(tables.joints),
        JOINTS=BODY_JOINTS, BLOCK=BLOCK,
    )  # fmt: skip
    gather_affine[(bodies, 3 * BODY_JOINTS)](
        unposed, tables.members, tables.shares, tables.starts, grad_vertices, grad_affine, count,
        JOINTS=BODY_JOINTS, BLOCK=BLOCK,
    )  # fmt: skip
    return grad_unposed.flatten(1) @ tables.directions.T


def _move_joints(
    tables: CardTables,
    rotations: Tensor,
    rest: Tensor,
    turns: Tensor,
    grad_affine: Tensor,
    grad_places: Tensor,
) -> tuple[Tensor, Tensor]:
    """Gradients of the rotations [B, 24, 3, 3] and of the rest joints [B, 24, 3]; uses up ``grad_places``."""
    grad_shift = grad_affine[..., 3]
    grad_turns = grad_affine[..., :3] - grad_shift[..., None] * rest[..., None, :]
    grad_places += grad_shift
    grad_rest = -(turns.mT @ grad_shift[..., None])[..., 0]
    bodies = len(rest)
    chain_joints_backward[(triton.cdiv(3 * bodies, LANES),)](
        rotations, rest, tables.parents, grad_turns, grad_places, bodies,
        JOINTS=BODY_JOINTS, BLOCK=LANES, num_warps=max(1, LANES // 32),
    )  # fmt: skip
    from_body = turns.index_select(1, tables.above).mT.contiguous()  # [B, 24, 3, 3] into each parent's frame
    from_body[:, 0] = torch.eye(3, dtype=rest.dtype, device=rest.device)
    carried = (from_body @ grad_places[..., None])[..., 0]
    grad_rest += carried - tables.children @ carried
    return from_body @ grad_turns, grad_rest
