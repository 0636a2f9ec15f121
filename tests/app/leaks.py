"""What a test of the window may not leave behind: threads, processes, shared memory, timers, windows."""

from __future__ import annotations

import multiprocessing
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

SHARED_MEMORY = Path("/dev/shm")
#: Threads that Zarr starts once and keeps.
ZARRS_OWN = ("asyncio_", "zarr")


class Leaks:
    """Knows what there was when a test began, and finds what there is besides."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._threads, self._memory = set(threading.enumerate()), _list_memory()
        self._windows = _list_windows()
        self._timers: weakref.WeakSet[Any] = weakref.WeakSet()
        if "PyQt6.QtCore" in sys.modules:
            self._watch_timers(monkeypatch)

    def _watch_timers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from PyQt6.QtCore import QTimer

        start, timers = QTimer.start, self._timers

        def start_and_note(timer: QTimer, *interval: int) -> None:
            timers.add(timer)
            start(timer, *interval)

        monkeypatch.setattr(QTimer, "start", start_and_note)

    def find(self) -> list[str]:
        """Names of what was left behind."""
        left = [
            thread.name
            for thread in set(threading.enumerate()) - self._threads
            if thread.is_alive() and not thread.name.startswith(ZARRS_OWN)
        ]
        left += [process.name for process in multiprocessing.active_children()]
        left += sorted(_list_memory() - self._memory)
        left += [f"a timer of {timer.interval()} ms" for timer in self._timers if _is_running(timer)]
        return left + sorted(f"window {title!r}" for title in _list_windows() - self._windows)


def _list_memory() -> set[str]:
    return {path.name for path in SHARED_MEMORY.glob("psm_*")} if SHARED_MEMORY.is_dir() else set()


def _list_windows() -> set[str]:
    """Titles of the windows that are seen."""
    if "PyQt6.QtWidgets" not in sys.modules:
        return set()
    from PyQt6.QtWidgets import QApplication

    windows = QApplication.topLevelWidgets() if QApplication.instance() else []
    return {window.windowTitle() or type(window).__name__ for window in windows if window.isVisible()}


def _is_running(timer: Any) -> bool:
    from PyQt6 import sip

    return not sip.isdeleted(timer) and timer.isActive() and not timer.isSingleShot()
