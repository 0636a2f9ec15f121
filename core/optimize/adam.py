"""Adam's step as one kernel, in place (Kingma and Ba, ICLR 2015, algorithm 1); the reference is PyTorch's."""

from __future__ import annotations

import math

from numba import njit

#: What keeps the division from zero.
EPSILON = 1e-8


@njit(nogil=True, cache=True)
def take_adam_step(  # type: ignore[no-untyped-def]
    values, gradient, first, second, step, rate, momentum, second_momentum
):
    """Move ``values`` and both moments, all (N,) of one float type.

    Args:
        values: variables, moved down the gradient.
        gradient: theirs.
        first: mean of the gradients so far.
        second: mean of their squares so far.
        step: number of this step, counted from 1.
        rate: step size.
        momentum: first decay rate.
        second_momentum: second decay rate.
    """
    reach = rate / (1 - momentum**step)
    spread = math.sqrt(1 - second_momentum**step)
    for n in range(values.shape[0]):
        slope = gradient[n]
        first[n] += (1 - momentum) * (slope - first[n])
        second[n] = second_momentum * second[n] + (1 - second_momentum) * slope * slope
        values[n] -= reach * first[n] / (math.sqrt(second[n]) / spread + EPSILON)
