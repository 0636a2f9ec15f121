"""All that a term may look at: the bodies as they stand, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from torch import Tensor

from core.energy.discriminators import Discriminators

if TYPE_CHECKING:
    from core.optimize.problem import Problem
    from core.optimize.settings import JointAlignment, Silhouette


@dataclass(frozen=True)
class TermInputs:
    """B bodies at one step, one camera view each.

    Attributes:
        problem: labels, masks, cameras, initial bodies.
        sixd: (B, 24, 6), the rotations as they are optimised.
        rotations: (B, 24, 3, 3), each joint's relative to its parent, the first in the camera frame.
        betas: (B, 10).
        vertices: (B, V, 3) metres, camera frame.
        joint_alignment: how 3D joints are to be compared.
        discriminators: of poses and shapes.
        silhouette: what draws silhouettes.
    """

    problem: Problem
    sixd: Tensor
    rotations: Tensor
    betas: Tensor
    vertices: Tensor
    joint_alignment: JointAlignment
    discriminators: Discriminators
    silhouette: Silhouette

    @cached_property
    def joints(self) -> Tensor:
        """(B, J, 3) metres, camera frame, by the problem's regressor; made once for all terms."""
        return self.problem.regressor(self.vertices)
