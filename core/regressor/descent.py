"""Fit a row of a joint regressor by descent through a ReLU, as the paper's released code does.

Weights are ``relu(u) / sum(relu(u))`` and Adam moves ``u``. The gradient of a ReLU is zero where it is zero:
a vertex without weight at the start never gets any, and one whose weight falls to zero is lost for good.
Non-negative least squares (:mod:`core.regressor.fit`) has neither limit; this is here to be compared with.
"""

from __future__ import annotations

import numpy as np

from core.types import FloatArray

#: Steps of Adam over all bodies, and its rate, in units of weight.
STEPS = 2000
STEP_SIZE = 1e-3
_MOMENTUM, _SECOND, _EPSILON = 0.9, 0.999, 1e-8


def descend_weights(gram: FloatArray, target: FloatArray, start: FloatArray) -> FloatArray:
    """Weights that lower ``w' gram w - 2 w' target`` from a start.

    Args:
        gram: (C, C), the mean over labels.
        target: (C,), the mean over labels.
        start: (C,) weights, some of them positive; only these can change.

    Returns:
        (C,) non-negative, sum one.
    """
    raw = np.maximum(start, 0).astype(np.float64)
    first, second = np.zeros_like(raw), np.zeros_like(raw)
    for step in range(1, STEPS + 1):
        slope = find_slope(raw, gram, target)
        first = _MOMENTUM * first + (1 - _MOMENTUM) * slope
        second = _SECOND * second + (1 - _SECOND) * slope**2
        rate = STEP_SIZE / (1 - _MOMENTUM**step)
        raw = raw - rate * first / (np.sqrt(second / (1 - _SECOND**step)) + _EPSILON)
    weights = np.maximum(raw, 0)
    return weights / weights.sum()


def find_slope(raw: FloatArray, gram: FloatArray, target: FloatArray) -> FloatArray:
    """Gradient of the error by the weights before ReLU and normalising, (C,)."""
    positive = np.maximum(raw, 0)
    total = positive.sum()
    weights = positive / total
    by_weights = 2 * (gram @ weights - target)
    return np.where(raw > 0, (by_weights - by_weights @ weights) / total, 0.0)
