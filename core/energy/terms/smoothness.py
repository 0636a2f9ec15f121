"""Term ``smoothness``: joints of consecutive frames of one camera do not jerk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.energy.term import Term

if TYPE_CHECKING:
    from torch import Tensor


def jerkiness(joints: Tensor, triples: Tensor, known: Tensor) -> Tensor:
    """Mean squared second difference of the joints' positions, at the middle frame of each triple.

    Args:
        joints: (B, J, 3) metres, camera frame.
        triples: (T, 3) bodies that follow each other at equal steps of time.
        known: (B,) whether the body's place is known; a triple with one that is not does not take part.

    Returns:
        (B,) square metres; 0 for a body that is in the middle of none.
    """
    before, middle, after = joints[triples].unbind(dim=1)  # [T, J, 3]
    squares = (before - 2 * middle + after).square().sum(-1).mean(-1) * known[triples].all(dim=1)
    return joints.new_zeros(len(joints)).index_add(0, triples[:, 1], squares)


TERM = Term(
    id="smoothness",
    name="Smoothness",
    formula="mean ||J Phi(theta_t-1) - 2 J Phi(theta_t) + J Phi(theta_t+1)||²",
    source="Jointlens; frames of one camera at equal steps of at most 0.1 s",
    needs=("translation", "neighbours"),
    measure=lambda at: jerkiness(at.joints, at.problem.triples, at.problem.placed),
    place=70,
)
