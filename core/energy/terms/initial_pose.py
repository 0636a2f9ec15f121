"""Term ``initial_pose``: a pull back to the rotations that the estimator gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor


def initial_pose_error(rotations: Tensor, initial: Tensor) -> Tensor:
    """Squared Frobenius distance of the rotation matrices, which for an angle a is 8 sin²(a / 2).

    Args:
        rotations: (B, 24, 3, 3).
        initial: (B, 24, 3, 3).

    Returns:
        (B,), the sum over the joints.
    """
    return (rotations - initial).square().sum((-3, -2, -1))


TERM = Term(
    id="initial_pose",
    name="Initial pose",
    formula="||Theta - Theta_initial||², rotation matrices",
    source="Jointlens",
    needs=(),
    measure=lambda at: initial_pose_error(at.rotations, at.problem.initial.rotations),
    place=50,
)
