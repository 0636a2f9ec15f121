"""2D labels beside projected 3D labels: where only one camera's do not agree, its calibration is to blame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.audit.observations import Observations
from core.cameras import project as project_points
from core.types import FloatArray

if TYPE_CHECKING:
    from core.project.project import Project

#: Views of each shot that are looked at.
VIEWS = 8
#: Pixels of the whole image, and times what is usual, from which on a shot is odd.
LEAST_DISTANCE, LEAST_RATIO = 4.0, 6.0
_FLOOR = 0.25


@dataclass(frozen=True)
class Reprojection:
    """How far 2D labels lie from projected 3D ones.

    Attributes:
        shots: numbers of the shots that tell, ascending.
        distances: (K,) median distance in each, pixels.
    """

    shots: NDArray[np.intp]
    distances: FloatArray

    @property
    def usual(self) -> float:
        """Median over the shots, pixels; NaN without any."""
        return float(np.median(self.distances)) if len(self.distances) else float("nan")

    def find_odd(self) -> dict[int, float]:
        """Shots whose labels do not agree though the others' do, and by how many pixels."""
        least = find_least_odd(self.usual)
        return {
            int(shot): float(distance)
            for shot, distance in zip(self.shots, self.distances)
            if distance >= least
        }


def find_least_odd(usual: float) -> float:
    """Pixels from which on 2D labels do not agree with 3D ones; infinite while nothing is usual."""
    return max(LEAST_DISTANCE, LEAST_RATIO * (usual + _FLOOR)) if np.isfinite(usual) else float("inf")


def measure_reprojection(project: Project, observations: Observations) -> Reprojection:
    """Compare the labels of some views of every shot, as the project has them.

    Nothing where 3D labels do not tell the place, or 2D ones are projected from them.

    Args:
        project: with the labels.
        observations: whose views are looked at, not their labels, of which swaps may have been taken back.
    """
    shots: list[int] = []
    distances: list[float] = []
    if not project.has_absolute_labels or project.has_projected_keypoints:
        return Reprojection(np.array(shots, np.intp), np.array(distances))
    for shot in np.unique(observations.shots):
        own = np.flatnonzero(observations.shots == shot)
        views = own[np.unique(np.linspace(0, len(own) - 1, VIEWS).round().astype(np.intp))]
        labels = project.labels(observations.rows[views]).astype(np.float64)
        keypoints = project.keypoints(observations.rows[views]).astype(np.float64)
        lens = project.camera(int(observations.rows[views[0]])).lens
        seen = project_points(np.nan_to_num(labels, nan=1.0), lens)
        apart = np.linalg.norm(keypoints - seen, axis=-1)
        apart = apart[np.isfinite(apart) & np.isfinite(labels).all(axis=-1)]
        if len(apart):
            shots.append(int(shot))
            distances.append(float(np.median(apart)))
    return Reprojection(np.array(shots, np.intp), np.array(distances))


def describe_reprojection(project: Project, found: Reprojection) -> list[str]:
    """One sentence for each odd shot."""
    sentences = []
    for number, distance in found.find_odd().items():
        shot = project.keys.shots[number]
        sentences.append(
            f"{shot.subject}/{shot.action}/{shot.camera}: 2D labels lie {distance:.0f} px from the projected "
            f"3D ones, usually {found.usual:.1f} px: this camera is not where or what it is said to be, or "
            "its labels are of other frames."
        )
    return sentences
