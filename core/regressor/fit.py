"""Fit a joint regressor to bodies and labels: non-negative least squares on streamed Gram matrices.

Equation 1 of Hedlin, Rhodin, Yi (CRV 2022): each row of J has non-negative weights that sum to one. A row
is fitted on its own: the candidates are the vertices near the joint, and ``A^T A`` and ``A^T b`` over all
bodies are small, so memory does not grow with the number of bodies, and ``||A w - b||`` is handed to the
active-set solver as a Cholesky factor. Unlike descent through a ReLU, as in the paper's released code,
a vertex that has no weight yet can still be recruited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import RegressorError
from core.joints import JointSet
from core.parallel import map_chunks
from core.regressor.candidates import RADIUS, TRUNK_RADIUS, choose_candidates
from core.regressor.normal_equations import NormalEquations
from core.regressor.solvers import SOLVERS
from core.types import FloatArray

Alignment = Literal["pelvis", "free", "absolute"]

#: Vertices that each joint keeps of its candidates where these are narrowed on a sample.
NARROWED = 320


@dataclass(frozen=True)
class FitBlock:
    """Some bodies with their labels, in one frame of reference each.

    Attributes:
        vertices: (B, V, 3) metres.
        labels: (B, J, 3) metres; where ``valid`` is False they are not looked at.
        valid: (B, J) whether the label takes part.
    """

    vertices: FloatArray
    labels: FloatArray
    valid: NDArray[np.bool_]


class RegressorFit:
    """Estimator of the rows of a joint regressor.

    Args:
        alignment: how a body is moved onto its labels before the residual is taken. ``absolute``: not at
            all; ``pelvis``: by the pelvis label and the previous regressor's pelvis; ``free``: by the mean
            residual of all its labels, found in turn with the weights.
        rounds: how often alignment and weights are found in turn.
        trunk_radius: metres around the joint within which candidates lie, for joints from which both
            sides of the body branch off (pelvis, spine, neck).
        radius: the same for all other joints.
        solver: one of :data:`core.regressor.solvers.SOLVERS`.
        keep_unlabelled: let a joint without any label keep its row of the starting regressor.

    Attributes:
        weights_: (J, V) float64, non-negative rows that sum to one.
        residual_: (J,) root mean square distance between labels and regressed joints, metres.
        bodies_: number of bodies seen.
        labels_: (J,) number of labels that took part.
    """

    def __init__(
        self,
        *,
        alignment: Alignment = "free",
        rounds: int = 3,
        trunk_radius: float = TRUNK_RADIUS,
        radius: float = RADIUS,
        solver: str = "nnls",
        keep_unlabelled: bool = False,
    ) -> None:
        self.alignment = alignment
        self.rounds = rounds
        self.trunk_radius = trunk_radius
        self.radius = radius
        self.solver = solver
        self.keep_unlabelled = keep_unlabelled

    @property
    def passes(self) -> int:
        """How often a fit goes over the data."""
        return 1 if self.alignment == "absolute" else self.rounds

    def fit(
        self,
        read_blocks: Callable[[], Iterable[FitBlock]],
        *,
        start: FloatArray,
        rest_vertices: FloatArray,
        joint_set: JointSet,
        read_sample: Callable[[], Iterable[FitBlock]] | None = None,
    ) -> RegressorFit:
        """Find the weights.

        Args:
            read_blocks: starts a new pass over the data; every pass gives the same blocks.
            start: (J, V) regressor whose joints on the rest mesh centre the candidates, and which aligns
                the first round.
            rest_vertices: (V, 3) rest mesh, metres.
            joint_set: names the joints and their mirror pairs.
            read_sample: gives some thousand of the bodies, spread over all of them. A first fit to these
                narrows the candidates to the :data:`NARROWED` that carry weight or come nearest to it,
                which makes a fit to very many bodies ten times faster. Without it, all candidates stay.

        Raises:
            RegressorError: a joint has no candidate vertex, or no label and is not to keep its row.
        """
        if self.alignment not in get_args(Alignment):
            raise RegressorError(
                f"alignment is {self.alignment!r}; expected one of {', '.join(get_args(Alignment))}"
            )
        if self.solver not in SOLVERS:
            raise RegressorError(f"solver is {self.solver!r}; expected one of {', '.join(SOLVERS)}")
        weights = np.asarray(start, dtype=np.float64)
        self._systems: Sequence[NormalEquations]
        if SOLVERS[self.solver].keeps_support:
            self._systems = [NormalEquations(np.flatnonzero(row > 0), row[row > 0]) for row in weights]
        elif read_sample is not None:
            sampled = copy(self).fit(
                read_sample, start=start, rest_vertices=rest_vertices, joint_set=joint_set
            )
            self._systems = [
                NormalEquations(system.rank_candidates(row[system.candidates], NARROWED))
                for system, row in zip(sampled._systems, sampled.weights_)
            ]
        else:
            candidates = choose_candidates(
                start, rest_vertices, joint_set, trunk_radius=self.trunk_radius, radius=self.radius
            )
            self._systems = [NormalEquations(rows) for rows in candidates]
        systems = self._systems
        self.bodies_ = 0
        for number in range(self.passes):
            for system in systems:
                system.start_pass()
            for block in read_blocks():
                self.bodies_ += len(block.vertices) if number == 0 else 0
                shift = self._align(block, weights, joint_set.pelvis)
                _add(systems, block, shift, with_gram=number == 0)
            for joint, system in enumerate(systems):
                if not system.labels and not self.keep_unlabelled:
                    raise RegressorError(
                        f"{joint_set.names[joint]} has no label left to fit to; check the flags and the "
                        "data set's labels"
                    )
            self._aligned_with, self._pelvis = weights, joint_set.pelvis
            weights = weights.copy()
            for joint, system in enumerate(systems):
                if system.labels:
                    weights[joint] = 0
                    weights[joint, system.candidates] = system.solve(SOLVERS[self.solver])
        self._finish(weights)
        return self

    def downdate(self, read_blocks: Callable[[], Iterable[FitBlock]]) -> RegressorFit:
        """The same fit without some of its labels, e.g. after one more flag; needs no other pass.

        Where nothing is aligned (``absolute``) this is the fit from scratch without them. Otherwise bodies
        stay aligned as they were in the last round.

        Args:
            read_blocks: gives the bodies concerned as they were at the fit, valid being the labels to take
                out.

        Returns:
            Another fit, from which more can be taken out; this one stays as it is. A joint that has no
            labels left keeps its weights.
        """
        fit = copy(self)
        fit._systems = systems = list(self._systems)
        for block in read_blocks():
            shift = self._align(block, self._aligned_with, self._pelvis)
            for joint in np.flatnonzero(block.valid.any(axis=0)).tolist():
                if systems[joint] is self._systems[joint]:
                    systems[joint] = systems[joint].copy()
            _add(systems, block, shift, with_gram=True, sign=-1)
        weights = self.weights_.copy()
        for joint, system in enumerate(systems):
            if system is not self._systems[joint] and system.labels:
                weights[joint] = 0
                weights[joint, system.candidates] = system.solve(SOLVERS[self.solver])
        fit._finish(weights)
        return fit

    def fit_without(self, read_blocks: Callable[[], Iterable[FitBlock]]) -> FloatArray:
        """Weights (J, V) of the same fit without some bodies, e.g. one subject's; see :meth:`downdate`."""
        return self.downdate(read_blocks).weights_

    def measure_distances(self, block: FitBlock) -> FloatArray:
        """Distances of labels from the joints, bodies aligned as in the fit, (B, J) metres; NaN without."""
        shift = self._align(block, self.weights_, self._pelvis)
        support = np.flatnonzero(self.weights_.any(axis=0))
        joints = self.weights_[:, support] @ block.vertices[:, support].astype(np.float64)
        joints += shift[:, None]
        return np.where(block.valid, np.linalg.norm(joints - block.labels, axis=-1), np.nan)

    def _finish(self, weights: FloatArray) -> None:
        systems = self._systems
        self.weights_ = weights
        self.labels_ = np.array([system.labels for system in systems])
        self.residual_ = np.array(
            [
                system.measure_residual(weights[joint, system.candidates])
                for joint, system in enumerate(systems)
            ]
        )

    def _align(self, block: FitBlock, weights: FloatArray, pelvis: int) -> FloatArray:
        """(B, 3) to add to the bodies; NaN where it cannot be told."""
        if self.alignment == "absolute":
            return np.zeros((len(block.vertices), 3))
        support = np.flatnonzero(weights.any(axis=0))
        joints = weights[:, support] @ block.vertices[:, support].astype(np.float64)  # [B, J, 3]
        residual = np.where(block.valid[..., None], block.labels - joints, np.nan)
        if self.alignment == "pelvis":
            return residual[:, pelvis]
        counts = block.valid.sum(axis=1)
        return np.where(
            counts[:, None] > 0, np.nansum(residual, axis=1) / np.maximum(counts, 1)[:, None], np.nan
        )


def _add(
    systems: Sequence[NormalEquations],
    block: FitBlock,
    shift: FloatArray,
    *,
    with_gram: bool,
    sign: int = 1,
) -> None:
    """Add a block of bodies to every joint's sums, joints side by side."""
    known = block.valid & np.isfinite(shift).all(axis=1, keepdims=True)
    labels = block.labels - shift[:, None]

    def add(start: int, stop: int) -> None:
        for joint in range(start, stop):
            systems[joint].add(
                block.vertices, labels[:, joint], known[:, joint], with_gram=with_gram, sign=sign
            )

    map_chunks(add, len(systems), chunks=len(systems))
