"""Errors of the terms and their gradients without a graph of derivatives, in arrays that are made once.

What PyTorch does node by node, waiting for all threads at each, is done here in a few passes over the bodies,
of which each thread has its share: pose them, measure the terms in each view with the gradient by the
vertices, go back to the variables. The reference is the same with a graph,
:class:`core.optimize.loop.Optimizer`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.body.sixd import orthonormalise_columns, orthonormalise_columns_backward
from core.body.skinned_batch import SkinnedBatch
from core.body.tables import skinning_tables
from core.energy.discriminators import Discriminators
from core.energy.doubt_batch import DoubtBatch
from core.energy.evidence_batch import JointBatch, MaskBatch
from core.optimize.problem import Problem
from core.optimize.view_kernels import gather_views, look_at_bodies
from core.parallel import map_chunks
from core.types import FloatArray

#: Terms whose derivatives are written down here.
KNOWN = frozenset({"joint", "silhouette", "adversarial", "initial_pose", "shape_prior"})


class DirectStep:
    """B bodies that N views look at, with the terms' errors and gradients; all of one float type.

    Args:
        problem: the evidence of the N views, on the processor.
        sixd: (B, 24, 6) 6D rotations; read where they lie at each call, as the next two.
        transl: (B, 3) metres.
        betas: (S, 10), of the subjects or of each body.
        shape_of: (B,) row of ``betas`` of each body; None where each has its own.
        shared: whether views of an instant share a body, which is then in the world; term ``adversarial``,
            which depends on the camera, is not known then.
        discriminators: for term ``adversarial``.

    Attributes:
        rotations, body_betas, vertices: filled by :meth:`pose`: (B, 24, 3, 3); (B, 10); (N, V, 3) metres, in
            each view's camera frame.
        by_sixd, by_transl, by_betas: gradients of the variables, filled by :meth:`descend`.
    """

    def __init__(
        self,
        problem: Problem,
        sixd: FloatArray,
        transl: FloatArray,
        betas: FloatArray,
        *,
        shape_of: NDArray[np.int64] | None,
        shared: bool,
        discriminators: Discriminators,
    ) -> None:
        self._sixd, self._betas, self._shape_of = sixd, betas, shape_of
        self._problem, self._dtype = problem, sixd.dtype
        self.rotations = np.empty((*sixd.shape[:2], 3, 3), self._dtype)
        self.body_betas = betas if shape_of is None else betas[shape_of]
        tables = skinning_tables(problem.body.layer.model, self._dtype)
        self._bodies = SkinnedBatch(tables, self.rotations, self.body_betas, transl)
        self._bodies.prepare_descent()
        self._views = _ViewsOfBodies(problem, self._bodies.vertices) if shared else None
        self.vertices = self._views.seen if self._views else self._bodies.vertices
        self._instants = self._views.instants if self._views else np.arange(len(sixd))
        self._initial = problem.initial.rotations.numpy().astype(self._dtype)
        if self._views:
            self._initial[:, 0] = self._views.R.transpose(0, 2, 1) @ self._initial[:, 0]
        self._masks = MaskBatch(
            self.vertices, problem.masks, problem.masks_valid & problem.placed, mesh=problem.body.mesh,
            lens=problem.lens, crop=problem.crop,
        )  # fmt: skip
        self._joints = JointBatch(
            self.vertices, problem.regressor.support, problem.regressor.weights, problem.labels
        )
        self._doubts = None if shared else DoubtBatch(discriminators, sixd, self.body_betas)
        self._factors: dict[str, FloatArray] = {}
        self._by_vertices = np.zeros_like(self.vertices)
        self._no_joints = np.zeros_like(self._bodies.joints)  # no term looks at the skeleton's joints
        self.by_sixd, self.by_transl, self.by_betas = (
            np.empty_like(sixd), self._bodies.by_transl, np.empty_like(betas)
        )  # fmt: skip

    def pose(self) -> None:
        """Place the vertices from the variables."""
        if self._shape_of is not None:
            np.take(self._betas, self._shape_of, axis=0, out=self.body_betas)

        def pose(start: int, stop: int) -> None:
            orthonormalise_columns(
                self._sixd[start:stop].reshape(-1, 6), self.rotations[start:stop].reshape(-1, 3, 3)
            )
            self._bodies.pose(start, stop)

        map_chunks(pose, len(self._sixd))
        if self._views:
            map_chunks(self._views.look, len(self.vertices))

    def measure(self, weights: Mapping[str, float], *, absolute: bool) -> dict[str, FloatArray]:
        """Errors of some terms, and what :meth:`descend` needs.

        Args:
            weights: term id -> what its error is multiplied with, for the terms that are wanted.
            absolute: whether joints are compared where they are, not relative to the pelvis.

        Returns:
            Term id -> (N,) errors, not multiplied.
        """
        shares = self._views.shares if self._views else np.ones(len(self.vertices), self._dtype)
        self._factors = factors = {
            term: (weight * shares).astype(self._dtype) for term, weight in weights.items()
        }
        problem, errors = self._problem, {}
        valid = problem.labels_valid & problem.placed[:, None] if absolute else problem.labels_valid
        known, pelvis = valid.numpy(), -1 if absolute else problem.pelvis

        def measure(start: int, stop: int) -> None:
            if "silhouette" in factors:
                self._masks.measure(start, stop, factors["silhouette"], self._by_vertices)
            elif "joint" in factors:
                self._by_vertices[start:stop] = 0
            if "joint" in factors:
                self._joints.measure(
                    start, stop, factors["joint"], self._by_vertices, valid=known, pelvis=pelvis
                )
            if "adversarial" in factors:
                assert self._doubts is not None
                self._doubts.judge(start, stop)

        map_chunks(measure, len(self.vertices))
        if "joint" in factors:
            errors["joint"] = self._joints.errors.copy()
        if "silhouette" in factors:
            errors["silhouette"] = self._masks.errors.copy()
        if "adversarial" in factors:
            assert self._doubts is not None
            errors["adversarial"] = self._doubts.doubts.copy()
        if "initial_pose" in factors:
            errors["initial_pose"] = np.square(self._find_turned()).sum(axis=(1, 2, 3))
        if "shape_prior" in factors:
            errors["shape_prior"] = np.square(self.body_betas).sum(axis=1)[self._instants]
        return errors

    def _find_turned(self) -> FloatArray:
        """(N, 24, 3, 3) how far the rotations are from each view's initial ones."""
        return self.rotations[self._instants] - self._initial

    def descend(self) -> None:
        """Gradients of the variables, summed over the views: of the errors that were measured last."""
        factors, bodies = self._factors, self._bodies
        by_vertices = self._by_vertices if {"joint", "silhouette"} & factors.keys() else None
        by_rotations = by_betas = None
        if "initial_pose" in factors:
            by_rotations = self._sum_views(
                2 * factors["initial_pose"][:, None, None, None] * self._find_turned()
            )
        if "shape_prior" in factors:
            by_betas = 2 * self._sum_views(factors["shape_prior"])[:, None] * self.body_betas

        def descend(start: int, stop: int) -> None:
            part, shared = slice(start, stop), by_vertices
            if by_vertices is not None and self._views:
                self._views.gather(start, stop, by_vertices)
                shared = self._views.by_vertices
            bodies.descend(start, stop, shared, self._no_joints)
            if by_rotations is not None:
                bodies.by_rotations[part] += by_rotations[part]
            if by_betas is not None:
                bodies.by_betas[part] += by_betas[part]
            orthonormalise_columns_backward(
                self._sixd[part].reshape(-1, 6), self.rotations[part].reshape(-1, 3, 3),
                bodies.by_rotations[part].reshape(-1, 3, 3), self.by_sixd[part].reshape(-1, 6),
            )  # fmt: skip
            if "adversarial" in factors:
                assert self._doubts is not None
                doubted = factors["adversarial"][part]
                self.by_sixd[part] += doubted[:, None, None] * self._doubts.by_sixd[part]
                bodies.by_betas[part] += doubted[:, None] * self._doubts.by_betas[part]

        map_chunks(descend, len(self._sixd))
        if self._shape_of is None:
            self.by_betas[:] = bodies.by_betas
        else:
            self.by_betas[:] = 0
            np.add.at(self.by_betas, self._shape_of, bodies.by_betas)

    def _sum_views(self, values: FloatArray) -> FloatArray:
        """(N, …) -> (B, …)."""
        return self._views.sum(values) if self._views else values


