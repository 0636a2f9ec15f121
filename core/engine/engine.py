"""What an engine is: it does a function for many items, somewhere, and survives the workers that it loses.

Functions are importable and write what is large themselves, each item to a place of its own; only a few
numbers come back. What an item needs that all have in common is sent once, not with each.
"""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import JointlensError

#: Workers that may fail at an item before it is given up.
ATTEMPTS = 3

#: ``function(shared, item, device)``
Work = Callable[[Any, Any, str], Any]


@dataclass(frozen=True)
class Outcome:
    """What became of an item.

    Attributes:
        item: the item.
        result: what the function returned.
        error: what was wrong at the last attempt, if none succeeded.
        attempts: how many there were.
        worker: who did it: host and process.
    """

    item: Any
    result: Any = None
    error: str | None = None
    attempts: int = 1
    worker: str = ""


class Engine(Protocol):
    """Does items in any order, at most a few at a time; a context manager that ends its workers.

    Attributes:
        workers: how many items are under way at once.
        device: what each works on, for the record.
        threads: of each worker.
    """

    workers: int
    device: str
    threads: int

    def map(self, work: Work, shared: Any, items: Iterable[Any]) -> Iterator[Outcome]:
        """Do items, as workers come free; items are taken from the iterable only then.

        Args:
            work: ``function(shared, item, device)``, importable.
            shared: sent to each worker once.
            items: small and picklable.

        Yields:
            One outcome an item, as they come.

        Raises:
            JointlensError: the function raised it, since what is wrong would be wrong for all.
        """
        ...

    def drain(self) -> Iterator[Outcome]:
        """After :meth:`map` was interrupted: the outcomes of what is under way; nothing new is begun."""
        ...

    def close(self) -> None:
        """End the workers."""
        ...

    def __enter__(self) -> Engine: ...

    def __exit__(self, *error: object) -> None: ...


@dataclass(frozen=True)
class Reply:
    """What a worker says of one attempt.

    Attributes:
        worker: who.
        result: what the function returned.
        error: what it raised, as text for a person.
        refusal: what it raised, where this would be the same for every item.
        tries: how often it was tried before this was said.
    """

    worker: str
    result: Any = None
    error: str | None = None
    refusal: JointlensError | None = None
    tries: int = 1

    @property
    def succeeded(self) -> bool:
        """Whether there is a result."""
        return self.error is None and self.refusal is None


def attempt(work: Work, shared: Any, item: Any, device: str) -> Reply:
    """Do one item in this process."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    try:
        return Reply(worker, result=work(shared, item, device))
    except JointlensError as error:
        return Reply(worker, refusal=error)
    except Exception as error:  # noqa: BLE001 whatever it is, another worker tries, and then it is told
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Reply(worker, error=f"{type(error).__name__}: {error} ({place.filename}, line {place.lineno})")
