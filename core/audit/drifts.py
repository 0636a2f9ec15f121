"""Drifts: a marker that slips within a sequence, so that a joint's labels move away from the body.

Witnesses are weighed together: by how much the residual in the bone's frame changes over the sequence, for
each source of bodies, and by how much the lengths to the neighbouring labels change. All changes are medians
of slopes (Theil and Sen), and what is usual is taken from all sequences. For each joint the displacement that
explains them best is found; how much better than none it explains them is the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from core.audit.bone_lengths import BoneLengths
from core.audit.file_array import Table
from core.audit.observations import Instants, median_without_nan
from core.types import BoolArray, FloatArray

#: Square root of the chi-square that a displacement must explain; less is enough where a length changes by
#: this many metres or more. And its least length, metres.
LEAST_EVIDENCE, LEAST_CONFIRMED_EVIDENCE, CONFIRMING_CHANGE = 7.5, 6.9, 0.010
LEAST_DISTANCE = 0.012
#: Frames that follow each other closely, without which change in time means nothing.
FEWEST_FRAMES = 12
_LENGTH_FLOOR, _RESIDUAL_FLOOR = 0.0006, 0.003  # metres
#: Sequences from which it is learned what is usual.
_FEWEST_SEQUENCES = 6
#: Degrees of freedom of the evidence's distribution, for its heavy tails.
_TAIL = 20.0


@dataclass(frozen=True)
class Drift:
    """One joint of one sequence.

    Attributes:
        sequence: number of the sequence.
        joint: index.
        instants: first and last instant between which it moves, both included.
        change: (3,) metres from begin to end, in the bone's frame.
        evidence: square root of the chi-square explained.
        error: standard error of the change, metres.
        p: probability of so much evidence for any joint of a sequence in order.
        residual_change, length_change: metres, what the body and the largest of the lengths say alone.
    """

    sequence: int
    joint: int
    instants: tuple[int, int]
    change: FloatArray
    evidence: float
    error: float
    p: float
    residual_change: float
    length_change: float


def find_drifts(
    residuals: list[FloatArray],
    usable: BoolArray,
    lengths: BoneLengths,
    to_bones: Table,
    instants: Instants,
) -> list[Drift]:
    """Find slipping joints; at most one a sequence.

    Args:
        residuals: of each source of bodies, (M, J, 3) metres, in bone frames; NaN where it has no body.
        usable: (M, J) which are not known to be wrong for another reason.
        lengths: between the labels.
        to_bones: (M, J, 3, 3) rotations from the frame of the instant's first view to each joint's bone.
        instants: the M instants.
    """
    stretches = [_find_stretch(instants, sequence) for sequence in range(len(instants.sequence_names))]
    tested = [number for number, stretch in enumerate(stretches) if stretch is not None]
    if len(tested) < _FEWEST_SEQUENCES:
        return []
    parts = [stretch for stretch in stretches if stretch is not None]

    def read(values: FloatArray, part: slice) -> FloatArray:
        return np.where(usable[part, :, None], values[part], np.nan)

    residual_change = _collect_changes([(read(each, part) for part in parts) for each in residuals])
    length_change = _collect_changes([(lengths.lengths[part] for part in parts)])[0]  # [Q, E]
    residual_spread = np.sqrt((_find_spread(residual_change) ** 2).mean(axis=-1)) + _RESIDUAL_FLOOR  # [W, J]
    length_spread = _find_spread(length_change[None])[0] + _LENGTH_FLOOR  # [E]

    drifts = []
    for number, (sequence, part) in enumerate(zip(tested, parts)):
        explained = [
            _explain(
                residual_change[:, number, joint],
                residual_spread[:, joint],
                length_change[number],
                length_spread,
                _list_slopes(joint, lengths, to_bones, part),
            )
            for joint in range(usable.shape[1])
        ]
        joint = int(np.argmax([evidence for evidence, _, _ in explained]))
        evidence, change, error = explained[joint]
        own = [k for k, pair in enumerate(lengths.pairs) if joint in pair]
        length = float(np.nanmax(np.abs(length_change[number, own]), initial=0.0))
        least = LEAST_CONFIRMED_EVIDENCE if length >= CONFIRMING_CHANGE else LEAST_EVIDENCE
        if evidence < least or np.linalg.norm(change) < LEAST_DISTANCE:
            continue
        drifts.append(
            Drift(
                *(sequence, joint, _find_span(read(residuals[0], part)[:, joint], part)),
                *(change, evidence, error),
                p=float(min(1.0, usable.shape[1] * stats.f.sf(evidence**2 / 3, 3, _TAIL))),
                residual_change=float(np.linalg.norm(residual_change[-1, number, joint])),
                length_change=length,
            )
        )
    return drifts


def _find_stretch(instants: Instants, sequence: int) -> slice | None:
    """The longest stretch of a sequence in which time means something."""
    rows = instants.rows_of_sequence(sequence)
    inside = [part for part in instants.stretches if rows.start <= part.start and part.stop <= rows.stop]
    longest = max(inside, key=lambda part: part.stop - part.start)
    return longest if longest.stop - longest.start >= FEWEST_FRAMES else None


def _measure_change(values: FloatArray) -> FloatArray:
    """Change from begin to end: the median slope between frames a quarter of the stretch apart or more."""
    count = len(values)
    thin = values[:: max(1, count // 60)]
    first, second = np.triu_indices(len(thin), max(1, len(thin) // 4))
    apart = (second - first).reshape(-1, *[1] * (values.ndim - 1))
    return median_without_nan((thin[second] - thin[first]) / apart, axis=0) * (len(thin) - 1)


def _collect_changes(sources: Iterable[Iterable[FloatArray]]) -> FloatArray:
    """Changes of each source over each sequence, beyond what is usual, (W, Q, …)."""
    changes = np.stack([[_measure_change(values) for values in parts] for parts in sources])
    return changes - median_without_nan(changes, axis=1)[:, None]


def _find_spread(changes: FloatArray) -> FloatArray:
    """Usual size over the sequences, (W, Q, …) -> (W, …)."""
    return 1.4826 * median_without_nan(np.abs(changes), axis=1)


def _list_slopes(
    joint: int, lengths: BoneLengths, to_bones: Table, part: slice
) -> list[tuple[int, FloatArray]]:
    """Pairs that end in a joint, and how their lengths follow its displacement in its bone's frame."""
    found = []
    for number, pair in enumerate(lengths.pairs):
        if joint in pair:
            away = lengths.directions[part, number] * (1 if pair[1] == joint else -1)
            turned = np.einsum("mab,mb->ma", to_bones[part, joint], away)
            found.append((number, median_without_nan(turned, axis=0)))
    return found


