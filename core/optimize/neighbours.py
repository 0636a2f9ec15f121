"""Which frames follow each other closely enough for motion to be smooth between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.project.frame_index import FrameIndex

#: Frames between two that still count as consecutive: 0.1 s at Human3.6M's 50 Hz.
LARGEST_STEP = 5


def find_triples(keys: FrameIndex, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Three frames of one shot at equal steps of at most :data:`LARGEST_STEP`, by their numbers.

    Data sets leave frames out (h36m-fetch keeps every 64th, or those in which something moved), so that
    neighbouring rows need not be neighbours in time.

    Args:
        keys: of the project.
        rows: (n,) in any order.

    Returns:
        (T, 3) positions among ``rows``.
    """
    order = np.argsort(rows)
    starts = np.array([shot.start for shot in keys.shots])
    shots = np.searchsorted(starts, rows[order], side="right")
    steps = np.where(np.diff(shots) == 0, np.diff(keys.numbers[rows[order]]), 0)
    middle = 1 + np.flatnonzero((steps[:-1] == steps[1:]) & (steps[1:] > 0) & (steps[1:] <= LARGEST_STEP))
    return order[middle[:, None] + [-1, 0, 1]]
