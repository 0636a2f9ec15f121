"""Every iteration of the live run's variants, as parameters that vertices can be computed from."""

from __future__ import annotations

from collections.abc import Iterable

from app.jobs.live_messages import KEPT, Iteration
from core.types import BodyParameters


class LiveHistory:
    """Parameters by variant and iteration: the start and the last :data:`KEPT` ones."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[int, BodyParameters]] = {}

    def begin(self, variant: str, start: Iteration) -> None:
        """Keep the first variant's start, and nothing else."""
        self._kept = {variant: {0: start.parameters}}

    def add(self, variant: str, iterations: Iterable[Iteration]) -> None:
        """Keep more iterations of a variant."""
        kept = self._kept[variant]
        for iteration in iterations:
            number = iteration.energies.iteration
            kept[number] = iteration.parameters
            if number > KEPT:
                kept.pop(number - KEPT, None)

    def fork(self, variant: str, parent: str, iteration: int) -> None:
        """A new variant has its parent's iterations up to one."""
        self._kept[variant] = {n: body for n, body in self._kept[parent].items() if n <= iteration}

    def cut(self, variant: str, iteration: int) -> None:
        """Forget what came after an iteration."""
        self._kept[variant] = {n: body for n, body in self._kept[variant].items() if n <= iteration}

    def drop(self, variant: str) -> None:
        """Forget a variant."""
        self._kept.pop(variant, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def get(self, variant: str, iteration: int) -> BodyParameters | None:
        """The bodies of an iteration; None where it is not kept."""
        return self._kept.get(variant, {}).get(iteration)

    def describe(self, variant: str) -> str:
        """Which iterations there are, in words."""
        numbers = sorted(self._kept.get(variant, ()))
        if not numbers:
            return "there is no live run"
        if len(numbers) > 1 and numbers[1] > 1:
            return f"there are 0 and {numbers[1]} to {numbers[-1]}"
        return f"there are 0 to {numbers[-1]}"
