"""A scene without bodies: stick figures that move smoothly, seen by two cameras, to plant defects in."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core.audit.observations import Instants, Observations
from core.joints import H36M_17
from core.types import FloatArray

SUBJECTS = ("S1", "S5", "S6", "S7", "S8")
SEQUENCES, FRAMES, CAMERAS = 4, 30, 2

#: A person standing, metres, x left, y up, z forward.
REST = np.array(
    [
        (0, 0.95, 0), (-0.13, 0.92, 0), (-0.14, 0.5, 0.02), (-0.14, 0.08, 0), (0.13, 0.92, 0),
        (0.14, 0.5, 0.02), (0.14, 0.08, 0), (0, 1.2, 0), (0, 1.45, 0), (0, 1.55, 0.08), (0, 1.7, 0),
        (0.17, 1.4, 0), (0.42, 1.38, 0), (0.66, 1.36, 0), (-0.17, 1.4, 0), (-0.42, 1.38, 0),
        (-0.66, 1.36, 0),
    ]
)  # fmt: skip


def make_observations(labels: FloatArray, *, frame_step: int = 1) -> Observations:
    """Labels (M, 17, 3) of all instants, seen alike by both cameras."""
    sequences = np.repeat(np.arange(len(SUBJECTS) * SEQUENCES), FRAMES)
    names = tuple((subject, f"Walking-{number}") for subject in SUBJECTS for number in range(SEQUENCES))
    frames = np.tile(1 + frame_step * np.arange(FRAMES), len(names))
    instants = Instants(sequences // SEQUENCES, sequences, frames, SUBJECTS, names)
    # As in a project, each shot's rows are a block: sequence, camera, frame.
    number = np.arange(len(instants)).reshape(len(names), 1, FRAMES)
    instant_of = np.broadcast_to(number, (len(names), CAMERAS, FRAMES)).reshape(-1)
    shots = np.repeat(np.arange(len(names) * CAMERAS), FRAMES)
    seen = labels[instant_of]
    return Observations(
        np.arange(len(instant_of)), seen, np.isfinite(seen).all(axis=-1), instant_of, shots, instants
    )


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def figures(random: np.random.Generator) -> FloatArray:
    """Joints (M, 17, 3) of people who sway, each sequence in its own way."""
    count = len(SUBJECTS) * SEQUENCES
    time = np.arange(FRAMES) / 25
    phase = random.uniform(0, 6, (count, 1, len(H36M_17), 3))
    sway = 0.05 * np.sin(2 * time[None, :, None, None] + phase)
    return (REST + sway).reshape(-1, len(H36M_17), 3)


@pytest.fixture
def labels(figures: FloatArray, random: np.random.Generator) -> FloatArray:
    """The same with 2 mm of noise."""
    return figures + 0.002 * random.normal(size=figures.shape)


Observe = Callable[..., Observations]


@pytest.fixture
def observe() -> Observe:
    return make_observations
