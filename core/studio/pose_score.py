"""How poses compare with the true ones: how far each joint is turned off, and whether a person holds it so.

What a person can do is taken from the studio itself. A joint's rotation is strange when no true body of the
studio holds that joint nearly so, and *nearly* is measured on the true bodies: the distance within which 99
of 100 of them find their like in some other sequence. So 1 in 100 is what true bodies have, and a pose prior
that keeps bodies plausible must keep the share near that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.rotations import axis_angle_to_matrix
from core.types import FloatArray

#: Share of the true bodies' rotations that count as plausible.
_PLAUSIBLE = 0.99


class TruePoses:
    """The poses of a studio's true bodies.

    Attributes:
        limits: (23,) degrees within which a rotation has to find its like to be plausible, by joint.
    """

    def __init__(self, body_pose: FloatArray, sequences: Sequence[str]) -> None:
        """Learn what is plausible.

        Args:
            body_pose: (N, 69) axis-angle.
            sequences: of each of the N, as a body's own sequence holds its like anyway.
        """
        self._matrices = _to_matrices(body_pose)
        of_row = np.array(sequences)
        nearest = np.concatenate(
            [
                self._find_nearest(self._matrices[of_row == name], self._matrices[of_row != name])
                for name in dict.fromkeys(sequences)
                if (of_row != name).any()
            ]
            or [np.zeros((1, self._matrices.shape[1]))]
        )
        self.limits: FloatArray = np.quantile(nearest, _PLAUSIBLE, axis=0)

    def measure_strange(self, body_pose: FloatArray) -> FloatArray:
        """(n,) share of each body's joints that no true body of the studio holds nearly so.

        Args:
            body_pose: (n, 69) axis-angle.
        """
        return (self._find_nearest(_to_matrices(body_pose), self._matrices) > self.limits).mean(axis=1)

    @staticmethod
    def _find_nearest(matrices: FloatArray, others: FloatArray) -> FloatArray:
        """Degrees from each rotation of a joint (n, 23, 9) to the nearest of the others (N, 23, 9)."""
        traces = matrices.transpose(1, 0, 2) @ others.transpose(1, 2, 0)  # [23, n, N]
        return _to_degrees(traces.max(axis=-1).T)


def measure_turns(body_pose: FloatArray, true_pose: FloatArray) -> FloatArray:
    """(n,) degrees, mean over the 23 joints, between rotations relative to the parent joint.

    Args:
        body_pose: (n, 69) axis-angle.
        true_pose: (n, 69).
    """
    traces = (_to_matrices(body_pose) * _to_matrices(true_pose)).sum(axis=-1)
    return _to_degrees(traces).mean(axis=1)


def _to_matrices(body_pose: FloatArray) -> FloatArray:
    """(n, 69) axis-angle -> (n, 23, 9)."""
    vectors = torch.from_numpy(np.asarray(body_pose, np.float64).reshape(len(body_pose), -1, 3))
    return axis_angle_to_matrix(vectors).flatten(-2).numpy()


def _to_degrees(traces: FloatArray) -> FloatArray:
    """Angles of rotations by their traces."""
    return np.degrees(np.arccos(np.clip((traces - 1) / 2, -1, 1)))
