from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.jobs.child import Child, ChildError
from core.errors import RegressorError


def echo(connection: Connection, prefix: str) -> None:
    while True:
        message = connection.recv()
        if message == "raise":
            raise RegressorError("row 3 has no weights")
        if message == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        if message == "hang":
            time.sleep(1000)
        connection.send(prefix + message)


def drain(child: Child, received: list[str]) -> Callable[[], object]:
    return lambda: received.extend(child.receive())


def test_messages_go_there_and_back(pump: Callable[..., None]) -> None:
    child, received = Child(echo, "> ", name="test"), list[str]()
    for word in ("one", "two"):
        child.send(word)
    pump(drain(child, received), lambda: len(received) == 2)
    child.close()
    assert received == ["> one", "> two"]


@pytest.mark.parametrize(
    ("order", "message"),
    [("raise", "row 3 has no weights"), ("crash", "the test process was ended by SIGKILL")],
)
def test_a_child_that_fails_says_why(pump: Callable[..., None], order: str, message: str) -> None:
    child = Child(echo, "", name="test")
    child.send(order)
    with pytest.raises(ChildError, match=message):
        pump(drain(child, []), lambda: False)
    child.send("to nobody")
    child.close()


def test_a_child_that_hangs_is_stopped(pump: Callable[..., None]) -> None:
    child, received = Child(echo, "", name="test"), list[str]()
    child.send("here")
    pump(drain(child, received), lambda: received)
    child.send("hang")
    process_id = child.process_id
    assert process_id is not None
    child.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


PARENT = """
import sys, time
sys.path[:0] = {paths!r}
from app.jobs.child import Child
from test_child import echo

if __name__ == "__main__":
    child = Child(echo, "", name="orphan")
    child.send("here")
    while not list(child.receive()):
        time.sleep(0.01)
    print(child.process_id, flush=True)
    time.sleep(1000)
"""


def test_a_killed_parent_leaves_no_child(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    root = Path(__file__).resolve().parents[3]
    script.write_text(PARENT.format(paths=[str(root), str(Path(__file__).parent)]))
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert _is_running(child)
    parent.kill()
    _, errors = parent.communicate()
    assert errors == ""
    deadline = time.monotonic() + 10
    while _is_running(child):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.02)


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