def _explain(
    residuals: FloatArray,
    residual_spreads: FloatArray,
    lengths: FloatArray,
    length_spreads: FloatArray,
    slopes: list[tuple[int, FloatArray]],
) -> tuple[float, FloatArray, float]:
    """Evidence, displacement (3,) and its error that explain a joint's changes of residual and length."""
    rows = [np.eye(3) / spread for spread in residual_spreads]
    values = [residual / spread for residual, spread in zip(residuals, residual_spreads)]
    for number, slope in slopes:
        rows.append(slope[None] / length_spreads[number])
        values.append(lengths[number : number + 1] / length_spreads[number])
    matrix, target = np.concatenate(rows), np.concatenate(values)
    there = np.isfinite(target) & np.isfinite(matrix).all(axis=1)
    if there.sum() < 3:
        return 0.0, np.zeros(3), 0.0
    matrix, target = matrix[there], target[there]
    precision = matrix.T @ matrix
    change = np.linalg.solve(precision + 1e-9 * np.eye(3), matrix.T @ target)
    evidence = float(np.sqrt(max(0.0, target @ matrix @ change)))
    return evidence, change, float(np.sqrt(np.trace(np.linalg.inv(precision + 1e-9 * np.eye(3))) / 3))


def _find_span(path: FloatArray, part: slice) -> tuple[int, int]:
    """First and last instant of the ramp that follows a joint's residual best, (T, 3)."""
    count = len(path)
    there = np.isfinite(path).all(axis=1)
    best, begin = np.inf, 0
    for first in range(0, max(1, count // 2)):
        ramp = np.clip((np.arange(count) - first) / max(1, count - 1 - first), 0, 1)
        design = np.stack([np.ones(count), ramp], axis=1)[there]
        left = path[there] - design @ np.linalg.lstsq(design, path[there], rcond=None)[0]
        error = float(np.abs(left).sum())
        if error < best:
            best, begin = error, first
    return part.start + begin, part.stop - 1
