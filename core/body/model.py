"""The record of an SMPL body model: what a model file says, checked, and nothing else.

Source: Loper et al., "SMPL: A Skinned Multi-Person Linear Model", SIGGRAPH Asia 2015; names as in smplx.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.body.topology import hash_topology
from core.errors import BodyError
from core.types import BETAS, BODY_JOINTS, FloatArray

POSE_CORRECTIVES = 9 * (BODY_JOINTS - 1)


@dataclass(frozen=True, eq=False)
class BodyModel:
    """An SMPL body model with V vertices and F faces; metres, y up, facing z, in the rest pose.

    Two models are equal only if they are the same object, so that what is derived from one can be kept by it.

    Attributes:
        name: what to call it, usually the file's stem.
        v_template: mean body, (V, 3).
        shapedirs: displacement per unit of each beta, (V, 3, 10).
        posedirs: displacement per entry of the rotations of joints 1-23 minus the identity, row by row,
            (V, 3, 207).
        joint_regressor: rest vertices to the 24 rest joints, (24, V).
        weights: skinning weights, rows sum to one, (V, 24).
        parents: parent of each joint, always of lower index; -1 at the root, (24,).
        faces: vertex indices, (F, 3) int32.
        caps: how many of the last faces close holes that the model's own mesh has.
        family: whose joints its file has: ``SMPL``, ``SMPL-H`` or ``SMPL-X``.

    Raises:
        BodyError: an array has the wrong shape or impossible values.
    """

    name: str
    v_template: NDArray[np.float32]
    shapedirs: NDArray[np.float32]
    posedirs: NDArray[np.float32]
    joint_regressor: NDArray[np.float32]
    weights: NDArray[np.float32]
    parents: NDArray[np.integer[Any]]
    faces: NDArray[np.int32]
    caps: int = 0
    family: str = "SMPL"

    def __post_init__(self) -> None:
        if self.v_template.ndim != 2 or self.v_template.shape[1] != 3 or len(self.v_template) == 0:
            raise BodyError(f"{self.name}: v_template has shape {self.v_template.shape}; expected (V, 3)")
        vertices = self.vertex_count
        expected = {
            "shapedirs": (vertices, 3, BETAS),
            "posedirs": (vertices, 3, POSE_CORRECTIVES),
            "joint_regressor": (BODY_JOINTS, vertices),
            "weights": (vertices, BODY_JOINTS),
            "parents": (BODY_JOINTS,),
            "faces": (len(self.faces), 3),
        }
        for field, shape in expected.items():
            if getattr(self, field).shape != shape:
                raise BodyError(
                    f"{self.name}: {field} has shape {getattr(self, field).shape}; an SMPL body with "
                    f"{vertices} vertices has {shape}"
                )
        for field in ("v_template", "shapedirs", "posedirs", "joint_regressor", "weights"):
            if not np.isfinite(getattr(self, field)).all():
                raise BodyError(f"{self.name}: {field} contains NaN or infinite values")
        self._check_values()

    def _check_values(self) -> None:
        if self.parents[0] != -1 or not all(
            0 <= parent < joint for joint, parent in enumerate(self.parents) if joint
        ):
            raise BodyError(
                f"{self.name}: the joints' parents are {self.parents.tolist()}; expected -1 and then, for "
                "every joint, one of lower index"
            )
        if len(self.faces) == 0 or self.faces.min() < 0 or self.faces.max() >= self.vertex_count:
            raise BodyError(
                f"{self.name}: faces must name vertices 0 to {self.vertex_count - 1}, and are not"
            )
        worst = float(np.abs(self.weights.sum(axis=1) - 1).max())
        if worst > 1e-2:
            raise BodyError(
                f"{self.name}: skinning weights sum to one only within {worst:.3g}; expected 0.01"
            )

    @property
    def vertex_count(self) -> int:
        """V."""
        return len(self.v_template)

    @cached_property
    def topology(self) -> str:
        """Identity of the mesh topology, see :func:`core.body.topology.hash_topology`."""
        return hash_topology(self.own_faces, self.vertex_count)

    @property
    def own_faces(self) -> NDArray[np.int32]:
        """(F, 3) faces of the model's own mesh, with its holes."""
        return self.faces[: len(self.faces) - self.caps]

    @cached_property
    def joint_template(self) -> NDArray[np.float64]:
        """Rest joints of the mean body, (24, 3)."""
        return self.joint_regressor.astype(np.float64) @ self.v_template.astype(np.float64)

    @cached_property
    def joint_shapedirs(self) -> NDArray[np.float64]:
        """Displacement of the rest joints per unit of each beta, (24, 3, 10)."""
        directions = self.shapedirs.reshape(self.vertex_count, 3 * BETAS).astype(np.float64)
        return (self.joint_regressor.astype(np.float64) @ directions).reshape(BODY_JOINTS, 3, BETAS)

    def rest_joints(self, betas: FloatArray) -> NDArray[np.float64]:
        """Joints of the unposed bodies, (N, 10) -> (N, 24, 3) metres."""
        return self.joint_template + np.einsum("jck,nk->njc", self.joint_shapedirs, betas)

    def rest_pelvis(self, betas: FloatArray) -> NDArray[np.float64]:
        """The point about which ``global_orient`` turns, (N, 10) -> (N, 3) metres."""
        return self.rest_joints(betas)[:, 0]
