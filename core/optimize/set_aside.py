"""Batches in which a body may come to be no number: it is set aside, and the others go on without it.

A body whose evidence or start makes a step infinite or NaN stays so. Bodies that know nothing of each other
are not harmed by it; those that share a shape, or whose motion is to be smooth, are, so they are optimised
again without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingsError
from core.optimize.loop import Optimizer
from core.optimize.settings import Settings
from core.types import BodyParameters, BoolArray


@dataclass(frozen=True)
class Optimised:
    """A batch that was optimised.

    Attributes:
        rows: (n,) those that have a body.
        bodies: theirs, camera frame.
        optimizer: stands at their end, and at that of bodies that were set aside without harm to the others;
            None where no body is left.
        broken: rows that were set aside -> the step after which they were no numbers.
    """

    rows: NDArray[np.intp]
    bodies: BodyParameters
    optimizer: Optimizer | None
    broken: dict[int, int]


def optimize_batch(
    rows: NDArray[np.intp],
    settings: Settings,
    *,
    open_optimizer: Callable[[NDArray[np.intp]], Optimizer],
    coupled: bool,
) -> Optimised:
    """Optimise some rows to the settings' end, without those that come to be no numbers.

    Args:
        rows: (n,).
        settings: how many steps.
        open_optimizer: makes an optimiser of some of the rows.
        coupled: whether a broken body can harm the others.

    Raises:
        SettingsError: a shape that bodies share came to be no number, though no body did.
    """
    broken: dict[int, int] = {}
    while len(rows):
        optimizer = open_optimizer(rows)
        for _ in range(settings.iterations):
            optimizer.advance()
        whole = ~optimizer.find_broken().cpu().numpy()
        bodies = optimizer.read_bodies().to_parameters()
        if whole.all() and not np.isfinite(bodies.betas).all():
            raise SettingsError(
                f"the shape of {len(rows)} bodies came to be no number after {settings.iterations} steps, "
                "though no body did; try a smaller betas_step_size"
            )
        if whole.all() or not coupled:
            broken |= dict.fromkeys(rows[~whole].tolist(), settings.iterations)
            return Optimised(rows[whole], bodies[whole], optimizer, broken)
        whole, step = _find_first_broken(open_optimizer(rows), settings)
        broken |= dict.fromkeys(rows[~whole].tolist(), step)
        rows = rows[whole]
    nothing = BodyParameters(*(np.zeros((0, width), np.float32) for width in (3, 69, 10, 3)))
    return Optimised(rows, nothing, None, broken)


def _find_first_broken(optimizer: Optimizer, settings: Settings) -> tuple[BoolArray, int]:
    """Which bodies are whole after the first step that breaks one, before these harm others; and the step."""
    for step in range(1, settings.iterations + 1):
        optimizer.advance()
        broken = optimizer.find_broken().cpu().numpy()
        if broken.any():
            return ~broken, step
    raise SettingsError(
        f"bodies came to be no numbers once, and not when the same {settings.iterations} steps were taken "
        "again; the machine's memory or processor may be faulty"
    )
