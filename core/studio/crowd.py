"""A crowd: random people in random postures, nobody of the studio, to fit regressors on."""

from __future__ import annotations

import numpy as np

from core.studio.actions import ACTIONS
from core.studio.postures import draw_posture, flatten_feet
from core.types import BETAS, BodyParameters


def draw_crowd(stream: np.random.Generator, count: int) -> BodyParameters:
    """``count`` bodies of standard normal shape, upright in the body's own frame, at the origin."""
    kinds = list(ACTIONS.values())
    postures = np.empty((count, 24, 3))
    for row in range(count):
        kind = kinds[row % len(kinds)]
        postures[row] = draw_posture(kind.legs, kind.arms, stream)
    flatten_feet(postures)
    pose = np.radians(postures)
    return BodyParameters(
        pose[:, 0], pose[:, 1:].reshape(count, -1), stream.normal(size=(count, BETAS)), np.zeros((count, 3))
    )
