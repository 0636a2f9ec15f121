"""What is looked for in every frame: swaps and outliers, on bodies that have not seen the labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audit.alignment import find_scales, share_scales
from core.audit.observations import Observations
from core.audit.outliers import Outlier, find_outliers
from core.audit.residuals import Residuals, merge_views
from core.audit.source_views import SourceViews
from core.audit.swaps import Swap, exchange_limbs, find_swaps
from core.joints import JointSet
from core.types import BoolArray, FloatArray


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


def screen(observations: Observations, source: SourceViews, joint_set: JointSet) -> Screening:
    """Screen all frames.

    Args:
        observations: labels of N views of M instants.
        source: estimated bodies of the views.
        joint_set: of the labels.
    """
    observations, scales, swaps = _take_swaps_back(observations, source, joint_set)
    residuals = merge_views(source.lay(observations, scales), observations)
    outliers = find_outliers(residuals.local, observations)
    suspect = np.zeros((len(observations.instants), len(joint_set)), bool)
    for outlier in outliers:
        suspect[outlier.instant, outlier.joint] = True
    return Screening(observations, residuals, swaps, outliers, suspect)


def _take_swaps_back(
    observations: Observations, source: SourceViews, joint_set: JointSet
) -> tuple[Observations, FloatArray, list[Swap]]:
    """The labels in order, and (N,) the scales that they give."""
    joints, scales = source.pose(observations)
    swaps = find_swaps(joints, share_scales(scales, observations.subjects), observations, joint_set)
    observations = exchange_limbs(observations, swaps, joint_set)
    for swap in swaps:
        views = np.flatnonzero(
            (observations.instant_of >= swap.instants[0]) & (observations.instant_of <= swap.instants[1])
        )
        scales[views] = find_scales(joints[views], observations.labels[views], observations.usable[views])
    return observations, share_scales(scales, observations.subjects), swaps
