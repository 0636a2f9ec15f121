"""The tutorials' commands, run one after the other in an empty folder, on the small studio."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.cli.main import main
from tests.docs.blocks import ROOT, read_blocks, read_commands

#: What is added to a subcommand here, so that a page takes seconds: a few instants of three subjects.
ADDED = {
    "optimize": ["--frames", "S1/*/*/000001,S5/*/*/000001,S8/*/*/000001", "--device", "cpu"],
    "audit": ["--no-influence"],
}


@pytest.fixture
def folder(studio_small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the reader stands, after ``demo D --no-images`` has run, whatever other tests have drawn."""
    studio = tmp_path / "D"
    shutil.copytree(
        studio_small / "dataset", studio / "dataset", ignore=shutil.ignore_patterns("imageSequence")
    )
    (studio / "truth").symlink_to(studio_small / "truth")
    shutil.copytree(studio_small / "project", studio / "project")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def follow(page: str) -> list[str]:
    """Do what a page says; gives the subcommands that ran."""
    done = []
    for block in read_blocks(ROOT / "docs" / page):
        if block.language == "python":
            exec(compile(block.text, page, "exec"), {"__name__": "__main__"})
        for words in read_commands(block):
            if words[0] in ("demo", "inspect"):
                continue  # made by the fixture; a window
            assert main([*words, *ADDED.get(words[0], ())]) == 0, " ".join(words)
            done.append(words[0])
    return done


@pytest.mark.slow
def test_data_of_ones_own_becomes_a_regressor(folder: Path) -> None:
    done = follow("tutorial_own_data.md")
    assert {"import", "refit", "optimize", "evaluate", "export"} <= set(done)
    assert (folder / "J_mine.npy").is_file()
    assert (folder / "mine.npz").is_file()


@pytest.mark.slow
def test_the_studio_is_audited_refitted_and_compared(folder: Path) -> None:
    done = follow("tutorial_studio.md")
    assert {"refit", "optimize", "audit", "flag", "score"} <= set(done)
    assert (folder / "J_opt.npy").is_file()
