from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.jobs.jobs import Jobs
from app.session.changes import Change
from app.session.session import Session
from core.errors import ProjectError
from core.project.project import Project


@pytest.fixture
def jobs(session: Session) -> Iterator[Jobs]:
    jobs = Jobs(session)
    yield jobs
    jobs.close()


def test_a_refit_runs_beside_the_window_and_its_joints_appear(
    jobs: Jobs, session: Session, pump: Callable[..., None]
) -> None:
    job = jobs.refit("initial", "J_spin", compare=False)
    assert not jobs.idle
    pump(jobs.poll, lambda: not jobs.working)
    assert session.jobs[job - 1].status == "done"
    assert "J_spin" in session.project.regressor_names()
    assert session.appearance.shown_regressors == ("J_std", "J_spin")
    pump(jobs.poll, lambda: session.frame_data is not None and "J_spin" in session.frame_data.joints)
    assert session.shown.joints("J_spin") is not None
    assert session.project.journal.entries() == []


def test_a_picture_is_drawn_when_it_is_first_looked_at(
    jobs: Jobs, session: Session, pump: Callable[..., None]
) -> None:
    row = len(session.project.keys) - 1
    session.project.image_path(row).unlink(missing_ok=True)
    session.go_to(row)
    pump(jobs.poll, lambda: session.frame_data is not None)
    assert session.frame_data is not None
    assert session.frame_data.image is None
    assert session.frame_data.image_note == "this picture is being drawn"
    pump(jobs.poll, lambda: jobs.idle)
    assert session.frame_data.image is not None
    assert session.frame_data.image.shape[2] == 3


def test_a_batch_makes_bodies_that_can_be_shown(
    jobs: Jobs, session: Session, pump: Callable[..., None]
) -> None:
    settings = replace(session.terms, iterations=2)
    job = jobs.optimize("quick", settings, source="initial", regressor=session.pulling_regressor)
    pump(jobs.poll, lambda: not jobs.working)
    assert session.jobs[job - 1].status == "done"
    session.show_bodies("quick")
    pump(jobs.poll, lambda: jobs.idle)
    assert session.frame_data is not None
    assert session.frame_data.vertices is not None


def test_a_failing_refit_is_told(jobs: Jobs, session: Session, pump: Callable[..., None]) -> None:
    job = jobs.refit("nobody", "J_spin", compare=False)
    pump(jobs.poll, lambda: not jobs.working)
    assert session.jobs[job - 1].status == "failed"
    assert "nobody" in session.status
    assert "nobody" in jobs.take_failure()


def test_a_read_only_project_is_not_refitted(session: Session) -> None:
    with Project.open(session.project.path, exclusive=True) as second:
        assert second.locked_by_other
        other = Session(second)
        jobs = Jobs(other)
        try:
            with pytest.raises(ProjectError, match="read-only"):
                jobs.refit("initial", "J_spin", compare=False)
        finally:
            jobs.close()


def test_playback_goes_forward_and_stops_at_the_end_of_the_sequence(
    jobs: Jobs, session: Session, pump: Callable[..., None]
) -> None:
    pump(jobs.poll, lambda: session.frame_data is not None)
    shown: list[int] = [session.row]

    def note(change: Change) -> None:
        assert threading.current_thread() is threading.main_thread()
        if change & Change.FRAME_DATA and session.frame_data is not None:
            shown.append(session.frame_data.row)

    session.changed.connect(note)
    session.set_playing(True)
    pump(jobs.poll, lambda: not session.playing)
    assert session.row == 3
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 3)


def test_scrubbing_never_mixes_two_frames(jobs: Jobs, session: Session, pump: Callable[..., None]) -> None:
    keys = session.project.keys
    for row in (*range(0, 40, 3), *range(40, 0, -7)):
        session.go_to(row)
        jobs.poll()
        frame = session.frame_data
        if frame is not None:
            assert frame.key == keys[frame.row]
            np.testing.assert_array_equal(
                frame.label_joints, session.project.labels(np.array([frame.row]))[0]
            )
    pump(jobs.poll, lambda: session.frame_data is not None and session.frame_data.row == session.row)
