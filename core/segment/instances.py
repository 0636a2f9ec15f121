"""Which of the people that a detector finds is the one that is labelled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.types import BoolArray

#: An instance that shares less than this with the body is somebody else.
LEAST_OVERLAP = 0.2


def measure_overlap(first: BoolArray, second: BoolArray) -> float:
    """Intersection over union of two masks (H, W); 0 where both are empty."""
    union = int((first | second).sum())
    return int((first & second).sum()) / union if union else 0.0


def choose_instance(
    masks: NDArray[np.bool_], scores: NDArray[np.floating], body: BoolArray | None
) -> BoolArray | None:
    """The instance that overlaps the projected body most; without a body, the one of the highest score.

    Args:
        masks: of N people, (N, H, W).
        scores: (N,).
        body: pixels (H, W) of the estimated body.

    Returns:
        A mask (H, W); None where nobody was found, or nobody at the body's place.
    """
    if not len(masks):
        return None
    if body is None or not body.any():
        return np.asarray(masks[int(scores.argmax())])
    overlaps = [measure_overlap(mask, body) for mask in masks]
    best = int(np.argmax(overlaps))
    return np.asarray(masks[best]) if overlaps[best] >= LEAST_OVERLAP else None