class _ViewsOfBodies:
    """The links between B bodies in the world and the N views that share them.

    Args:
        problem: of the views.
        vertices: (B, V, 3) in the world; read where they lie at each call.
    """

    def __init__(self, problem: Problem, vertices: FloatArray) -> None:
        views, dtype = problem.views, vertices.dtype
        self.instants = views.instants.numpy()
        self.R = np.ascontiguousarray(views.R.numpy(), dtype)
        self._t = np.ascontiguousarray(views.t.numpy(), dtype)
        self.shares = views.shares.numpy().astype(dtype)
        self._order = np.argsort(self.instants, kind="stable")
        self._starts = np.searchsorted(self.instants[self._order], np.arange(len(vertices) + 1))
        self._vertices, self.by_vertices = vertices, np.empty_like(vertices)
        self.seen = np.empty((len(self.instants), *vertices.shape[1:]), dtype)

    def look(self, start: int, stop: int) -> None:
        """Fill ``seen`` of views ``start`` to ``stop``."""
        look_at_bodies(start, stop, self._vertices, self.instants, self.R, self._t, self.seen)

    def gather(self, start: int, stop: int, by_seen: FloatArray) -> None:
        """Fill ``by_vertices`` of bodies ``start`` to ``stop``."""
        gather_views(start, stop, by_seen, self._order, self._starts, self.R, self.by_vertices)

    def sum(self, values: FloatArray) -> FloatArray:
        """(N, …) -> (B, …)."""
        return np.add.reduceat(values[self._order], self._starts[:-1], axis=0)
