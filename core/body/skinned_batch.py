"""Bodies on their way from rotations to vertices and back, chunk by chunk, in arrays that are made once.

What the layer's node of the graph (:mod:`core.body.layer`) and the step without a graph
(:mod:`core.optimize.direct`) have in common. A chunk is one thread's: matrix products included, it starts no
others.
"""

from __future__ import annotations

import numpy as np
import torch

from core.body.correctives import correct_vertices, gather_correctives
from core.body.kernels import (
    chain_joints,
    chain_joints_backward,
    gather_coefficients,
    skin_vertices,
    skin_vertices_backward,
)
from core.body.tables import SkinningTables
from core.types import BETAS, BODY_JOINTS, FloatArray

#: Share of vertices with a gradient below which visiting them one by one beats the whole matrix product.
SPARSE_SHARE = 0.25


class SkinnedBatch:
    """Arrays of B bodies, all of one float type.

    Args:
        tables: of the body model.
        rotations: of each joint relative to its parent, [B, 24, 3, 3]; read anew at each call, as the others.
        betas: [B, 10].
        transl: [B, 3] metres.

    Attributes:
        vertices: filled by :meth:`pose`, [B, V, 3] metres.
        joints: filled by :meth:`pose`, without the translation, [B, 24, 3] metres.
        by_rotations: filled by :meth:`descend`, [B, 24, 3, 3].
        by_betas: filled by :meth:`descend`, [B, 10].
        by_transl: filled by :meth:`descend`, [B, 3]; what comes through the vertices alone.
    """

    def __init__(
        self, tables: SkinningTables, rotations: FloatArray, betas: FloatArray, transl: FloatArray
    ) -> None:
        self._tables, self._rotations, self._betas, self._transl = tables, rotations, betas, transl
        bodies, vertices = len(rotations), len(tables.joints)
        self.vertices, self._unposed = (np.empty((bodies, vertices, 3), rotations.dtype) for _ in range(2))
        self.joints, self._rest = (np.empty((bodies, BODY_JOINTS, 3), rotations.dtype) for _ in range(2))
        self._turns = np.empty_like(rotations)
        self._affine = np.empty((bodies, BODY_JOINTS, 12), rotations.dtype)

    def pose(self, start: int, stop: int) -> None:
        """Place vertices and joints of bodies ``start`` to ``stop``."""
        tables, part = self._tables, slice(start, stop)
        rotations, betas = self._rotations[part], self._betas[part]
        coefficients, directions = betas, tables.shapedirs
        if tables.directions is not None:
            feature = rotations[:, 1:] - np.eye(3, dtype=rotations.dtype)
            coefficients = np.concatenate([betas, feature.reshape(len(betas), -1)], axis=1)
            directions = tables.directions
        _multiply(tables.template, coefficients, directions, self._unposed[part])
        _multiply(
            tables.joint_template.reshape(-1),
            betas,
            tables.joint_shapedirs.reshape(-1, BETAS).T,
            self._rest[part],
        )
        if (near := tables.correctives) is not None:
            correct_vertices(
                start, stop, self._rotations, near.starts, near.vertices, near.values, self._unposed
            )
        chain_joints(
            start, stop, self._rotations, self._rest, tables.parents, self._turns, self.joints, self._affine
        )
        skin_vertices(
            start, stop, self._unposed, self._affine, tables.joints, tables.weights, self._transl,
            self.vertices,
        )  # fmt: skip

    def prepare_descent(self) -> None:
        """Make the arrays that :meth:`descend` fills, once."""
        if hasattr(self, "by_rotations"):
            return
        self.by_rotations, self._by_unposed = np.empty_like(self._rotations), np.empty_like(self._unposed)
        self._by_affine, self._by_rest = np.empty_like(self._affine), np.empty_like(self._rest)
        self.by_betas, self.by_transl = np.empty_like(self._betas), np.empty_like(self._transl)
        self._moved = np.empty(len(self._betas), np.int64)

    def descend(self, start: int, stop: int, by_vertices: FloatArray | None, by_joints: FloatArray) -> None:
        """Gradients of bodies ``start`` to ``stop``, which were posed as they stand.

        Args:
            start, stop: of the chunk.
            by_vertices: [B, V, 3], or None where vertices have no say.
            by_joints: [B, 24, 3].
        """
        tables, part = self._tables, slice(start, stop)
        if by_vertices is None:
            self._by_affine[part], self.by_transl[part] = 0, 0
        else:
            skin_vertices_backward(
                start, stop, self._unposed, self._affine, tables.joints, tables.weights, by_vertices,
                self._by_unposed, self._by_affine, self.by_transl, self._moved,
            )  # fmt: skip
        chain_joints_backward(
            start, stop, self._rotations, self._rest, tables.parents, self._turns, self._by_affine, by_joints,
            self.by_rotations, self._by_rest,
        )  # fmt: skip
        by_rest, slopes = self._by_rest[part].reshape(stop - start, -1), tables.joint_shapedirs
        _multiply(None, by_rest, slopes.reshape(-1, BETAS), self.by_betas[part])
        if by_vertices is not None:
            self._gather(start, stop)

    def _gather(self, start: int, stop: int) -> None:
        """Add what the blend shapes' coefficients mean to the gradients of rotations and betas."""
        tables, part, near = self._tables, slice(start, stop), self._tables.correctives
        every = tables.shapedirs if tables.directions is None else tables.directions
        by_coefficients = np.empty((stop - start, len(every)), every.dtype)
        if self._moved[part].mean() < SPARSE_SHARE * self._unposed.shape[1]:
            gather_coefficients(self._by_unposed[part], tables.basis, by_coefficients)
        else:
            _multiply(None, self._by_unposed[part].reshape(stop - start, -1), every.T, by_coefficients)
        self.by_betas[part] += by_coefficients[:, :BETAS]
        if near is None:
            by_feature = by_coefficients[:, BETAS:].reshape(stop - start, -1, 3, 3)
            self.by_rotations[part, 1:] += by_feature
        else:
            gather_correctives(
                start, stop, self._by_unposed, near.starts, near.vertices, near.values, self.by_rotations
            )


def _multiply(added: FloatArray | None, left: FloatArray, right: FloatArray, product: FloatArray) -> None:
    """``added + left @ right`` into ``product``, rows flattened; by PyTorch, which starts no threads here."""
    output = torch.from_numpy(product.reshape(len(left), -1))
    factors = torch.from_numpy(left), torch.from_numpy(right)
    if added is None:
        torch.mm(*factors, out=output)
    else:
        torch.addmm(torch.from_numpy(added), *factors, out=output)
