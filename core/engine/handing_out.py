"""How an engine with workers hands items out: the next to whoever is free, a failed one to another worker."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.engine.engine import ATTEMPTS, Outcome, Reply

_NONE = object()


@dataclass(frozen=True)
class Attempt:
    """An item in the hands of a worker.

    Attributes:
        worker: its number.
        item: the item.
        number: of the attempt, from 1.
    """

    worker: int
    item: Any
    number: int


class HandingOut(ABC):
    """The part that engines with workers share; how an attempt is begun and waited for is theirs.

    Attributes:
        workers: how many there are, numbered from 0.
    """

    workers: int

    def __init__(self) -> None:
        self._under_way: dict[Any, Attempt] = {}

    @abstractmethod
    def _begin(self, attempt: Attempt) -> Any:
        """Begin an attempt, and give what it is told by until it is collected."""

    @abstractmethod
    def _wait(self, under_way: Mapping[Any, Attempt]) -> Iterator[tuple[Any, Reply]]:
        """Wait until one or more attempts have ended, and give their replies."""

    @abstractmethod
    def close(self) -> None:
        """See :meth:`core.engine.engine.Engine.close`."""

    def _hand_out(self, items: Iterable[Any]) -> Iterator[Outcome]:
        """Do items as workers come free; one outcome each."""
        waiting, again = iter(items), deque[tuple[Any, int]]()
        free = list(reversed(range(self.workers)))
        while True:
            while free:
                item, number = again.popleft() if again else (next(waiting, _NONE), 1)
                if item is _NONE:
                    break
                attempt = Attempt(free.pop(), item, number)
                self._under_way[self._begin(attempt)] = attempt
            if not self._under_way:
                return
            for attempt, reply in self._collect():
                free.append(attempt.worker)
                if reply.refusal is not None:
                    raise reply.refusal
                tries = attempt.number - 1 + reply.tries
                if reply.error is not None and tries < ATTEMPTS:
                    again.append((attempt.item, tries + 1))
                else:
                    yield Outcome(attempt.item, reply.result, reply.error, tries, reply.worker)

    def drain(self) -> Iterator[Outcome]:
        """See :meth:`core.engine.engine.Engine.drain`."""
        while self._under_way:
            for attempt, reply in self._collect():
                if reply.succeeded:
                    yield Outcome(attempt.item, reply.result, None, attempt.number, reply.worker)

    def _collect(self) -> list[tuple[Attempt, Reply]]:
        ended = list(self._wait(self._under_way))
        return [(self._under_way.pop(told), reply) for told, reply in ended]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
