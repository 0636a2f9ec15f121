"""What is looked for in every frame: swaps and outliers, on bodies that have not seen the labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.observations import Observations
from core.audit.outliers import Outlier, find_outliers
from core.audit.posing import PosedJoints
from core.audit.residuals import Residuals, measure_residuals
from core.audit.swaps import Swap, exchange_limbs, find_swaps
from core.joints import JointSet
from core.types import BoolArray, IntArray


@dataclass(frozen=True)
class Screening:
    """Labels as they are once swaps are taken back, and which of them are off.

    Attributes:
        observations: with the swaps taken back.
        residuals: of these labels.
        swaps, outliers: found.
        suspect: (M, J) labels that outliers are about.
    """

    observations: Observations
    residuals: Residuals
    swaps: list[Swap]
    outliers: list[Outlier]
    suspect: BoolArray


def screen(
    observations: Observations, posed: PosedJoints, carriers: IntArray, joint_set: JointSet
) -> Screening:
    """Screen all frames.

    Args:
        observations: labels of N views of M instants.
        posed: of the N views' estimated bodies, as :func:`core.audit.posing.pose_joints` poses them.
        carriers: (J,) bone that carries each joint.
        joint_set: of the labels.
    """
    scales = measure_residuals(posed, carriers, observations).scales
    swaps = find_swaps(posed.joints, scales, observations, joint_set)
    observations = exchange_limbs(observations, swaps, joint_set)
    residuals = measure_residuals(posed, carriers, observations)
    outliers = find_outliers(residuals.local, observations)
    suspect = np.zeros((len(observations.instants), len(joint_set)), bool)
    for outlier in outliers:
        suspect[outlier.instant, outlier.joint] = True
    return Screening(observations, residuals, swaps, outliers, suspect)
