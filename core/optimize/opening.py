"""The optimiser for where a problem is."""

from __future__ import annotations

from collections.abc import Mapping

from core.energy.discriminators import Discriminators
from core.optimize.cuda_graph import RecordedOptimizer
from core.optimize.direct import DirectOptimizer
from core.optimize.loop import Optimizer
from core.optimize.problem import Problem
from core.optimize.settings import Settings


def open_optimizer(
    problem: Problem,
    settings: Settings,
    *,
    scales: Mapping[str, float] | None = None,
    discriminators: Discriminators | None = None,
    hold_shape: bool = False,
) -> Optimizer:
    """One that records its steps on a card, one that takes them without a graph on the processor.

    Both give the bodies that a plain :class:`Optimizer` gives, which is their reference; its arguments are
    the same.
    """
    kind = RecordedOptimizer if problem.placed.is_cuda else DirectOptimizer
    return kind(problem, settings, scales=scales, discriminators=discriminators, hold_shape=hold_shape)
