"""Defects planted in the labels: what an audit should find, and a refit should do without."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.joints import H36M_17
from core.studio.scene import Scene
from core.studio.skeleton import carry
from core.studio.streams import open_stream
from core.studio.subjects import TRAINING_SUBJECTS
from core.types import FloatArray, IntArray

_ANKLES = ("RAnkle", "LAnkle")
_ANKLE_SHARE = 0.7
_MOVABLE = tuple(name for name in H36M_17.names if name != "Pelvis")
#: Left and right joints that a swap exchanges.
_LEGS = (("RHip", "LHip"), ("RKnee", "LKnee"), ("RAnkle", "LAnkle"))
_ARMS = (("RShoulder", "LShoulder"), ("RElbow", "LElbow"), ("RWrist", "LWrist"))
SWAPPED = {"legs": _LEGS, "arms": _ARMS, "all": _LEGS + _ARMS}

#: Least and greatest length of each kind, metres, and of swaps, instants.
_OFFSET = (0.030, 0.060)
_SHIFT = (0.150, 0.250)
_OUTLIER = (0.060, 0.150)
_DRIFT = (0.030, 0.050)
_SWAP_INSTANTS = (4, 20)
_SHIFTS, _SWAPS, _OUTLIERS, _DRIFTS = 2, 4, 20, 2
#: A drift begins within this first share of its sequence.
_LATEST_DRIFT = 0.4


@dataclass(frozen=True)
class Defect:
    """One planted defect, as ``truth/defects.json`` tells it.

    Attributes:
        kind: ``subject-offset``, ``sequence-shift``, ``swap``, ``outlier`` or ``drift``.
        subject: e.g. ``S5``.
        joint: name; of a swap ``legs``, ``arms`` or ``all``; None for all joints together.
        sequence: ``Walking-1``, or None for all of the subject's.
        frames: first and last frame, or None for all.
        magnitude_mm: length of the displacement; of a swap its mean, of a drift that at its end.
    """

    kind: str
    subject: str
    joint: str | None
    sequence: str | None
    frames: tuple[int, int] | None
    magnitude_mm: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def plant_defects(
    scene: Scene, labels: FloatArray, *, every_kind: bool, offset: float | None = None
) -> tuple[FloatArray, list[Defect]]:
    """Labels with defects planted, and what they are.

    Args:
        scene: with the true bodies.
        labels: (N, 17, 3) in the world, metres.
        every_kind: sequence shifts, swaps, outliers and drifts besides subject offsets. No two of these
            share an instant.
        offset: length of every subject offset, metres, instead of one at random; places and directions stay.
    """
    stream = open_stream(scene.seed, "defects")
    labels = labels.copy()
    defects = plant_subject_offsets(scene, labels, stream, offset)
    if every_kind:
        sequences = list_sequences(scene)
        shuffled = [sequences[index] for index in stream.permutation(len(sequences))]
        shifted, swapped = shuffled[:_SHIFTS], shuffled[_SHIFTS : _SHIFTS + _SWAPS]
        rest = shuffled[_SHIFTS + _SWAPS :]
        defects += [plant_sequence_shift(scene, labels, rows, stream) for rows in shifted]
        defects += [plant_swap(scene, labels, rows, stream) for rows in swapped]
        defects += [plant_drift(scene, labels, rows, stream) for rows in rest[:_DRIFTS]]
        hit = stream.choice(np.concatenate(rest[_DRIFTS:]), size=_OUTLIERS, replace=False)
        defects += [plant_outlier(scene, labels, row, stream) for row in np.sort(hit)]
    return labels, defects


def list_sequences(scene: Scene) -> list[IntArray]:
    """(n,) rows of every sequence of a scene, in the order of time."""
    rows: dict[str, list[int]] = {}
    for row, key in enumerate(scene.instants):
        rows.setdefault(key.sequence, []).append(row)
    return [np.array(listed) for listed in rows.values()]


def plant_subject_offsets(
    scene: Scene, labels: FloatArray, stream: np.random.Generator, offset: float | None = None
) -> list[Defect]:
    """One or two joints of training subjects, mostly ankles, off in their bone's frame in all sequences.

    Args:
        scene: of N instants.
        labels: (N, 17, 3) metres, world frame; changed in place, as by every function here that plants.
        stream: decides which, and how far.
        offset: metres; drawn if not given.
    """
    places: list[tuple[str, str]] = []
    for _ in range(stream.integers(1, 3)):
        joints = _ANKLES if stream.random() < _ANKLE_SHARE else _MOVABLE
        place = str(stream.choice(TRAINING_SUBJECTS)), str(stream.choice(joints))
        if place not in places:
            places.append(place)
    defects = []
    for subject, joint in places:
        drawn = stream.uniform(*_OFFSET)
        length = drawn if offset is None else offset
        rows = scene.rows_of((subject,))
        labels[rows] += carry(_point_at(joint, length, stream), scene.parameters.pose[rows])
        defects.append(Defect("subject-offset", subject, joint, None, None, _in_millimetres(length)))
    return defects


def plant_sequence_shift(
    scene: Scene, labels: FloatArray, rows: IntArray, stream: np.random.Generator
) -> Defect:
    """A whole sequence moved along the floor, as in Human3.6M's S9 Greeting."""
    length, angle = stream.uniform(*_SHIFT), stream.uniform(0, 2 * np.pi)
    labels[rows] += length * np.array([np.cos(angle), np.sin(angle), 0.0])
    key = scene.instants[rows[0]]
    return Defect("sequence-shift", key.subject, None, key.action, None, _in_millimetres(length))


