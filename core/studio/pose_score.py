"""How poses compare with the true ones: how far each joint is turned off, and whether a person holds it so.

What a person can do is taken from the studio itself: a joint's rotation is implausible when no true body of
the studio holds that joint within 30 degrees of it. That flags limbs that are twisted or bent the wrong way,
which a pose prior is there to prevent, and lets pass what a noisy but possible pose has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from core.rotations import axis_angle_to_matrix
from core.types import FloatArray

#: Degrees from the nearest true rotation of a joint beyond which a rotation is implausible.
FARTHEST = 30.0


class TruePoses:
    """The poses of a studio's true bodies."""

    def __init__(self, body_pose: FloatArray, sequences: Sequence[str]) -> None:
        """Keep the poses.

        Args:
            body_pose: (N, 69) axis-angle.
            sequences: of each of the N.
        """
        self._matrices = _to_matrices(body_pose)
        self._sequences = np.array(sequences)

    def measure_implausible(self, body_pose: FloatArray) -> FloatArray:
        """(n,) share of each body's 23 joints whose rotation is implausible.

        Args:
            body_pose: (n, 69) axis-angle.
        """
        return (self._find_nearest(_to_matrices(body_pose), self._matrices) > FARTHEST).mean(axis=1)

    def measure_own(self) -> float:
        """Share among the true rotations themselves, each held against all other sequences; NaN of one."""
        shares = [
            self._find_nearest(self._matrices[own], self._matrices[~own]) > FARTHEST
            for own in (self._sequences == name for name in dict.fromkeys(self._sequences.tolist()))
            if not own.all()
        ]
        return float(np.concatenate(shares).mean()) if shares else float("nan")

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
