from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from app.jobs.job_queue import JobQueue
from app.session.job_record import JobRecord
from core.errors import RegressorError, SettingsError


def count(*, to: int, progress: Callable[[int, int, str], None]) -> str:
    for number in range(to):
        progress(number, to, "counting")
        time.sleep(0.01)
    return f"counted to {to}"


def count_twice(*, to: int, progress: Callable[[int, int, str], None]) -> str:
    count(to=to, progress=progress)
    return count(to=2 * to, progress=lambda done, total, _: progress(done, total, "counting on"))


def repeat(*, progress: Callable[[int, int, str], None]) -> str:
    progress(1, 1, "all is here")
    return "all is here"


def sleep(*, progress: Callable[[int, int, str], None]) -> str:
    progress(0, 1, "asleep")
    time.sleep(600)
    return "awake"


def fail(*, progress: Callable[[int, int, str], None]) -> str:
    raise RegressorError("no labels are left")


class Records:
    """The part of a session that keeps job records."""

    def __init__(self) -> None:
        self.jobs: tuple[JobRecord, ...] = ()
        self.status = ""

    @property
    def next_job(self) -> int:
        return len(self.jobs) + 1

    def receive_job(self, job: JobRecord) -> None:
        self.jobs = (*self.jobs[: job.id - 1], job, *self.jobs[job.id :])

    def set_status(self, status: str) -> None:
        self.status = status


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
def queue(records: Records) -> Iterator[JobQueue]:
    queue = JobQueue(records)  # type: ignore[arg-type]
    yield queue
    queue.close()


def submit(queue: JobQueue, function: Callable[..., str] = count, **arguments: object) -> SimpleNamespace:
    state = SimpleNamespace(done=False)

    def finish() -> None:
        state.done = True

    state.job = queue.submit(function, arguments, kind="test", title="Count", when_done=finish)
    return state


def test_what_a_job_says_last_is_told_once(
    queue: JobQueue, records: Records, pump: Callable[..., None]
) -> None:
    submit(queue, repeat)
    pump(queue.poll, lambda: not queue.busy)
    assert records.jobs[0].log == ("all is here",)


def test_jobs_run_one_after_another(queue: JobQueue, records: Records, pump: Callable[..., None]) -> None:
    first, second = submit(queue, to=3), submit(queue, to=2)
    assert [job.status for job in records.jobs] == ["running", "queued"]
    pump(queue.poll, lambda: not queue.busy)
    assert [job.status for job in records.jobs] == ["done", "done"]
    assert [job.message for job in records.jobs] == ["counted to 3", "counted to 2"]
    assert records.jobs[0].log == ("counting", "counted to 3")
    assert first.done
    assert second.done
    assert records.status == "counted to 2"


def test_progress_and_remaining_time_are_told(
    queue: JobQueue, records: Records, pump: Callable[..., None]
) -> None:
    submit(queue, to=100)
    pump(queue.poll, lambda: records.jobs[0].done > 5)
    job = records.jobs[0]
    assert job.total == 100
    assert job.remaining is not None
    assert job.remaining > 0


def test_each_stage_has_a_pace_of_its_own() -> None:
    begun = JobRecord(1, "optimize", "Go on", "running", done=900, total=1000, stage_done=900, elapsed=60.0)
    assert begun.remaining is None  # what was done before this job tells nothing about its pace
    job = replace(begun, done=910, elapsed=80.0, stage_elapsed=60.0)
    assert job.rate == pytest.approx(0.5)
    assert job.remaining == pytest.approx(180.0)


def test_another_total_begins_another_stage(
    queue: JobQueue, records: Records, pump: Callable[..., None]
) -> None:
    submit(queue, count_twice, to=30)
    pump(queue.poll, lambda: records.jobs[0].total == 60)
    assert records.jobs[0].stage_elapsed > 0
    pump(queue.poll, lambda: not queue.busy)
    assert records.jobs[0].log == ("counting", "counting on", "counted to 60")


def test_a_running_job_stops_when_cancelled(
    queue: JobQueue, records: Records, pump: Callable[..., None]
) -> None:
    running, waiting = submit(queue, to=10_000), submit(queue, to=1)
    pump(queue.poll, lambda: records.jobs[0].total)
    queue.cancel(running.job)
    pump(queue.poll, lambda: not queue.busy)
    assert [job.status for job in records.jobs] == ["cancelled", "done"]
    assert not running.done
    assert waiting.done


def test_a_job_that_does_not_listen_is_ended_and_the_next_runs(
    queue: JobQueue, records: Records, pump: Callable[..., None]
) -> None:
    deaf, waiting = submit(queue, sleep), submit(queue, to=1)
    pump(queue.poll, lambda: records.jobs[0].total)
    queue.cancel(deaf.job)
    assert records.jobs[0].message == "stopping"
    pump(queue.poll, lambda: not queue.busy)
    assert [job.status for job in records.jobs] == ["cancelled", "done"]
    assert waiting.done


def test_a_queued_job_is_taken_off_the_queue(
    queue: JobQueue, records: Records, pump: Callable[..., None]
) -> None:
    submit(queue, to=2)
    waiting = submit(queue, to=1)
    queue.cancel(waiting.job)
    pump(queue.poll, lambda: not queue.busy)
    assert [job.status for job in records.jobs] == ["done", "cancelled"]
    with pytest.raises(SettingsError, match="job 2 is not running"):
        queue.cancel(waiting.job)


def test_a_failure_is_told_once_and_the_next_job_runs(
    queue: JobQueue, records: Records, pump: Callable[..., None]
) -> None:
    submit(queue, fail)
    submit(queue, to=1)
    pump(queue.poll, lambda: not queue.busy)
    assert [job.status for job in records.jobs] == ["failed", "done"]
    assert queue.take_failure() == "Count: no labels are left"
    assert queue.take_failure() == ""
