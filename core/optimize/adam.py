"""Adam's step as one kernel, in place (Kingma and Ba, ICLR 2015, algorithm 1); the reference is PyTorch's."""

from __future__ import annotations

import math

from numba import njit

#: Second decay rate, and what keeps the division from zero.
SECOND_DECAY, EPSILON = 0.999, 1e-8


@njit(nogil=True, cache=True)
def take_adam_step(  # type: ignore[no-untyped-def]
    values, gradient, first, second, step, rate, momentum, second_decay, epsilon
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
        second_decay: second decay rate.
        epsilon: added to the root of the second moment.
    """
    reach = rate / (1 - momentum**step)
    spread = math.sqrt(1 - second_decay**step)
    for n in range(values.shape[0]):
        slope = gradient[n]
        first[n] += (1 - momentum) * (slope - first[n])
        second[n] = second_decay * second[n] + (1 - second_decay) * slope * slope
        values[n] -= reach * first[n] / (math.sqrt(second[n]) / spread + epsilon)
