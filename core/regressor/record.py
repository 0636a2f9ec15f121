"""A joint regressor: a linear map from a mesh's vertices to joints, bound to that mesh's topology."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import RegressorError
from core.types import FloatArray

if TYPE_CHECKING:
    from core.body.model import BodyModel

#: How far a row's sum may be from one.
SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Regressor:
    """Rows of non-negative weights that sum to one, one row a joint.

    Attributes:
        name: e.g. ``J_std``.
        weights: (J, V) float64.
        topology: hash of the mesh whose vertices the columns are (:mod:`core.body.topology`).
        joint_set: name of the joint set that gives the order of the rows.
        provenance: where it comes from, JSON values.

    Raises:
        RegressorError: the weights are not a regressor's.
    """

    name: str
    weights: FloatArray
    topology: str
    joint_set: str = "h36m-17"
    provenance: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights = self.weights
        if weights.ndim != 2 or not np.isfinite(weights).all():
            raise RegressorError(f"{self.name}: weights of shape {weights.shape} are no finite matrix")
        if (weights < 0).any():
            raise RegressorError(f"{self.name}: has {(weights < 0).sum()} negative weights")
        sums = weights.sum(axis=1)
        if np.abs(sums - 1).max() > SUM_TOLERANCE:
            worst = int(np.abs(sums - 1).argmax())
            raise RegressorError(f"{self.name}: row {worst} sums to {sums[worst]:.6f}, not to one")

    @cached_property
    def support(self) -> NDArray[np.intp]:
        """Vertices that carry weight in any row, ascending."""
        return np.flatnonzero(self.weights.any(axis=0))

    @cached_property
    def support_weights(self) -> FloatArray:
        """The columns of :attr:`support`, (J, S) float64."""
        return np.ascontiguousarray(self.weights[:, self.support])

    def apply(self, vertices: FloatArray) -> FloatArray:
        """Joints of posed vertices.

        Args:
            vertices: (…, V, 3), any frame and unit.

        Returns:
            (…, J, 3) in the precision of the vertices.

        Raises:
            RegressorError: the mesh has another number of vertices.
        """
        if vertices.shape[-2] != self.weights.shape[1]:
            raise RegressorError(
                f"{self.name}: is for meshes of {self.weights.shape[1]} vertices, not {vertices.shape[-2]}"
            )
        return self.support_weights.astype(vertices.dtype) @ vertices[..., self.support, :]

    def check_topology(self, body: BodyModel) -> None:
        """Raise RegressorError unless the regressor belongs to the body's mesh."""
        if self.topology != body.topology:
            raise RegressorError(
                f"{self.name}: belongs to mesh topology {self.topology}, {body.name} has {body.topology}; "
                "a regressor fits one vertex order only"
            )
