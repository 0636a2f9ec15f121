"""Projects to measure on, made by the command line in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal

from core.errors import JointlensError

_RUN = "import sys; from app.cli.main import main; sys.exit(main(sys.argv[1:]))"


def make_project(
    directory: Path, *, size: Literal["small", "audit"], seed: int = 0, pictures: bool = True
) -> Path:
    """A studio with its project and J_spin; returns the project's folder."""
    drawing = () if pictures else ("--no-images",)
    run_command("demo", str(directory), "--size", size, "--seed", str(seed), *drawing)
    project = directory / "project"
    run_command("refit", str(project), "--name", "J_spin")
    return project


def run_command(*arguments: str) -> str:
    """Run one of our command lines; returns what it prints.

    Raises:
        JointlensError: it failed; the message is its own.
    """
    ended = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        last = ended.stderr.strip().splitlines()[-1:] or ["no message"]
        raise JointlensError(f"{' '.join(arguments[:1])} for the bench failed: {last[0]}")
    return ended.stdout
