"""A disk that is really full: one clear line, nothing confirmed lost, a run that goes on to the same bits.

The disk is a file system of 64 MiB in memory, which needs the right to mount one.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from core.errors import ProjectError
from core.optimize.batch import run_batch
from core.optimize.presets import get_preset
from core.project.flags import Flag, add_flag
from core.project.project import Project

FULL = "No space left on device|database or disk is full|disk I/O error|unable to open database file"
TOLD = rf"^/\S+: cannot be (written|opened) \(({FULL})\); free space on that disk and do it again"
SETTINGS = replace(get_preset("paper"), iterations=1, schedule="blocks")


@pytest.fixture
def project(project_copy: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the small studio's project on a disk of its own, which refers to the data set elsewhere."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"needs the right to mount a small disk: {mounted.stderr.strip()}")
    try:
        (disk / "dataset").symlink_to(project_copy.parent / "dataset")
        shutil.copytree(project_copy, disk / "project")
        yield disk / "project"
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(project: Path, *, leave: int) -> Path:
    """Take all but so many bytes of the project's disk; the file to remove again."""
    ballast = project.parent / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        while shutil.disk_usage(project).free > leave:
            stream.write(bytes(4096))
    return ballast


def test_flags_that_were_confirmed_are_there(project: Path) -> None:
    confirmed = []
    with Project.open(project) as opened:
        ballast = fill(project, leave=200 << 10)

        def flag_on() -> None:
            while True:
                confirmed.append(add_flag(opened, Flag("S1", "RAnkle", reason="r" * 500)).id)

        with pytest.raises(ProjectError, match=TOLD):
            flag_on()
        assert confirmed
        assert [flag.id for flag in opened.flags()] == confirmed  # a full disk can still be read
        ballast.unlink()
        confirmed.append(add_flag(opened, Flag("S1", "LAnkle", reason="there is room again")).id)
    with Project.open(project) as opened:
        assert [flag.id for flag in opened.flags()] == confirmed
        assert len(opened.journal.entries()) == len(confirmed)


def test_regressors_that_were_confirmed_can_be_read(project: Path) -> None:
    with Project.open(project) as opened:
        fitted = replace(opened.read_regressor("J_std"), name="J_new")
        ballast = fill(project, leave=3 << 20)
        kept = 0

        def store_on() -> None:
            nonlocal kept
            while True:
                kept = opened.add_regressor(fitted).version

        with pytest.raises(ProjectError, match=TOLD):
            store_on()
        assert kept
        ballast.unlink()
    with Project.open(project) as opened:
        assert [found.version for found in opened.regressor_versions("J_new")] == list(range(1, kept + 1))
        for version in range(1, kept + 1):
            opened.read_regressor("J_new", version)
        assert opened.add_regressor(fitted).version == kept + 1
    assert not list(project.rglob("*.partial"))


@pytest.mark.parametrize(
    ("moment", "bodies"),
    [("before", 0), ("pilot", 0), ("optimising", 0), ("optimising", 2), ("optimising", 6)],
)
def test_a_run_goes_on_to_the_same_bits(project: Path, moment: str, bodies: int) -> None:
    def run(name: str, *, resume: bool = False, progress: Callable[..., None] | None = None) -> None:
        with Project.open(project) as opened:
            rows = opened.rows_of("S1")[:8]
            run_batch(
                opened, name, SETTINGS, rows=rows, regressor="J_std", resume=resume, device="cpu", workers=1,
                block=2, progress=progress,
            )  # fmt: skip

    run("whole")
    ballast = fill(project, leave=0) if moment == "before" else None

    def fill_midway(done: int, total: int, message: str) -> None:
        nonlocal ballast
        if moment in message and done >= bodies and ballast is None:
            ballast = fill(project, leave=0)

    with pytest.raises(ProjectError, match=TOLD):
        run("filled", progress=fill_midway)
    assert ballast is not None
    ballast.unlink()
    run("filled", resume=True)
    with Project.open(project) as opened:
        assert opened.read_run("filled").state == "done"
        one, other = (opened.read_bodies(name, np.arange(len(opened.keys))) for name in ("whole", "filled"))
        assert np.isfinite(one.betas).any()
        for part in ("global_orient", "body_pose", "betas", "transl"):
            np.testing.assert_array_equal(getattr(one, part), getattr(other, part))


def test_the_command_line_says_so_in_one_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ballast = fill(project, leave=0)
    flag = ["flag", str(project), "add", "--subject", "S1", "--joint", "RAnkle", "--reason", "r"]
    optimize = ["optimize", str(project), "--run", "paper", "--regressor", "J_std", "--device", "cpu"]
    for words in (flag, optimize):
        assert main(words) == 1
        told = capsys.readouterr().err.splitlines()
        assert len([line for line in told if line.startswith("jointlens: ")]) == 1
        assert "free space" in told[-1]
    ballast.unlink()
    assert main(flag) == 0


def test_making_a_project_on_a_full_disk_leaves_nothing(project: Path, studio_small: Path) -> None:
    ballast = fill(project, leave=300 << 10)
    dataset, made = studio_small / "dataset", project.parent / "made"
    estimates = next((dataset / "estimates").glob("*.npz"))
    words = [
        "import", str(made), "--dataset", str(dataset), "--body", str(dataset / "body" / "SMPL_NEUTRAL.pkl"),
        "--estimates", f"spin={estimates}", "--regressor", f"J_std={dataset / 'J_regressor_h36m.npy'}",
    ]  # fmt: skip
    assert main(words) == 1
    assert not made.exists()
    assert sorted(path.name for path in project.parent.iterdir()) == ["ballast", "dataset", "project"]
    ballast.unlink()
    assert main(words) == 0
    Project.open(made).close()


def test_a_disk_mounted_read_only_can_be_looked_at(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(project.parent)], check=True)
    with Project.open(project, exclusive=True) as opened:
        assert opened.read_only
        assert not opened.locked_by_other
        assert np.isfinite(opened.read_bodies("initial", opened.rows_of("S1")).betas).any()
        with pytest.raises(
            ProjectError, match=r"is open read-only; .* copy the folder to where you may write"
        ):
            add_flag(opened, Flag("S1", "RAnkle", reason="r"))
    assert main(["flag", str(project), "list"]) == 0
    assert main(["flag", str(project), "add", "--subject", "S1", "--joint", "RAnkle", "--reason", "r"]) == 1
    assert "is open read-only" in capsys.readouterr().err.replace("\n", " ")
