"""Term ``angle_limits``: elbows and knees bend one way (Bogo et al., Keep it SMPL, ECCV 2016, E_a)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor

#: Joint of the body model, axis of its rotation vector, and the sign of the turn that a person cannot make:
#: both knees, then the left and the right elbow, as in SMPLify's ``SMPLifyAnglePrior``.
HINGES = ((4, 0, -1.0), (5, 0, -1.0), (18, 1, 1.0), (19, 1, -1.0))


def angle_error(rotations: Tensor) -> Tensor:
    """Sum of the exponentials of the four angles, positive where the joint bends the wrong way.

    Args:
        rotations: (B, 24, 3, 3), each joint's relative to its parent.

    Returns:
        (B,), 4 with straight limbs.
    """
    import torch

    from core.rotations import matrix_to_axis_angle

    vectors = matrix_to_axis_angle(torch.stack([rotations[:, joint] for joint, _, _ in HINGES], dim=1))
    bends = [sign * vectors[:, hinge, axis] for hinge, (_, axis, sign) in enumerate(HINGES)]
    return torch.stack(bends, dim=1).exp().sum(-1)


TERM = Term(
    id="angle_limits",
    name="Angle limits",
    formula="sum exp(bend), knees and elbows, the wrong way positive",
    source="Bogo et al., Keep it SMPL, ECCV 2016, E_a",
    needs=(),
    measure=lambda at: angle_error(at.rotations),
    place=80,
)
