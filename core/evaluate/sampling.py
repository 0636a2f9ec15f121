"""Which frames of a sequence an evaluation takes: the field counts every 5th or 64th, from the first on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.project.frame_index import Shot

if TYPE_CHECKING:
    from core.project.project import Project


def sample_rows(project: Project, shot: Shot, every: int) -> NDArray[np.intp]:
    """Rows of a shot whose frame numbers, from 1, are 1, 1 + every, 1 + 2 every and so on.

    All of them where the project holds no more than that anyway, or is a studio, which is a sample already.
    """
    rows = np.arange(shot.start, shot.stop)
    numbers = project.keys.numbers[rows]
    if project.synthetic or len(rows) < 2 or int(np.diff(numbers).min()) >= every:
        return rows
    return rows[(numbers - 1) % every == 0]


def measure_spacing(project: Project, shots: list[Shot]) -> int:
    """Frames from one to the next that the project holds, the median; 0 where no shot has two."""
    gaps = [np.diff(project.keys.numbers[shot.start : shot.stop]) for shot in shots]
    together = np.concatenate(gaps) if gaps else np.zeros(0)
    return int(np.median(together)) if len(together) else 0
