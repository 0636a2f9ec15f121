"""The seven people of the studio, named as Human3.6M's subjects with public labels are."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from core.studio.streams import open_stream
from core.types import BETAS, FloatArray

TRAINING_SUBJECTS = ("S1", "S5", "S6", "S7", "S8")
TEST_SUBJECTS = ("S9", "S11")
SUBJECTS = TRAINING_SUBJECTS + TEST_SUBJECTS


#: The demo body's components that are mostly size (156 to 193 cm at two), sex and build.
_SPREAD_COMPONENTS = (0, 1, 3)


def draw_shapes(seed: int) -> dict[str, FloatArray]:
    """Betas (10,) of every subject: standard normal, no component beyond two.

    In size, sex and build the seven are spread: each is drawn from another seventh of the distribution.
    """
    stream = open_stream(seed, "shapes")
    betas = stream.normal(size=(len(SUBJECTS), BETAS))
    for component in _SPREAD_COMPONENTS:
        shares = (stream.permutation(len(SUBJECTS)) + stream.uniform(size=len(SUBJECTS))) / len(SUBJECTS)
        betas[:, component] = norm.ppf(shares)
    return dict(zip(SUBJECTS, np.clip(betas, -2, 2)))
