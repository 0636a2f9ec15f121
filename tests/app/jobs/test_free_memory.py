"""Free memory goes back to the system when a person rests, and now and then when they never do."""

from __future__ import annotations

import os
import sys
import threading
import time
from multiprocessing import Pipe
from pathlib import Path

import numpy as np
import pytest

from app.jobs import free_memory
from app.jobs.free_memory import FreeMemory, find_trim, receive_order


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_it_is_given_back_once_a_rest(clock: list[float]) -> None:
    given: list[float] = []
    memory = FreeMemory(lambda: given.append(clock[0]))
    for second in range(1, 8):  # somebody scrubs for three seconds, then rests
        clock[0] += 1
        memory.poll(max(0.0, second - 3))
    assert given == [1006.0]


def test_it_is_given_back_now_and_then_without_any_rest(clock: list[float]) -> None:
    given: list[float] = []
    memory = FreeMemory(lambda: given.append(clock[0]))
    for _ in range(100):
        clock[0] += 1
        memory.poll(0.0)
    assert len(given) == int(100 // (free_memory.LONGEST + 1))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's")
def test_holes_between_things_that_stay_are_given_back() -> None:
    """What a scrub leaves: pictures of some megabytes gone, small things after each of them still there."""
    hole = np.empty(33_000_000, np.uint8)  # from now on the C library keeps what is smaller in its heap
    del hole
    pictures, small = [], []
    for _ in range(40):
        pictures.append(np.ones(3_000_000, np.uint8))
        small.append(np.ones(2_000, np.uint8))
    full = measure_resident()
    pictures.clear()
    find_trim()()
    assert full - measure_resident() > 100e6
    assert len(small) == 40


def test_a_child_process_gives_it_back_once_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(free_memory, "REST", 0.05)
    monkeypatch.setattr(free_memory, "find_trim", lambda: lambda: given.append("rest"))
    ours, theirs = Pipe()
    ours.send("at once")
    assert receive_order(theirs) == "at once"
    assert not given
    later = threading.Timer(0.3, ours.send, ["later"])
    later.start()
    assert receive_order(theirs) == "later"
    assert given == ["rest"]
    ours.close()
    with pytest.raises(EOFError):
        receive_order(theirs)


def measure_resident() -> float:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))