def plant_swap(scene: Scene, labels: FloatArray, rows: IntArray, stream: np.random.Generator) -> Defect:
    """Left and right limbs exchanged for some instants in a row."""
    limbs = str(stream.choice(list(SWAPPED)))
    count = min(int(stream.integers(_SWAP_INSTANTS[0], _SWAP_INSTANTS[1] + 1)), len(rows))
    first = stream.integers(len(rows) - count + 1)
    hit = rows[first : first + count]
    right, left = (np.array([H36M_17.index(name) for name in side]) for side in zip(*SWAPPED[limbs]))
    before = labels[hit]
    labels[np.ix_(hit, right)], labels[np.ix_(hit, left)] = before[:, left], before[:, right]
    length = np.linalg.norm(before[:, left] - before[:, right], axis=-1).mean()
    key = scene.instants[hit[0]]
    return Defect("swap", key.subject, limbs, key.action, _frames(scene, hit), _in_millimetres(length))


def plant_drift(scene: Scene, labels: FloatArray, rows: IntArray, stream: np.random.Generator) -> Defect:
    """A marker that slips: an offset in the bone's frame that grows evenly to the sequence's end."""
    joint, length = str(stream.choice(_MOVABLE)), stream.uniform(*_DRIFT)
    begin = int(stream.uniform(0, _LATEST_DRIFT) * len(rows))
    hit = rows[begin:]
    growth = np.arange(1, len(hit) + 1) / len(hit)
    offsets = growth[:, None, None] * _point_at(joint, length, stream)
    labels[hit] += carry(offsets, scene.parameters.pose[hit])
    key = scene.instants[hit[0]]
    return Defect("drift", key.subject, joint, key.action, _frames(scene, hit), _in_millimetres(length))


def plant_outlier(scene: Scene, labels: FloatArray, row: int, stream: np.random.Generator) -> Defect:
    """One joint of one instant somewhere else."""
    joint, length = str(stream.choice(_MOVABLE)), stream.uniform(*_OUTLIER)
    labels[row] += _point_at(joint, length, stream)
    key = scene.instants[row]
    frames = _frames(scene, np.array([row]))
    return Defect("outlier", key.subject, joint, key.action, frames, _in_millimetres(length))


def _point_at(joint: str, length: float, stream: np.random.Generator) -> FloatArray:
    """Offsets (17, 3) that are zero but for one joint's, of this length in a random direction."""
    direction = stream.normal(size=3)
    offsets = np.zeros((len(H36M_17), 3))
    offsets[H36M_17.index(joint)] = length * direction / np.linalg.norm(direction)
    return offsets


def _frames(scene: Scene, rows: IntArray) -> tuple[int, int]:
    return scene.instants[rows[0]].frame, scene.instants[rows[-1]].frame


def _in_millimetres(length: float) -> float:
    return round(1000 * float(length), 1)
