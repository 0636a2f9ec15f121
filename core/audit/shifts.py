"""Sequence shifts: labels of a whole sequence that lie beside the person, who is where the masks are.

Such labels reproject well and have normal poses; masks alone tell. Each camera shows the shift across its
line of sight, so the cameras of an instant together give it in 3D. What is usual, such as masks that all
lack the feet, is taken from all sequences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.mask_evidence import MaskEvidence
from core.audit.observations import Observations, median_without_nan
from core.types import FloatArray

#: Length, metres, and ratio to what is usual, from which a shift counts.
LEAST_DISTANCE, LEAST_RATIO = 0.06, 6.0
#: Views of an instant that must agree for a shift to be told in all its directions.
_ROUNDS = 5
_DAMPING = 1e-3
_SPREAD_FLOOR = 0.004  # metres
#: Share of a shift in the views that one camera may lack of what the others see.
_AGREEMENT = 0.5


@dataclass(frozen=True)
class Shift:
    """A sequence whose labels lie beside the masks.

    Attributes:
        sequence: number of the sequence.
        offset: (3,) metres, labels minus masks, in the world.
        error: standard error of its length, metres.
        ratio: over what is usual.
        inside: share of the labels inside the masks.
        usual_inside: the same over all sequences.
        cameras: in how many cameras it is seen, and how many look.
        instants: number of instants that tell.
    """

    sequence: int
    offset: FloatArray
    error: float
    ratio: float
    inside: float
    usual_inside: float
    cameras: tuple[int, int]
    instants: int


def find_shifts(evidence: MaskEvidence, observations: Observations) -> list[Shift]:
    """Find shifted sequences.

    Args:
        evidence: of some views.
        observations: all views.
    """
    instant_of = observations.instant_of[evidence.views]
    tellers = np.unique(instant_of[np.isfinite(evidence.away).all(axis=1)])
    if not len(tellers):
        return []
    offsets = np.stack([_triangulate(evidence, np.flatnonzero(instant_of == each)) for each in tellers])
    sequences = observations.instants.sequences[tellers]
    names = np.unique(sequences)
    centres = np.stack([np.median(offsets[sequences == name], axis=0) for name in names])
    usual = np.median(centres, axis=0)
    spread = 1.4826 * np.median(np.abs(centres - usual), axis=0) + _SPREAD_FLOOR
    inside = np.array(
        [np.nanmean(evidence.inside[np.isin(instant_of, tellers[sequences == name])]) for name in names]
    )
    shifts = []
    for number, name in enumerate(names):
        away = centres[number] - usual
        ratio = float(np.sqrt(((away / spread) ** 2).sum()))
        distance = float(np.linalg.norm(away))
        if distance < LEAST_DISTANCE or ratio < LEAST_RATIO:
            continue
        own = offsets[sequences == name]
        along = (own - usual) @ (away / distance)
        within = 1.4826 * np.median(np.abs(along - np.median(along))) / np.sqrt(len(own))
        between = float(np.sqrt(((away / distance) ** 2 * spread**2).sum()))
        looking = np.flatnonzero(np.isin(instant_of, tellers[sequences == name]))
        shifts.append(
            Shift(
                *(int(name), away, float(np.hypot(within, between)), ratio),
                *(float(inside[number]), float(np.median(inside))),
                _count_cameras(evidence, observations, looking, away + usual),
                len(own),
            )
        )
    return shifts


def _triangulate(evidence: MaskEvidence, rows: np.ndarray) -> FloatArray:
    """Shift (3,) metres in the world that the cameras of one instant agree on."""
    rows = rows[np.isfinite(evidence.away[rows]).all(axis=1)]
    across = evidence.R[rows, :2] * evidence.pixels_a_metre[rows, None, None]  # [C, 2, 3]
    matrix, target = across.reshape(-1, 3), evidence.away[rows].reshape(-1)
    weight = np.ones(len(target))
    damping = _DAMPING * float((matrix**2).mean()) * np.eye(3)
    solution = np.zeros(3)
    for _ in range(_ROUNDS):
        weighted = matrix * weight[:, None]
        solution = np.linalg.solve(matrix.T @ weighted + damping, weighted.T @ target)
        error = np.abs(target - matrix @ solution)
        weight = 1 / (1 + (error / (1.5 * np.median(error) + 2)) ** 2)
    return solution


def _count_cameras(
    evidence: MaskEvidence, observations: Observations, rows: np.ndarray, offset: FloatArray
) -> tuple[int, int]:
    """In how many cameras the labels lie off as the shift says, of those in which it should be seen."""
    seen = looking = 0
    for shot in np.unique(observations.shots[evidence.views[rows]]):
        own = rows[observations.shots[evidence.views[rows]] == shot]
        away = median_without_nan(evidence.away[own], axis=0)
        expected = np.median(evidence.pixels_a_metre[own, None] * (evidence.R[own, :2] @ offset), axis=0)
        if not np.isfinite(away).all() or np.linalg.norm(expected) < 1:
            continue
        looking += 1
        seen += bool(np.linalg.norm(away - expected) < _AGREEMENT * np.linalg.norm(expected))
    return seen, looking
