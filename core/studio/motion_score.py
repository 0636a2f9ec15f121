"""How motion compares with the true one: whether joints speed up and slow down as they should.

An error that stays the same from frame to frame does not show here, one that flickers does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.optimize.neighbours import find_triples
from core.project.frame_index import FrameIndex
from core.types import FloatArray
from core.units import MILLIMETRES


def measure_acceleration_errors(apart: FloatArray, keys: FrameIndex, rows: NDArray[np.intp]) -> FloatArray:
    """Acceleration error, as in Kanazawa et al., "Learning 3D human dynamics from video", CVPR 2019.

    Args:
        apart: (n, J, 3) metres, joints less the true ones, each relative to its pelvis; in the same frame of
            reference throughout a shot.
        keys: of the project.
        rows: (n,) of the project.

    Returns:
        (n,) mm/frame², mean over the joints of the distance between second differences in time; NaN for a
        body that is not between two others at equal steps of at most 0.1 s.
    """
    triples = find_triples(keys, rows)
    before, middle, after = apart[triples].swapaxes(0, 1)  # [T, J, 3]
    steps = keys.numbers[rows[triples[:, 1]]] - keys.numbers[rows[triples[:, 0]]]
    errors = np.full(len(rows), np.nan)
    errors[triples[:, 1]] = (
        MILLIMETRES * np.linalg.norm(before - 2 * middle + after, axis=-1).mean(axis=-1) / steps**2
    )
    return errors
