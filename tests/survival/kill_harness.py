"""Kill a process at random moments of its work and look at what it leaves: KIND PROJECT KILLS.

Everything is imported once; each worker is a fork, so that a kill costs no more than the work itself. Prints
how many kills there were and ends with 0, or ends with the first thing that was lost.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # a fork may have no threads before it

import numpy as np
import torch

from core.optimize.batch import run_batch
from core.optimize.presets import get_preset
from core.optimize.warm_up import warm_up
from core.parallel import set_workers
from core.project.flags import ADD, REMOVE, Flag, add_flag
from core.project.project import Project

SETTINGS = replace(get_preset("paper"), iterations=1, schedule="blocks").with_term("adversarial", on=False)
Confirm = Callable[[str], object]


def fork(work: Callable[[Confirm], object], *, kill_after: float | None) -> list[str]:
    """Do work in a fork, and kill it after so many seconds; what it had confirmed until then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            work(lambda words: os.write(writing, f"{words}\n".encode()))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        confirmed = pipe.read().split()
    status = os.waitpid(child, 0)[1]
    if kill_after is None and status:
        sys.exit(f"what was left cannot be used: status {status}")
    return confirmed


def flag(project: Path, kills: int) -> None:
    """Every flag that was confirmed is there, each once in the journal, and can be undone."""
    known: list[str] = []

    def work(confirm: Confirm) -> None:
        with Project.open(project) as opened:
            while True:
                confirm(add_flag(opened, Flag("S1", "RAnkle", reason="r")).id)

    def check(confirm: Confirm) -> None:
        with Project.open(project) as opened:
            flags, entries = [found.id for found in opened.flags()], opened.journal.entries()
            assert set(known) <= set(flags), f"lost {set(known) - set(flags)}"
            assert len(flags) <= len(known) + kills  # one each may have been kept and not yet confirmed
            assert [(entry.kind, entry.inverse.kind) for entry in entries] == [(ADD, REMOVE)] * len(flags)

    for _ in range(kills):
        known += fork(work, kill_after=random.uniform(0.02, 0.4))
        fork(check, kill_after=None)


def refit(project: Path, kills: int) -> None:
    """Every version of a regressor that was confirmed is there and can be read."""
    known: list[str] = []

    def work(confirm: Confirm) -> None:
        with Project.open(project) as opened:
            fitted = replace(opened.read_regressor("J_std"), name="J_new")
            while True:
                confirm(str(opened.add_regressor(fitted).version))

    def check(confirm: Confirm) -> None:
        with Project.open(project) as opened:
            versions = opened.regressor_versions("J_new") if known else []
            assert {int(number) for number in known} <= {version.version for version in versions}
            for version in versions:
                opened.read_regressor("J_new", version.version)

    for _ in range(kills):
        known += fork(work, kill_after=random.uniform(0.05, 0.5))
        fork(check, kill_after=None)


def optimize(project: Path, kills: int) -> None:
    """A run that is killed again and again comes to the bits of one that never was."""

    def work(name: str) -> Callable[[Confirm], object]:
        def run(confirm: Confirm) -> None:
            with Project.open(project) as opened:
                rows = opened.rows_of("S1")[:12]
                run_batch(
                    opened, name, SETTINGS, rows=rows, regressor="J_std", resume=True, device="cpu",
                    workers=1, block=2,
                )  # fmt: skip

        return run

    def compare(name: str) -> Callable[[Confirm], object]:
        def look(confirm: Confirm) -> None:
            with Project.open(project) as opened:
                one, other = (opened.read_bodies(run, np.arange(len(opened.keys))) for run in ("whole", name))
                assert opened.read_run(name).state == "done"
                for part in ("global_orient", "body_pose", "betas", "transl"):
                    assert np.array_equal(getattr(one, part), getattr(other, part), equal_nan=True), part

        return look

    started = time.monotonic()
    fork(work("whole"), kill_after=None)
    length = time.monotonic() - started
    for number in range(-(-kills // 5)):
        name = f"killed-{number}"
        for _ in range(min(5, kills - 5 * number)):
            fork(work(name), kill_after=random.uniform(0.02, 0.9 * length))
        fork(work(name), kill_after=None)
        fork(compare(name), kill_after=None)


def migrate(project: Path, kills: int) -> None:
    """An old project is of the old version or of the new one, whole, and its flags are there."""
    old = (Path(__file__).parents[1] / "core" / "project" / "version-1.sql").read_text()

    def work(confirm: Confirm) -> None:
        Project.open(project).close()

    def check(confirm: Confirm) -> None:
        with Project.open(project) as opened:
            assert [found.reason for found in opened.flags()] == ["slipped"]
            assert opened.runs() == []
            assert opened.findings() == []

    for _ in range(kills):
        for stale in project.glob("project.sqlite*"):
            stale.unlink()
        connection = sqlite3.connect(project / "project.sqlite")
        connection.executescript(old)
        connection.close()
        fork(work, kill_after=random.uniform(0.0, 0.06))
        fork(check, kill_after=None)


def main(kind: str, project: Path, kills: int) -> None:
    """Work on a copy beside the project, which is removed again."""
    torch.set_num_threads(1)
    set_workers(1)
    if kind == "optimize":
        warm_up()
    random.seed(f"{kind} {kills}")
    copy = project.with_name(f"{project.name}-{kind}")
    shutil.copytree(project, copy)
    try:
        {"flag": flag, "refit": refit, "optimize": optimize, "migrate": migrate}[kind](copy, kills)
    finally:
        shutil.rmtree(copy)
    print(f"{kind}: {kills} kills, nothing lost")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
