"""The job process: runs one task after another, reports progress, stops when told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from app.jobs.free_memory import receive_order
from app.session.job_record import JobStatus
from core.errors import JointlensError

#: Seconds between two progress messages.
PROGRESS_INTERVAL = 0.1


@dataclass(frozen=True)
class Task:
    """A function to call with ``arguments`` and ``progress(done, total, message)``; it returns a sentence."""

    job: int
    function: Callable[..., str]
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cancel:
    """Stop the running task at its next progress."""

    job: int


@dataclass(frozen=True)
class Progressed:
    """How far a task is."""

    job: int
    done: int
    total: int
    message: str


@dataclass(frozen=True)
class Ended:
    """A task is over; ``message`` is its result or why it failed."""

    job: int
    status: JobStatus
    message: str


class CancelledError(Exception):
    """Raised out of a task's progress callback to stop it."""


def run_worker(connection: Connection) -> None:
    """Body of the child process; ends by EOFError when the window closes the pipe."""
    while True:
        message = receive_order(connection)
        if isinstance(message, Task):
            connection.send(run_task(connection, message))


def run_task(connection: Connection, task: Task) -> Ended:
    """Run one task to its end, its failure or its cancelling."""
    reported = ("", 0.0)

    def progress(done: int, total: int, message: str) -> None:
        nonlocal reported
        while connection.poll():
            order = connection.recv()
            if isinstance(order, Cancel) and order.job == task.job:
                raise CancelledError
        now = time.monotonic()
        if message != reported[0] or now - reported[1] > PROGRESS_INTERVAL or done == total:
            reported = (message, now)
            connection.send(Progressed(task.job, done, total, message))

    try:
        return Ended(task.job, "done", task.function(progress=progress, **task.arguments))
    except CancelledError:
        return Ended(task.job, "cancelled", "cancelled")
    except JointlensError as error:
        return Ended(task.job, "failed", str(error))
