"""What tests share: one small studio for the whole run, and copies of its project to change."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# As main.py does, and before anything loads torch: see core/parallel.py.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Before anything loads Triton, whose own functions are made for its interpreter or for a card, once for all.
if not Path("/dev/nvidiactl").exists():
    os.environ.setdefault("TRITON_INTERPRET", "1")

import pytest

from app.cli.main import main

_copies = itertools.count()


@pytest.fixture(scope="session")
def studio_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small studio, seed 3: dataset, truth and project. Not to be changed."""
    directory = tmp_path_factory.mktemp("studio")
    assert main(["demo", str(directory), "--seed", "3", "--size", "small"]) == 0
    return directory


@pytest.fixture(scope="session")
def project_small(studio_small: Path) -> Path:
    """The small studio's project. Not to be changed."""
    return studio_small / "project"


@pytest.fixture
def project_copy(studio_small: Path) -> Iterator[Path]:
    """A copy of the small studio's project beside its data set, to be changed by one test."""
    copy = studio_small / f"project-{next(_copies)}"
    shutil.copytree(studio_small / "project", copy)
    yield copy
    shutil.rmtree(copy)


@pytest.fixture
def run_json(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Runs a command, which must be done, and returns the JSON document that it prints."""

    def run(*words: Any) -> dict[str, Any]:
        capsys.readouterr()
        assert main([*map(str, words), "--json"]) == 0
        return dict(json.loads(capsys.readouterr().out))

    return run
