"""Which bodies and joints lie in front of the camera; a projection of others means nothing."""

from __future__ import annotations

from torch import Tensor

#: Metres in front of the camera that a point must have.
NEAREST = 0.05


def find_visible(points: Tensor) -> Tensor:
    """Points (…, P, 3) in the camera frame -> (…) whether all of them lie in front of the camera."""
    return (points[..., 2] > NEAREST).all(dim=-1)
