"""The cheapest border between two kinds of pixels: a minimal cut (Boykov, Jolly, ICCV 2001).

OpenCV's GrabCut makes one, from colours and two mixtures of Gaussians over them. With one Gaussian each,
equally wide, what a pixel costs on either side differs in proportion to its value: so evidence of any origin
can be the picture, and the mixtures are left as they are.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from core.types import BoolArray, FloatArray

#: Evidence beyond which more makes no difference, log-odds; grey levels for one of it.
_MOST = 10.0
_GREY = 12.0
#: What evidence weighs against the length of the border.
_WEIGHT = 2.0
_MIDDLE, _VARIANCE = 128.0, 2000.0
#: Variance in the channels that do not count.
_FLAT = 1e6


def cut(odds: FloatArray, barred: BoolArray) -> BoolArray:
    """Which pixels (H, W) belong to the first kind: as the evidence says, with a short border where it leaps.

    Args:
        odds: log-odds (H, W) for the first kind.
        barred: pixels (H, W) that are of the second in any case.
    """
    grey = np.clip(_MIDDLE + _GREY * np.clip(odds, -_MOST, _MOST), 0, 255).astype(np.uint8)
    labels = np.where(odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[barred] = cv2.GC_BGD
    if len(np.unique(labels & 1)) == 2:
        apart = _WEIGHT * _VARIANCE / _GREY
        first, second = _make_mixture(_MIDDLE + apart / 2), _make_mixture(_MIDDLE - apart / 2)
        rectangle: Any = None  # the labels are given instead
        idle = np.full_like(grey, _MIDDLE)
        picture = np.dstack([grey, idle, idle])
        cv2.grabCut(picture, labels, rectangle, second, first, 1, cv2.GC_EVAL_FREEZE_MODEL)
    return (labels & 1) > 0


def _make_mixture(mean: float) -> FloatArray:
    """OpenCV's mixture of five (weights, means, covariances); one counts, and looks at one channel."""
    weights, means = np.array([1.0, 0, 0, 0, 0]), np.full((5, 3), _MIDDLE)
    covariances = np.tile(np.eye(3), (5, 1, 1))
    means[0, 0] = mean
    covariances[0] = np.diag([_VARIANCE, _FLAT, _FLAT])
    return np.concatenate([weights, means.ravel(), covariances.ravel()])[None]
