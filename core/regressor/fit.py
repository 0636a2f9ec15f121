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
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

from core.errors import RegressorError
from core.joints import JointSet
from core.regressor.descent import descend_weights
from core.types import FloatArray

Alignment = Literal["pelvis", "free", "absolute"]
Solver = Literal["nnls", "adam"]

#: Metres around the joint: how far its candidate vertices lie, on the trunk and elsewhere.
TRUNK_RADIUS = 0.36
RADIUS = 0.17
#: Metres that a limb's candidates may lie across the middle of the body.
SIDE_TOLERANCE = 0.02
#: Weight of the sum-to-one row against the labels' residuals, in metres a label.
SUM_WEIGHT = 3.0
#: Added to the Gram matrix's diagonal, relative to its mean: neighbouring vertices are nearly collinear.
RIDGE = 1e-6
#: How much a candidate must lower the error to be taken up, square metres a label and unit of weight; and
#: how many are taken up at a time.
PRICE_TOLERANCE = 1e-9
GROWTH = 48


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
        solver: ``nnls`` finds the minimum over all candidates; ``adam`` descends from the starting regressor
            and keeps to its vertices, as the paper's released code does (:mod:`core.regressor.descent`).

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
        solver: Solver = "nnls",
    ) -> None:
        self.alignment = alignment
        self.rounds = rounds
        self.trunk_radius = trunk_radius
        self.radius = radius
        self.solver = solver

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
    ) -> RegressorFit:
        """Find the weights.

        Args:
            read_blocks: starts a new pass over the data; every pass gives the same blocks.
            start: (J, V) regressor whose joints on the rest mesh centre the candidates, and which aligns
                the first round.
            rest_vertices: (V, 3) rest mesh, metres.
            joint_set: names the joints and their mirror pairs.

        Raises:
            RegressorError: a joint has no candidate vertex, or no label.
        """
        if self.alignment not in get_args(Alignment):
            raise RegressorError(
                f"alignment is {self.alignment!r}; expected one of {', '.join(get_args(Alignment))}"
            )
        if self.solver not in get_args(Solver):
            raise RegressorError(f"solver is {self.solver!r}; expected one of {', '.join(get_args(Solver))}")
        weights = np.asarray(start, dtype=np.float64)
        self._systems: Sequence[_NormalEquations]
        if self.solver == "adam":
            self._systems = [_Descent(np.flatnonzero(row > 0), row[row > 0]) for row in weights]
        else:
            candidates = choose_candidates(
                start, rest_vertices, joint_set, trunk_radius=self.trunk_radius, radius=self.radius
            )
            self._systems = [_NormalEquations(rows) for rows in candidates]
        systems = self._systems
        self.bodies_ = 0
        for number in range(self.passes):
            for system in systems:
                system.start_pass()
            for block in read_blocks():
                self.bodies_ += len(block.vertices) if number == 0 else 0
                shift = self._align(block, weights, joint_set.pelvis)
                for joint, system in enumerate(systems):
                    system.add(block, joint, shift, with_gram=number == 0)
            for joint, system in enumerate(systems):
                if not system.labels:
                    raise RegressorError(
                        f"{joint_set.names[joint]} has no label left to fit to; check the flags and the "
                        "data set's labels"
                    )
            self._aligned_with, self._pelvis = weights, joint_set.pelvis
            weights = np.zeros_like(weights)
            for joint, system in enumerate(systems):
                weights[joint, system.candidates] = system.solve()
        self.weights_ = weights
        self.labels_ = np.array([system.labels for system in systems])
        self.residual_ = np.array(
            [
                system.measure_residual(weights[joint, system.candidates])
                for joint, system in enumerate(systems)
            ]
        )
        return self

    def fit_without(self, read_blocks: Callable[[], Iterable[FitBlock]]) -> FloatArray:
        """Weights of the same fit without some of its bodies, e.g. one subject's; needs no other pass.

        Args:
            read_blocks: gives the bodies to leave out, as they were at the fit.

        Returns:
            (J, V); a joint that has no other labels keeps the weights of the whole fit. Bodies stay aligned
            as they were in its last round.
        """
        systems = [system.copy() for system in self._systems]
        for block in read_blocks():
            shift = self._align(block, self._aligned_with, self._pelvis)
            for joint, system in enumerate(systems):
                system.add(block, joint, shift, with_gram=True, sign=-1)
        weights = self.weights_.copy()
        for joint, system in enumerate(systems):
            if system.labels:
                weights[joint] = 0
                weights[joint, system.candidates] = system.solve()
        return weights

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


