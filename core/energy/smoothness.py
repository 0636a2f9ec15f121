"""Term ``smoothness``: joints of consecutive frames of one camera do not jerk."""

from __future__ import annotations

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
