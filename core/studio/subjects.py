"""The seven people of the studio, named as Human3.6M's subjects with public labels are."""

from __future__ import annotations

import numpy as np

from core.studio.streams import open_stream
from core.types import BETAS, FloatArray

TRAINING_SUBJECTS = ("S1", "S5", "S6", "S7", "S8")
TEST_SUBJECTS = ("S9", "S11")
SUBJECTS = TRAINING_SUBJECTS + TEST_SUBJECTS


def draw_shapes(seed: int) -> dict[str, FloatArray]:
    """Betas (10,) of every subject: standard normal, no component beyond two."""
    stream = open_stream(seed, "shapes")
    return {subject: np.clip(stream.normal(size=BETAS), -2, 2) for subject in SUBJECTS}
