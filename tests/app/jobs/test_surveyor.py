"""Errors of all frames are measured while nobody waits for anything else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path

import numpy as np
import pytest

from app.jobs import survey_process, surveyor
from app.jobs.jobs import Jobs
from app.jobs.survey_process import Hold, Order, run_survey
from app.jobs.surveyor import WAITS
from app.session.session import Session
from core.project.flags import Flag, add_flag
from core.project.project import Project


def test_the_process_rests_while_it_is_held(project_small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_process, "CHUNK", 4)
    monkeypatch.setattr(survey_process.os, "nice", lambda _: None)
    ours, theirs = Pipe()

    def serve() -> None:
        try:
            run_survey(theirs, project_small)
        except (EOFError, BrokenPipeError):
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    ours.send(Hold(on=True))
    ours.send(Order(1, "initial", ("J_std",), (0,)))
    assert not ours.poll(0.3)  # a chunk takes some milliseconds
    ours.send(Hold(on=False))
    assert ours.poll(60)
    assert ours.recv().batch == 1
    ours.close()
    thread.join(60)
    assert not thread.is_alive()


def test_flagged_labels_are_sifted_whenever_flags_change(
    project_copy: Path, pump: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveyor, "PATIENCE", 0.0)
    with Project.open(project_copy) as project:
        session = Session(project)
        keys, joint = project.keys, project.joint_set.index("RAnkle")
        shot = next(shot for shot in keys.shots if shot.subject == "S5")
        jobs = Jobs(session)

        def measure() -> tuple[np.ndarray, np.ndarray]:
            session.refresh_flags()
            pump(jobs.poll, lambda: not jobs.surveying)
            survey = session.errors.survey
            return survey.errors["J_std"].counts, survey.unflagged["J_std"].counts

        try:
            pump(jobs.poll, lambda: session.frame_data is not None)
            whole, unflagged = measure()
            np.testing.assert_array_equal(whole, unflagged)
            number = int(keys.numbers[shot.start])
            add_flag(project, Flag("S5", "RAnkle", shot.action, (number, number)))
            one_less = measure()[1]
            part = project.flag_mask(np.arange(len(keys)))
            assert part.sum() == (whole - one_less).sum() > 0
            assert one_less[keys.shots.index(shot), joint] == whole[keys.shots.index(shot), joint] - 1
            add_flag(project, Flag("S5", "RAnkle"))
            subjects = np.array([each.subject for each in keys.shots])
            assert not measure()[1][subjects == "S5", joint].any()
            project.journal.undo()
            project.journal.undo()
            np.testing.assert_array_equal(measure()[1], whole)
        finally:
            jobs.close()


def test_nothing_is_measured_where_no_regressor_reads_joints(
    session: Session, pump: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveyor, "PATIENCE", 0.0)
    session.regressors = {}
    jobs = Jobs(session)
    try:
        pump(jobs.poll, lambda: session.frame_data is not None)
        for _ in range(3):
            jobs.poll()
        assert not jobs.surveying
        assert not [job for job in session.jobs if job.kind == "survey"]
    finally:
        jobs.close()


@pytest.mark.slow
def test_a_survey_waits_for_a_live_run_and_comes_to_its_end_after_it(
    session: Session, pump: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveyor, "PATIENCE", 0.0)
    jobs = Jobs(session)
    try:
        jobs.live.step(1_000_000)
        pump(jobs.poll, lambda: session.optimisation.iteration > 0)
        waiting = next(job for job in session.jobs if job.kind == "survey")
        assert waiting.message == WAITS
        assert waiting.done == 0
        jobs.live.pause()
        pump(jobs.poll, lambda: not jobs.surveying)
        done = next(job for job in session.jobs if job.kind == "survey")
        assert (done.status, done.message) == ("done", "")
        assert np.isfinite(session.errors.survey.errors["J_std"].row_mm).any()
    finally:
        jobs.close()
