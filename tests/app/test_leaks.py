"""What every test of the window is looked through for afterwards is found."""

from __future__ import annotations

import multiprocessing
import threading
import time
from multiprocessing.shared_memory import SharedMemory
from typing import TYPE_CHECKING

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from tests.app.leaks import Leaks


def test_a_thread_is_found(leaks: Leaks) -> None:
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="left")
    thread.start()
    assert leaks.find() == ["left"]
    end.set()
    thread.join()
    assert leaks.find() == []


def test_a_process_is_found(leaks: Leaks) -> None:
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,), name="left")
    process.start()
    assert leaks.find() == ["left"]
    process.kill()
    process.join()
    assert leaks.find() == []


def test_shared_memory_is_found(leaks: Leaks) -> None:
    memory = SharedMemory(create=True, size=8)
    assert leaks.find() == [memory.name]
    memory.close()
    memory.unlink()
    assert leaks.find() == []


@pytest.mark.window
def test_a_timer_and_a_window_are_found(leaks: Leaks, qtbot: QtBot) -> None:
    timer, window = QTimer(), QLabel("left")
    timer.start(60_000)
    window.setWindowTitle("left")
    window.show()
    assert leaks.find() == ["a timer of 60000 ms", "window 'left'"]
    timer.stop()
    window.close()
    assert leaks.find() == []
