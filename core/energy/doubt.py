"""Compiled small layers of the discriminators, with their derivatives by hand, for any float type.

Only the two wide layers of the pose discriminator are worth a matrix product; around them stand dozens of
tiny operations, each of which costs PyTorch more to dispatch than to compute. Layers are told by weights
(out, in) and biases (out,), as :class:`torch.nn.Linear` has them; ``by_x`` is the gradient of ``x``.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

# All of fast-math but the promise that there are no NaN and infinities: bad input must come out as NaN.
_FASTMATH = {"nsz", "arcp", "contract", "afn", "reassoc"}


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def embed_joints(sixd, first, first_bias, second, second_bias, shallow, embedded):  # type: ignore[no-untyped-def]
    """Two layers with ReLU, the same for every joint: (N, 6) to ``shallow`` and ``embedded``, both (N, C)."""
    for n in range(sixd.shape[0]):
        for c in range(first.shape[0]):
            value = first_bias[c]
            for k in range(first.shape[1]):
                value += first[c, k] * sixd[n, k]
            shallow[n, c] = max(value, value * 0)
        for c in range(second.shape[0]):
            value = second_bias[c]
            for k in range(second.shape[1]):
                value += second[c, k] * shallow[n, k]
            embedded[n, c] = max(value, value * 0)


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def embed_joints_backward(by_embedded, first, second, shallow, embedded, by_sixd):  # type: ignore[no-untyped-def]
    """Derivative of :func:`embed_joints`; fills ``by_sixd`` (N, 6)."""
    by_shallow = np.empty(second.shape[1], by_embedded.dtype)
    for n in range(by_embedded.shape[0]):
        by_shallow[:] = 0
        for c in range(second.shape[0]):
            if embedded[n, c] > 0:
                for k in range(second.shape[1]):
                    by_shallow[k] += by_embedded[n, c] * second[c, k]
        by_sixd[n] = 0
        for c in range(first.shape[0]):
            if shallow[n, c] > 0:
                for k in range(first.shape[1]):
                    by_sixd[n, k] += by_shallow[c] * first[c, k]


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def judge_poses(  # type: ignore[no-untyped-def]
    embedded, upper, joint_weights, joint_biases, last, last_bias, doubts, by_embedded, by_upper
):
    """Verdicts on each joint and on the whole, the mean of ``(1 - D)²``, and its derivative.

    Args:
        embedded: (B, J, C).
        upper: the last hidden layer after its ReLU, (B, H).
        joint_weights, joint_biases: (J, C) and (J,).
        last, last_bias: (1, H) and (1,).
        doubts: output, (B,).
        by_embedded: output, what the joints' verdicts mean for it, (B, J, C).
        by_upper: output, before its ReLU, (B, H).
    """
    joints = embedded.shape[1]
    share = doubts.dtype.type(1 / (joints + 1))
    for b in range(embedded.shape[0]):
        total = share * 0
        for j in range(joints):
            logit = joint_biases[j]
            for c in range(embedded.shape[2]):
                logit += joint_weights[j, c] * embedded[b, j, c]
            verdict, slope = _judge(logit)
            total += (1 - verdict) * (1 - verdict)
            for c in range(embedded.shape[2]):
                by_embedded[b, j, c] = share * slope * joint_weights[j, c]
        logit = last_bias[0]
        for k in range(upper.shape[1]):
            logit += last[0, k] * upper[b, k]
        verdict, slope = _judge(logit)
        total += (1 - verdict) * (1 - verdict)
        doubts[b] = share * total
        for k in range(upper.shape[1]):
            by_upper[b, k] = share * slope * last[0, k] if upper[b, k] > 0 else 0


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def pull_back(by_output, weights, hidden, by_input):  # type: ignore[no-untyped-def]
    """``by_output @ weights`` where ``hidden`` (B, in) is above zero; skips rows whose factor is zero.

    For one body half of the matrix need not even be read.
    """
    for b in range(by_output.shape[0]):
        total = by_input[b]
        total[:] = 0
        for k in range(weights.shape[0]):
            factor = by_output[b, k]
            if factor != 0:
                for c in range(weights.shape[1]):
                    total[c] += factor * weights[k, c]
        for c in range(weights.shape[1]):
            if hidden[b, c] <= 0:
                total[c] = 0


@njit(nogil=True, cache=True, fastmath=_FASTMATH)
def judge_shapes(  # type: ignore[no-untyped-def]
    betas, first, first_bias, second, second_bias, last, last_bias, doubts, by_betas
):
    """Fill ``doubts`` (B,), the shape discriminator's ``(1 - D)²``, and their derivative ``by_betas``."""
    lower = np.empty(first.shape[0], betas.dtype)
    upper = np.empty(second.shape[0], betas.dtype)
    by_lower = np.empty(first.shape[0], betas.dtype)
    for b in range(betas.shape[0]):
        for c in range(first.shape[0]):
            value = first_bias[c]
            for k in range(first.shape[1]):
                value += first[c, k] * betas[b, k]
            lower[c] = max(value, value * 0)
        logit = last_bias[0]
        for c in range(second.shape[0]):
            value = second_bias[c]
            for k in range(second.shape[1]):
                value += second[c, k] * lower[k]
            upper[c] = max(value, value * 0)
            logit += last[0, c] * upper[c]
        verdict, slope = _judge(logit)
        doubts[b] = (1 - verdict) * (1 - verdict)
        by_lower[:] = 0
        for c in range(second.shape[0]):
            if upper[c] > 0:
                for k in range(second.shape[1]):
                    by_lower[k] += slope * last[0, c] * second[c, k]
        by_betas[b] = 0
        for c in range(first.shape[0]):
            if lower[c] > 0:
                for k in range(first.shape[1]):
                    by_betas[b, k] += by_lower[c] * first[c, k]


@njit(inline="always")
def _judge(logit):  # type: ignore[no-untyped-def]
    """Sigmoid, and the derivative of ``(1 - sigmoid)²``."""
    one = logit * 0 + 1
    verdict = one / (one + math.exp(-logit))
    return verdict, -2 * (1 - verdict) * verdict * (1 - verdict)
