"""Rows of a file in the order in which projects keep frames."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import DatasetError
from core.types import LARGEST_FRAME, FrameKey


def sort_frames(path: Path, keys: Sequence[FrameKey]) -> NDArray[np.intp]:
    """Rows of a file, sorted by their frames.

    Raises:
        DatasetError: a frame occurs twice, or has too large a number.
    """
    for row, key in enumerate(keys):
        if key.frame > LARGEST_FRAME:
            raise DatasetError(
                f"{path}: row {row} has frame number {key.frame}; they go up to {LARGEST_FRAME}"
            )
    rows = sorted(range(len(keys)), key=keys.__getitem__)
    for before, after in pairwise(rows):
        if keys[before] == keys[after]:
            raise DatasetError(f"{path}: rows {before} and {after} are both of {keys[before]}")
    return np.array(rows, np.intp)
