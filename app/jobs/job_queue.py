"""The jobs that a person starts and waits for: one runs, the others queue."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.jobs.child import Child, ChildError
from app.jobs.worker_process import Cancel, Ended, Progressed, Task, run_worker
from app.session.job_record import JobRecord, JobStatus
from app.session.session import Session
from core.errors import SettingsError

#: Seconds that a job has for stopping by itself after it was cancelled.
CANCEL_GRACE = 1.3
#: Lines that a job's log keeps.
MOST_LINES = 2000


class JobQueue:
    """Runs tasks in one child process and keeps the session's job records."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._child: Child | None = None
        self._ending: list[Child] = []
        self._tasks: dict[int, Task] = {}
        self._when_done: dict[int, Callable[[], None]] = {}
        self._running: int | None = None
        self._cancelled_at: float | None = None
        self._failure = ""

    @property
    def busy(self) -> bool:
        """Whether a job runs or queues."""
        return bool(self._tasks)

    def take_failure(self) -> str:
        """Why a job failed since this was last asked; empty where none did."""
        failure, self._failure = self._failure, ""
        return failure

    def submit(
        self,
        function: Callable[..., str],
        arguments: dict[str, Any],
        *,
        kind: str,
        title: str,
        when_done: Callable[[], None],
    ) -> int:
        """Queue a task of :mod:`app.jobs.tasks` and return the job's number.

        ``when_done`` is called on the GUI thread once the task has succeeded.
        """
        job = self._session.next_job
        self._tasks[job] = Task(job, function, arguments)
        self._when_done[job] = when_done
        self._session.receive_job(JobRecord(job, kind, title))
        self._start_next()
        return job

    def cancel(self, job: int) -> None:
        """Stop a job, or take it off the queue.

        Raises:
            SettingsError: no such job runs or queues.
        """
        if job not in self._tasks:
            raise SettingsError(f"job {job} is not running")
        if job != self._running:
            self._end(job, "cancelled", "cancelled before it began")
        elif self._child is not None and self._cancelled_at is None:
            self._cancelled_at = time.monotonic()
            self._child.send(Cancel(job))
            self._update(job, message="stopping")

    def poll(self) -> None:
        """Take over what the child has done since; to be called on the GUI thread."""
        for child in [child for child in self._ending if not child.alive]:
            child.close()
            self._ending.remove(child)
        if self._child is None or self._running is None:
            return
        try:
            for message in self._child.receive():
                self._take(message)
        except ChildError as error:
            self._child.close()
            self._child = None
            self._end(self._running, "failed", str(error))
            return
        if self._cancelled_at is not None and time.monotonic() - self._cancelled_at > CANCEL_GRACE:
            self._child.terminate()
            self._ending.append(self._child)  # a large process takes a while to go
            self._child = None
            self._end(self._running, "cancelled", "cancelled")
        elif self._running is not None:
            self._refresh_clock(self._running)

    def close(self) -> None:
        """End the child process."""
        for child in (*self._ending, *([self._child] if self._child is not None else [])):
            child.close()
        self._ending.clear()
        self._child = None

    def _start_next(self) -> None:
        if self._running is not None or not self._tasks:
            return
        if self._child is None:
            self._child = Child(run_worker, name="job")
        self._running = next(iter(self._tasks))
        self._child.send(self._tasks[self._running])
        self._update(self._running, status="running", started=time.monotonic(), message="starting")

    def _take(self, message: Progressed | Ended) -> None:
        match message:
            case Progressed(job, done, total, text):
                self._take_progress(self._record(job), done, total, text)
            case Ended(job, status, text):
                self._end(job, status, text)

    def _take_progress(self, record: JobRecord, done: int, total: int, text: str) -> None:
        log = _add_line(record.log, text)
        changes: dict[str, Any] = {"done": done, "total": total, "message": text, "log": log}
        if total != record.total or done < record.done:  # another stage, with a pace of its own
            now = time.monotonic() - (record.started or 0.0)
            changes |= {"stage_done": done, "stage_elapsed": now}
        if self._cancelled_at is not None:
            del changes["message"]
        self._update(record.id, **changes)

    def _end(self, job: int, status: JobStatus, message: str) -> None:
        del self._tasks[job]
        when_done = self._when_done.pop(job)
        if job == self._running:
            self._running = self._cancelled_at = None
        record = self._record(job)
        self._update(job, status=status, message=message, log=_add_line(record.log, message))
        self._session.set_status(f"{record.title}: {message}" if status == "failed" else message)
        if status == "failed":
            self._failure = f"{record.title}: {message}"
        if status == "done":
            when_done()
        self._start_next()

    def _record(self, job: int) -> JobRecord:
        return next(record for record in self._session.jobs if record.id == job)

    def _refresh_clock(self, job: int) -> None:
        record = self._record(job)
        elapsed = time.monotonic() - (record.started or 0.0)
        if elapsed - record.elapsed >= 1.0:
            self._update(job)

    def _update(self, job: int, **changes: Any) -> None:
        record = replace(self._record(job), **changes)
        if record.started is not None:
            record = replace(record, elapsed=time.monotonic() - record.started)
        self._session.receive_job(record)


def _add_line(log: tuple[str, ...], line: str) -> tuple[str, ...]:
    """A log with one more line, unless that stands there already."""
    return log if line in log[-1:] else (*log, line)[-MOST_LINES:]
