"""The engine that is this process itself: one item after the other, on all of its threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from core.engine.engine import ATTEMPTS, Outcome, Work, attempt
from core.parallel import count_workers


class InProcessEngine:
    """Does items here. What kills the worker kills the run, which goes on when it is resumed.

    Args:
        device: to work on.
    """

    def __init__(self, device: str) -> None:
        self.workers, self.device, self.threads = 1, device, count_workers()

    def map(self, work: Work, shared: Any, items: Iterable[Any]) -> Iterator[Outcome]:
        """See :meth:`core.engine.engine.Engine.map`."""
        for item in items:
            attempts = 0
            while True:
                reply, attempts = attempt(work, shared, item, self.device), attempts + 1
                if reply.refusal is not None:
                    raise reply.refusal
                if reply.error is None or attempts == ATTEMPTS:
                    break
            yield Outcome(item, reply.result, reply.error, attempts, reply.worker)

    def drain(self) -> Iterator[Outcome]:
        """Nothing is under way once it was interrupted."""
        return iter(())

    def close(self) -> None:
        """Nothing is to be ended."""

    def __enter__(self) -> InProcessEngine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
