"""What tests of the window's parts share: none may leave a thread, a process or shared memory behind."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SHARED_MEMORY = Path("/dev/shm")
#: Threads that Zarr starts once and keeps.
ZARRS_OWN = ("asyncio_", "zarr")


@pytest.fixture(autouse=True)
def no_leaks() -> Iterator[None]:
    threads, memory = set(threading.enumerate()), _list_memory()
    yield
    left = [
        thread.name
        for thread in set(threading.enumerate()) - threads
        if thread.is_alive() and not thread.name.startswith(ZARRS_OWN)
    ]
    left += [process.name for process in multiprocessing.active_children()]
    left += sorted(_list_memory() - memory)
    assert not left, f"left behind: {', '.join(left)}"


@pytest.fixture
def pump() -> Callable[..., None]:
    """Call ``poll`` until ``condition`` holds, as the window's timer does."""

    def run(poll: Callable[[], object], condition: Callable[[], object], *, seconds: float = 180.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "what was waited for did not come"
            poll()
            time.sleep(0.005)

    return run


def _list_memory() -> set[str]:
    return {path.name for path in SHARED_MEMORY.glob("psm_*")} if SHARED_MEMORY.is_dir() else set()
