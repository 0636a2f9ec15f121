"""What the kernels of skinning need of a body model, laid out for them on one device."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.body.model import POSE_CORRECTIVES, BodyModel
from core.types import BETAS, BODY_JOINTS


@dataclass(frozen=True, eq=False)
class CardTables:
    """Constants of skinning in one float type on one device.

    Attributes:
        template: mean body, [3 V].
        directions: shape directions and pose correctives, one below the other, [217, 3 V].
        joint_template: rest joints of the mean body, [72].
        joint_directions: displacement of the rest joints per beta, [10, 72].
        parents: -1 at the root, [24] int32.
        above: the parents, with the root its own, [24] int64.
        children: 1 where the column's joint is a child of the row's, [24, 24].
        joints: joints that move each vertex, the heaviest first, [K, V] int32.
        weights: their weights, [K, V].
        members: the vertices that each joint moves, joint after joint, [N] int32.
        shares: the joint's weight at each of them, [N].
        starts: where each joint's members begin, and the end, [25] int32.
    """

    template: Tensor
    directions: Tensor
    joint_template: Tensor
    joint_directions: Tensor
    parents: Tensor
    above: Tensor
    children: Tensor
    joints: Tensor
    weights: Tensor
    members: Tensor
    shares: Tensor
    starts: Tensor


@lru_cache(maxsize=8)
def find_tables(model: BodyModel, dtype: torch.dtype, device: torch.device) -> CardTables:
    """Tables of a model; made once and kept."""

    def place(array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(device)

    def place_floats(array: np.ndarray) -> Tensor:
        return place(array).to(dtype)

    rows = 3 * model.vertex_count
    directions = np.concatenate(
        [model.shapedirs.reshape(rows, BETAS), model.posedirs.reshape(rows, POSE_CORRECTIVES)], axis=1
    )
    most = int((model.weights != 0).sum(axis=1).max())
    joints = np.argsort(-np.abs(model.weights), axis=1, kind="stable")[:, :most]
    moved_by, members = np.nonzero(model.weights.T)
    parents = np.asarray(model.parents, dtype=np.int32)
    above = np.where(parents < 0, np.arange(BODY_JOINTS), parents)
    children = parents[None] == np.arange(BODY_JOINTS)[:, None]
    return CardTables(
        template=place_floats(model.v_template.reshape(rows)),
        directions=place_floats(directions.T),
        joint_template=place_floats(model.joint_template.ravel()),
        joint_directions=place_floats(model.joint_shapedirs.reshape(-1, BETAS).T),
        parents=place(parents),
        above=place(above.astype(np.int64)),
        children=place_floats(children),
        joints=place(joints.T.astype(np.int32)),
        weights=place_floats(np.take_along_axis(model.weights, joints, axis=1).T),
        members=place(members.astype(np.int32)),
        shares=place_floats(model.weights[members, moved_by]),
        starts=place(np.searchsorted(moved_by, np.arange(BODY_JOINTS + 1)).astype(np.int32)),
    )
