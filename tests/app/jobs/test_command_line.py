from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.jobs.command_line import CommandLineError, run_command_line

ROOT = Path(__file__).resolve().parents[3]


class StopError(Exception):
    """Raised out of the progress, as a cancelled job does."""


def test_what_a_subcommand_prints_is_told_line_by_line(project_small: Path) -> None:
    said: list[str] = []
    words = ("flag", str(project_small), "list", "--json")
    last = run_command_line(words=words, progress=lambda done, total, message: said.append(message))
    assert last == "}"
    assert any('"flags"' in line for line in said)


def test_a_subcommand_that_fails_says_why(project_small: Path, tmp_path: Path) -> None:
    words = ("export", str(project_small), "regressor", "--name", "J_x", "--to", str(tmp_path / "a.npy"))
    with pytest.raises(CommandLineError, match="J_x"):
        run_command_line(words=words, progress=lambda done, total, message: None)


def test_progress_is_read_and_a_cancelled_subcommand_is_gone(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int, message: str) -> None:
        if total:
            told.append((done, total))
            raise StopError

    before = list_children()
    with pytest.raises(StopError):
        run_command_line(
            words=("demo", str(tmp_path / "studio"), "--size", "small", "--no-images"), progress=stop
        )
    assert told[0][1] > 0
    assert list_children() == before


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's end"
)
def test_a_subcommand_ends_with_the_process_that_ran_it(tmp_path: Path) -> None:
    words = ("demo", str(tmp_path / "studio"), "--size", "small", "--no-images")
    runner = (
        "from app.jobs.command_line import run_command_line\n"
        f"run_command_line(words={words!r}, progress=lambda *told: told[1] and print(flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", runner], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline()
        (child,) = list_children(parent.pid)
        parent.kill()
    deadline = time.monotonic() + 60
    while is_alive(child):
        assert time.monotonic() < deadline, "the subcommand outlived who ran it"
        time.sleep(0.02)


def is_alive(process: str) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and ") Z" not in status.read_text()


def list_children(process: int = os.getpid()) -> set[str]:
    task = Path(f"/proc/{process}/task/{process}/children")
    return set(task.read_text().split()) if task.exists() else set()
