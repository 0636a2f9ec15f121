"""Gives memory that is free back to the system, which the C library would keep.

Pictures of some megabytes lie in the heap among small things that outlive them, so that the holes they leave
are filled badly: over thousands of frames the heap grows, though what is in use does not. To have every
picture in pages of its own would cost more: 4 ms of page faults a frame.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

#: Seconds of rest before it is done, and seconds after which it is done without any.
REST, LONGEST = 2.0, 30.0


class FreeMemory:
    """Gives it back once when a person has come to rest, and now and then while they do not.

    Args:
        give_back: does it.
    """

    def __init__(self, give_back: Callable[[], None] | None = None) -> None:
        self._give_back = give_back or find_trim()
        self._given_at = time.monotonic()

    def poll(self, rest: float) -> None:
        """Give it back if it is time.

        Args:
            rest: seconds since a person last waited for something.
        """
        since = time.monotonic() - self._given_at
        if since > LONGEST or REST < rest < since:  # one rest, one time
            self._give_back()
            self._given_at = time.monotonic()


def receive_order(connection: Connection) -> Any:
    """What a child process is told next; what it has free goes back to the system while it waits for long.

    Raises:
        EOFError: the window closed the pipe.
    """
    if not connection.poll(REST):
        find_trim()()
    return connection.recv()


def find_trim() -> Callable[[], None]:
    """What gives free memory back here: glibc's ``malloc_trim``; elsewhere nothing does or need do."""
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            return lambda: trim(0)
    return lambda: None
