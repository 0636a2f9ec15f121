"""Parameters of bodies as the optimiser holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.rotations import axis_angle_to_matrix, matrix_to_axis_angle
from core.types import BodyParameters


@dataclass(frozen=True)
class PosedBodies:
    """Parameters of B bodies.

    Attributes:
        rotations: (B, 24, 3, 3), each joint's relative to its parent, the first in the frame of ``transl``.
        betas: (B, 10).
        transl: (B, 3) metres, in the camera frame unless it is said otherwise.
    """

    rotations: Tensor
    betas: Tensor
    transl: Tensor

    @classmethod
    def from_parameters(cls, parameters: BodyParameters) -> PosedBodies:
        """From B bodies in axis-angle, in single precision; the frame stays as it is."""
        pose, betas, transl = (
            torch.from_numpy(np.array(array, dtype=np.float32))
            for array in (parameters.pose, parameters.betas, parameters.transl)
        )
        return cls(axis_angle_to_matrix(pose), betas, transl)

    def to_parameters(self) -> BodyParameters:
        """To axis-angle arrays that nothing else holds."""
        pose = matrix_to_axis_angle(self.rotations.detach().double()).float().cpu().numpy()
        return BodyParameters(
            np.ascontiguousarray(pose[:, 0]),
            pose[:, 1:].reshape(len(pose), -1),
            self.betas.detach().cpu().numpy().copy(),
            self.transl.detach().cpu().numpy().copy(),
        )