def choose_candidates(
    centres: FloatArray,
    rest_vertices: FloatArray,
    joint_set: JointSet,
    *,
    trunk_radius: float = TRUNK_RADIUS,
    radius: float = RADIUS,
) -> list[NDArray[np.intp]]:
    """Vertices that may carry weight, for every joint.

    Args:
        centres: (J, V) regressor whose joints on the rest mesh are the centres; the standard one will do.
        rest_vertices: (V, 3) metres.
        joint_set: its mirror pairs keep limbs on their own side of the body.
        trunk_radius: metres, for joints from which both sides branch off.
        radius: metres, for all others.

    Returns:
        One array of vertex indices a joint.

    Raises:
        RegressorError: a joint has none.
    """
    joints = np.asarray(centres, dtype=np.float64) @ rest_vertices  # [J, 3]
    reach = np.array(
        [trunk_radius if joint in _find_trunk(joint_set) else radius for joint in range(len(joints))]
    )
    near = np.linalg.norm(rest_vertices - joints[:, None], axis=-1) < reach[:, None]  # [J, V]
    for right, left in joint_set.pairs:
        middle, towards_right = (joints[right] + joints[left]) / 2, joints[right] - joints[left]
        across = (rest_vertices - middle) @ (towards_right / np.linalg.norm(towards_right))
        near[right] &= across > -SIDE_TOLERANCE
        near[left] &= across < SIDE_TOLERANCE
    for joint in np.flatnonzero(~near.any(axis=1)):
        raise RegressorError(
            f"{joint_set.names[joint]}: no vertex lies within {reach[joint]:.2f} m of it on the rest mesh; "
            "is the starting regressor one of this body's?"
        )
    return [np.flatnonzero(row) for row in near]


def _find_trunk(joint_set: JointSet) -> set[int]:
    """Joints that are ancestors of a mirror pair."""
    trunk = set()
    for joint in (joint for right, left in joint_set.pairs for joint in (right, left)):
        ancestor = joint_set.parents[joint]
        while ancestor >= 0:
            trunk.add(ancestor)
            ancestor = joint_set.parents[ancestor]
    return trunk - {joint for pair in joint_set.pairs for joint in pair}


class _NormalEquations:
    """Sums over bodies for one joint: vertices are taken relative to the candidates' mean on each body.

    With weights that sum to one this changes nothing, and keeps metres of distance from the camera out of
    the matrix.
    """

    def __init__(self, candidates: NDArray[np.intp]) -> None:
        self.candidates = candidates
        self.gram = np.zeros((len(candidates), len(candidates)))

    def start_pass(self) -> None:
        """Forget the right-hand side, which the alignment changes; the Gram matrix stays."""
        self.target = np.zeros(len(self.candidates))
        self.square = 0.0
        self.labels = 0

    def copy(self) -> _NormalEquations:
        """Sums of its own."""
        twin = copy(self)
        twin.gram, twin.target = self.gram.copy(), self.target.copy()
        return twin

    def add(self, block: FitBlock, joint: int, shift: FloatArray, *, with_gram: bool, sign: int = 1) -> None:
        """Add the bodies of a block whose label takes part and whose shift is known; -1 takes them out."""
        rows = np.flatnonzero(block.valid[:, joint] & np.isfinite(shift).all(axis=1))
        vertices = block.vertices[np.ix_(rows, self.candidates)].astype(np.float64)
        centres = vertices.mean(axis=1)
        A = (vertices - centres[:, None]).swapaxes(1, 2).reshape(-1, len(self.candidates))  # [3B, C]
        b = (block.labels[rows, joint] - shift[rows] - centres).reshape(-1)
        if with_gram:
            self.gram += sign * (A.T @ A)
        self.target += sign * (A.T @ b)
        self.square += sign * float(b @ b)
        self.labels += sign * len(rows)

    def solve(self) -> FloatArray:
        """Non-negative weights that sum to one.

        Few candidates end up with weight, so the problem is solved on a working set, from which the others
        are priced: those that would lower the error join it, until there are none. The result is the minimum
        over all candidates.
        """
        sum_weight = SUM_WEIGHT**2 * self.labels
        ridge = RIDGE * float(np.trace(self.gram)) / len(self.candidates)
        tolerance = PRICE_TOLERANCE * self.labels
        target = self.target + sum_weight
        working = np.argsort(target)[-GROWTH:]
        while True:
            matrix = self.gram[np.ix_(working, working)] + sum_weight + ridge * np.eye(len(working))
            upper = cholesky(matrix)
            projected = solve_triangular(upper, target[working], trans="T")
            weights: FloatArray = np.array(nnls(upper, projected, maxiter=30 * len(working))[0])
            price = target - self.gram[:, working] @ weights - sum_weight * weights.sum()
            price[working] = 0
            joining = np.argsort(price)[-GROWTH:]
            joining = joining[price[joining] > tolerance]
            if not len(joining):
                break
            working = np.concatenate([working[weights > 0], joining])
        solution = np.zeros(len(self.candidates))
        solution[working] = weights / weights.sum()
        return solution

    def measure_residual(self, weights: FloatArray) -> float:
        """Root mean square distance, metres."""
        square = float(weights @ self.gram @ weights - 2 * weights @ self.target) + self.square
        return float(np.sqrt(max(square, 0.0) / self.labels))


class _Descent(_NormalEquations):
    """The same sums, from which the weights are found by descent; a later pass goes on from the last."""

    def __init__(self, candidates: NDArray[np.intp], weights: FloatArray) -> None:
        super().__init__(candidates)
        self.weights = weights

    def solve(self) -> FloatArray:
        """Non-negative weights that sum to one."""
        self.weights = descend_weights(self.gram / self.labels, self.target / self.labels, self.weights)
        return self.weights
