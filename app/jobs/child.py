"""One spawned child process and the pipe to it.

Children are daemons and end by themselves when the pipe closes, so none outlives the window, however that
ends. They start by *spawn*: a fork of a process with threads and a display connection is not safe.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any

from core.errors import JointlensError

#: Seconds that a child has for ending by itself before it is terminated.
GRACE = 2.0


class ChildError(JointlensError):
    """A child process failed or ended without being asked to."""


class Child:
    """A child process that runs ``main(connection, *arguments)``.

    Args:
        main: importable function; it ends when ``connection.recv()`` raises EOFError.
        arguments: picklable.
        name: what error messages call it.
    """

    def __init__(self, main: Callable[..., None], *arguments: Any, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.name = name
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=run_child, args=(main, theirs, *arguments), daemon=True, name=f"jointlens {name}"
        )
        self._process.start()
        theirs.close()

    @property
    def process_id(self) -> int | None:
        """The operating system's number of the process."""
        return self._process.pid

    def send(self, message: object) -> None:
        """Send a message; one to a child that is gone is dropped, :meth:`receive` tells of it."""
        try:
            self._connection.send(message)
        except (BrokenPipeError, ConnectionResetError):
            return

    def receive(self) -> Iterator[Any]:
        """The messages that have come since, without waiting.

        Raises:
            ChildError: the child failed; the message says why.
        """
        try:
            while self._connection.poll():
                message = self._connection.recv()
                if isinstance(message, ChildError):
                    raise message
                yield message
        except (EOFError, OSError):  # at the end of a message, or in the middle of one
            self._process.join(GRACE)
            raise ChildError(f"the {self.name} process {self._describe_end()}") from None

    def close(self) -> None:
        """End the child: ask by closing the pipe, then terminate, then kill."""
        self._connection.close()
        self._process.join(GRACE)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(GRACE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.is_alive()

    def terminate(self) -> None:
        """Have the child end at once, without waiting; :meth:`close` it once it is no longer alive."""
        self._process.terminate()

    def stop(self) -> None:
        """End the child at once."""
        self.terminate()
        self.close()

    def _describe_end(self) -> str:
        code = self._process.exitcode
        if code is None:
            return "closed its pipe"
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended unexpectedly with exit code {code}"


def run_child(main: Callable[..., None], connection: Connection, *arguments: Any) -> None:
    """Body of every child process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent decides
    faulthandler.enable()
    try:
        main(connection, *arguments)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent closed the pipe, or is gone
    except JointlensError as error:
        connection.send(ChildError(str(error)))
    except Exception as error:
        connection.send(ChildError(f"{type(error).__name__}: {error}"))
        raise  # the traceback goes to stderr
