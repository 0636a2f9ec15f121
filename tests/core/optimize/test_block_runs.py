"""A run in blocks comes to the same bodies, bit for bit, whoever does them and whatever happens to them."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import SettingsError
from core.optimize import block_work, loop
from core.optimize.batch import run_batch
from core.optimize.presets import get_preset
from core.parallel import count_workers, set_workers
from core.project.flags import Flag, add_flag
from core.project.project import Project
from core.types import FloatArray

QUICK = replace(get_preset("paper"), iterations=2, schedule="blocks")
ROUNDS = replace(get_preset("jointlens"), iterations=2, rounds=1, round_iterations=2)
#: Of two training subjects, in six blocks of four; read through J_std.
OPTIONS = {"regressor": "J_std", "device": "cpu", "block": 4}


def choose_rows(project: Project) -> FloatArray:
    return np.concatenate([project.rows_of("S1")[:12], project.rows_of("S5")[:12]])


def read_all(project: Project, run: str) -> FloatArray:
    bodies = project.read_bodies(run, np.arange(len(project.keys)))
    return np.concatenate([bodies.global_orient, bodies.body_pose, bodies.betas, bodies.transl], axis=1)


@pytest.fixture(scope="module")
def whole_project(studio_small: Path) -> Iterator[Path]:
    """With runs that nobody interrupted, ``pair`` by two workers of one thread each. Not to be changed."""
    copy = studio_small / "project-whole"
    shutil.copytree(studio_small / "project", copy)
    with Project.open(copy) as project:
        run_batch(project, "whole", QUICK, rows=choose_rows(project), workers=1, **OPTIONS)
        run_batch(project, "pair", QUICK, rows=choose_rows(project), workers=2, **OPTIONS)
        small = pytest.MonkeyPatch()
        small.setattr("core.optimize.rounds.SHAPE_SAMPLE", 4)
        run_batch(project, "rounds", ROUNDS, rows=choose_rows(project), workers=1, **OPTIONS)
        small.undo()
    yield copy
    shutil.rmtree(copy)


@pytest.fixture
def expected(whole_project: Path) -> Callable[[str], FloatArray]:
    def read(run: str) -> FloatArray:
        with Project.open(whole_project, read_only=True) as project:
            return read_all(project, run)

    return read


@pytest.fixture
def project(project_copy: Path) -> Iterator[Project]:
    with Project.open(project_copy) as opened:
        yield opened


def stop_at(share: float) -> Callable[[int, int, str], None]:
    def stop(done: int, total: int, message: str) -> None:
        if "optimising" in message and done >= share * total:
            raise KeyboardInterrupt

    return stop


def test_a_run_in_blocks_tells_what_it_did(whole_project: Path) -> None:
    with Project.open(whole_project, read_only=True) as project:
        record = project.read_run("whole")
        assert (record.state, record.progress, record.details["seconds_left"]) == ("done", 1.0, 0)
        assert record.details["engine"] == "local"
        assert record.details["bodies_per_second"] > 0
        assert np.array_equal(np.flatnonzero(project.bodies_present("whole")), choose_rows(project))
        blocks = project.run_table.read_blocks("whole", 0)
        assert [(block.number, block.attempts, block.found) for block in blocks] == [
            (number, 1, {"off": {}}) for number in range(6)
        ]
        moved = read_all(project, "whole") - read_all(project, "spin")
        assert 0.001 < np.nanmedian(np.abs(moved)) < 0.2


@pytest.mark.parametrize("run", ["whole", "rounds"])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(
    project: Project, expected: Callable[[str], FloatArray], run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.optimize.rounds.SHAPE_SAMPLE", 4)
    settings = QUICK if run == "whole" else ROUNDS
    for share in (0.2, 0.5, 0.75):
        with pytest.raises(KeyboardInterrupt):
            run_batch(
                project, run, settings, rows=choose_rows(project), workers=1, resume=True,
                progress=stop_at(share), **OPTIONS,
            )  # fmt: skip
        assert project.read_run(run).state == "paused"
    # What is there of it can be read already, and what people flag meanwhile is for the next run.
    present = project.bodies_present(run)
    assert 0 < present.sum() <= len(choose_rows(project))
    assert np.isfinite(read_all(project, run)[present]).all()
    assert np.isnan(read_all(project, run)[~present]).all()
    add_flag(project, Flag("S1", "RAnkle", reason="later"))
    record = run_batch(project, run, settings, workers=1, resume=True, device="cpu")
    assert record.state == "done"
    assert np.array_equal(read_all(project, run), expected(run), equal_nan=True)
    assert not (project.path / "runs" / run / "index.sqlite").exists()


@pytest.mark.parametrize("engine", ["local", "ray"])
def test_two_workers_of_which_one_is_killed_come_to_the_same_bits(
    project: Project, expected: Callable[[str], FloatArray], engine: str
) -> None:
    if engine == "ray":
        pytest.importorskip("ray", reason="Ray is not installed")
    killed: list[int] = []

    def kill_one(done: int, total: int, message: str) -> None:
        if "optimising" in message and done and not killed:
            last = project.run_table.read_blocks("shared", 0)[-1]
            killed.append(int(last.worker.rpartition(":")[2]))
            os.kill(killed[0], signal.SIGKILL)

    record = run_batch(
        project, "shared", QUICK, rows=choose_rows(project), engine=engine, workers=2,
        progress=kill_one, **OPTIONS,
    )  # fmt: skip
    workers = {block.worker for block in project.run_table.read_blocks("shared", 0)}
    assert len(workers) >= 2
    assert killed
    assert (record.details["engine"], record.details["workers"]) == (engine, 2)
    assert np.array_equal(read_all(project, "shared"), expected("pair"), equal_nan=True)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As many threads here as each worker has."""
    workers, threads = count_workers(), torch.get_num_threads()
    set_workers(1)
    torch.set_num_threads(1)
    yield
    set_workers(workers)
    torch.set_num_threads(threads)


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_rounds_with_one_shape_a_subject_come_to_the_same_bits_on_every_engine(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    monkeypatch.setattr("core.optimize.rounds.SHAPE_SAMPLE", 4)
    bodies = []
    for run, where in (
        ("here", {"workers": 1}),
        ("local", {"workers": 2}),
        ("ray", {"workers": 2, "engine": "ray"}),
    ):
        record = run_batch(project, run, ROUNDS, rows=choose_rows(project), **where, **OPTIONS)
        assert (record.details["workers"], record.round) == (where["workers"], 1)
        bodies.append(read_all(project, run))
    assert np.isfinite(bodies[0]).all(axis=1).sum() == len(choose_rows(project))
    assert np.array_equal(bodies[0], bodies[1], equal_nan=True)
    assert np.array_equal(bodies[0], bodies[2], equal_nan=True)


def test_a_frame_that_no_worker_survives_is_set_aside_and_told(
    project: Project, expected: Callable[[str], FloatArray], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = choose_rows(project)[6]
    load = block_work.load_problem

    def fail(opened: Project, rows: FloatArray, **options: object) -> object:
        if bad in rows:
            raise ZeroDivisionError("a bad frame")
        return load(opened, rows, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(block_work, "load_problem", fail)
    # Without the discriminators' pilot, which reads frames by itself.
    settings = QUICK.with_term("adversarial", on=False)
    record = run_batch(project, "spared", settings, rows=choose_rows(project), workers=1, **OPTIONS)
    key = str(project.keys[bad])
    assert list(record.details["set_aside"]) == [key]
    assert "no worker survives it: ZeroDivisionError: a bad frame" in record.details["set_aside"][key]
    assert not project.bodies_present("spared")[bad]
    assert project.bodies_present("spared").sum() == len(choose_rows(project)) - 1


@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("kind", ["blocks", "sequential", "rounds"])
def test_a_body_that_comes_to_be_no_number_is_set_aside_at_any_step(
    project: Project, monkeypatch: pytest.MonkeyPatch, step: int, kind: str
) -> None:
    rows = choose_rows(project)
    settings = {
        "blocks": QUICK,
        "sequential": replace(QUICK, schedule="sequential"),
        "rounds": replace(ROUNDS, rounds=0),
    }[kind]
    settings = settings.with_term("adversarial", on=False)
    bad, advance = rows[6], loop.Optimizer.advance

    def strike(optimizer: loop.Optimizer, told: object = None) -> None:
        """Let the gradient of one body be NaN, as a division by zero anywhere in a term would."""
        if optimizer.iteration == step:
            with torch.no_grad():
                optimizer._sixd[optimizer.problem.rows == bad] = float("nan")
            optimizer._pose()
        advance(optimizer, told)

    run_batch(project, "clean", settings, rows=rows, workers=1, **OPTIONS)
    monkeypatch.setattr(loop.Optimizer, "advance", strike)
    record = run_batch(project, "struck", settings, rows=rows, workers=1, **OPTIONS)
    assert record.state == "done"
    reasons = record.details["set_aside"]
    assert list(reasons) == [str(project.keys[bad])]
    present = project.bodies_present("struck")
    assert np.array_equal(np.flatnonzero(present), rows[rows != bad])
    bodies = read_all(project, "struck")
    assert np.isfinite(bodies[present]).all()
    if kind != "rounds":  # where it takes part in its subject's shape
        assert np.array_equal(bodies[present], read_all(project, "clean")[present])


def test_what_goes_in_sequence_is_not_spread(project: Project) -> None:
    with pytest.raises(SettingsError, match="--schedule blocks"):
        run_batch(project, "paper", get_preset("paper"), workers=2)
    with pytest.raises(SettingsError, match="--schedule blocks"):
        run_batch(project, "paper", get_preset("paper"), engine="ray")


def test_a_run_goes_on_in_the_blocks_that_it_was_started_with(project: Project) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_batch(
            project, "mine", QUICK, rows=choose_rows(project), workers=1, progress=stop_at(0), **OPTIONS
        )
    with pytest.raises(SettingsError, match="blocks of 4 bodies, not 7"):
        run_batch(project, "mine", QUICK, resume=True, **{**OPTIONS, "block": 7})
    record = run_batch(project, "mine", QUICK, resume=True, workers=1, device="cpu")
    assert record.details["block"] == 4
