"""Terms ``joint`` and ``silhouette`` of many views with their gradient by the vertices, chunk by chunk.

The same as :func:`core.energy.joint.joint_error` and :func:`core.energy.silhouette.mask_error`, which are
nodes of a graph, in arrays that are made once. Vertices that no term pulls on have the gradient zero.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from core.cameras import Lens
from core.energy.joint import compare_joints
from core.energy.projection import join_intrinsics, project_vertices, project_vertices_backward
from core.energy.regressed import pull_vertices, regress_joints
from core.energy.visibility import NEAREST
from core.silhouette.contour import ClosedMesh
from core.silhouette.kernels import compare_images
from core.types import FloatArray


class MaskBatch:
    """The silhouette against the mask in N views.

    Args:
        vertices: (N, V, 3) metres, camera frame; read where they lie at each call.
        masks: (N, H, W).
        valid: (N,) whether there is a mask, and the body's place is known.
        mesh: the closed mesh of the body.
        lens: leading shape (N,).
        crop: (N, 3).

    Attributes:
        errors: (N,), filled by :meth:`measure`; 0 where the mask is not valid or the body not in view.
    """

    def __init__(
        self,
        vertices: FloatArray,
        masks: Tensor,
        valid: Tensor,
        *,
        mesh: ClosedMesh,
        lens: Lens,
        crop: Tensor,
    ) -> None:
        dtype = vertices.dtype
        self._vertices, self._mesh, self._valid = vertices, mesh, valid.numpy()
        self._masks = np.ascontiguousarray(masks.numpy(), dtype)
        self._intrinsics = np.ascontiguousarray(join_intrinsics(lens, crop).numpy(), dtype)
        self._pixels, self._by_pixels = (np.empty((*vertices.shape[:2], 2), dtype) for _ in range(2))
        self._no_weights = np.empty((0, 1, 1), dtype)
        self.errors = np.empty(len(vertices), dtype)

    def measure(self, start: int, stop: int, factors: FloatArray, by_vertices: FloatArray) -> None:
        """Errors of views ``start`` to ``stop``; fills ``by_vertices`` (N, V, 3), times ``factors`` (N,)."""
        part, mesh = slice(start, stop), self._mesh
        seen = self._valid[part] & (self._vertices[part, :, 2].min(axis=1) > NEAREST)
        self.errors[part] = 0
        by_vertices[part] = 0
        for first, last in _find_runs(seen, start):
            project_vertices(first, last, self._vertices, self._intrinsics, self._pixels)
            compare_images(
                first, last, self._pixels, mesh.faces, mesh.edges, self._masks, self._no_weights, self.errors,
                self._by_pixels,
            )  # fmt: skip
            self._by_pixels[first:last] *= factors[first:last, None, None]
            project_vertices_backward(
                first, last, self._vertices, self._intrinsics, self._by_pixels, by_vertices
            )


class JointBatch:
    """Regressed joints against the labels in N views.

    Args:
        vertices: (N, V, 3) metres, camera frame; read where they lie at each call.
        support: (C,) vertices that carry weight.
        weights: (J, C) of the regressor.
        labels: (N, J, 3) metres.

    Attributes:
        errors: (N,), filled by :meth:`measure`.
    """

    def __init__(self, vertices: FloatArray, support: Tensor, weights: Tensor, labels: Tensor) -> None:
        dtype = vertices.dtype
        self._vertices = vertices
        self._table = support.numpy(), np.ascontiguousarray(weights.numpy(), dtype)
        self._labels = np.ascontiguousarray(labels.numpy(), dtype)
        self._joints, self._by_joints = (np.empty_like(self._labels) for _ in range(2))
        self.errors = np.empty(len(vertices), dtype)

    def measure(
        self,
        start: int,
        stop: int,
        factors: FloatArray,
        by_vertices: FloatArray,
        *,
        valid: np.ndarray,
        pelvis: int,
    ) -> None:
        """Errors of views ``start`` to ``stop``; adds to ``by_vertices`` (N, V, 3), by ``factors`` (N,).

        Args:
            start, stop: of the chunk.
            factors: (N,) on the errors.
            by_vertices: added to, (N, V, 3).
            valid: (N, J) whether the label takes part.
            pelvis: index of the joint that both are taken relative to; -1 compares them where they are.
        """
        regress_joints(start, stop, self._vertices, *self._table, self._joints)
        compare_joints(
            start, stop, self._joints, self._labels, valid, pelvis, self.errors,
            self._by_joints,
        )  # fmt: skip
        self._by_joints[start:stop] *= factors[start:stop, None, None]
        pull_vertices(start, stop, self._by_joints, *self._table, by_vertices)


def _find_runs(truths: np.ndarray, start: int) -> list[tuple[int, int]]:
    """Ranges over which all are true, counted from ``start``."""
    if truths.all():
        return [(start, start + len(truths))] if len(truths) else []
    steps = np.flatnonzero(np.diff(truths, prepend=False, append=False)) + start
    return list(zip(steps[::2].tolist(), steps[1::2].tolist()))
