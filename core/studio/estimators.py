"""The estimators whose bodies a studio comes with, after those of the paper's Table I."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimator:
    """How well and how steadily an estimator does.

    Attributes:
        name: as it is imported.
        mpjpe: what J_std scores on its bodies of the test subjects, mm, over all 17 joints, pelvis aligned.
        pa_mpjpe: the same after Procrustes alignment.
        lasting: share of its noise's variance that lasts from frame to frame.
        lasts: for how many seconds.
    """

    name: str
    mpjpe: float
    pa_mpjpe: float
    lasting: float
    lasts: float


#: SPIN looks at single images; VIBE and MEVA at videos, and MEVA's motion is the smoothest.
SPIN = Estimator("spin", 60.4, 41.3, lasting=0.7, lasts=1.0)
VIBE = Estimator("vibe", 62.9, 43.1, lasting=0.85, lasts=1.0)
MEVA = Estimator("meva", 101.6, 62.3, lasting=0.95, lasts=1.5)
ESTIMATORS = (SPIN, VIBE, MEVA)
