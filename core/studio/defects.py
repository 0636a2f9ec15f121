"""Defects planted in the labels: what an audit should find, and a refit should do without.

A kind is a function that plants itself and says what it did; :data:`PLANTED` lists those of a studio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.joints import H36M_17
from core.studio.scene import Scene
from core.studio.skeleton import carry
from core.studio.streams import open_stream
from core.studio.subjects import TRAINING_SUBJECTS
from core.types import FloatArray


@dataclass(frozen=True)
class Defect:
    """One planted defect, as ``truth/defects.json`` tells it.

    Attributes:
        kind: ``subject-offset``.
        subject: e.g. ``S5``.
        joint: name, or None.
        sequence: ``Walking-1``, or None for all of the subject's.
        frames: first and last frame, or None for all.
        magnitude_mm: length of the offset.
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


def plant_subject_offset(
    scene: Scene, labels: FloatArray, stream: np.random.Generator
) -> tuple[FloatArray, Defect]:
    """One ankle of one training subject, off by 30-60 mm in the shank's frame in all its sequences."""
    subject = str(stream.choice(TRAINING_SUBJECTS))
    joint = str(stream.choice(["RAnkle", "LAnkle"]))
    magnitude = stream.uniform(0.030, 0.060)
    direction = stream.normal(size=3)
    offsets = np.zeros((len(H36M_17), 3))
    offsets[H36M_17.index(joint)] = magnitude * direction / np.linalg.norm(direction)
    rows = scene.rows_of((subject,))
    moved = labels.copy()
    moved[rows] += carry(offsets, scene.parameters.pose[rows])
    return moved, Defect("subject-offset", subject, joint, None, None, round(1000 * magnitude, 1))


PLANTED: tuple[Callable[[Scene, FloatArray, np.random.Generator], tuple[FloatArray, Defect]], ...] = (
    plant_subject_offset,
)


def plant_defects(scene: Scene, labels: FloatArray) -> tuple[FloatArray, list[Defect]]:
    """Labels (N, 17, 3) with every defect planted, and what they are."""
    defects = []
    for number, plant in enumerate(PLANTED):
        labels, defect = plant(scene, labels, open_stream(scene.seed, "defect", number))
        defects.append(defect)
    return labels, defects
