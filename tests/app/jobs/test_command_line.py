from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.jobs.command_line import CommandLineError, run_command_line


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


def list_children() -> set[str]:
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(task.read_text().split()) if task.exists() else set()
