"""Has the errors of all frames measured in a process of its own, and keeps the session's survey."""

from __future__ import annotations

import time
from dataclasses import replace

from app.jobs.child import Child, ChildError
from app.jobs.survey_process import Hold, Measured, Order, run_survey
from app.session.job_record import JobRecord
from app.session.session import Session
from app.session.survey import RegressorErrors, Survey
from core.regressor.record import Regressor

#: Seconds from the first frame shown to the beginning: the window comes first.
PATIENCE = 2.0
#: Seconds between two surveys handed to the session: each has the heat map, badges and strips drawn anew.
INTERVAL = 1.0
#: What the job says meanwhile.
WAITS = "waits while frames load or a run moves"


class Surveyor:
    """One child process that measures what the session shows: its source of bodies, its regressors.

    What was measured of a regressor is kept as long as the source and the regressor stay the same. It rests
    while a person waits for frames or steps: neither they nor the redrawing of tables may be held up by it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._child: Child | None = None
        self._since: float | None = None
        self._batch = 0
        self._source = ""
        self._measured: dict[str, tuple[Regressor, RegressorErrors]] = {}
        self._pending: tuple[str, ...] = ()
        self._done = 0
        self._told = 0.0
        self._job: JobRecord | None = None
        self._failed = self._held = False

    @property
    def busy(self) -> bool:
        """Whether something is still to be measured."""
        return not self._failed and (bool(self._pending) or self._stale)

    @property
    def _stale(self) -> bool:
        session = self._session
        if self._source != session.body_source:
            return True
        return any(
            name not in self._measured or self._measured[name][0] is not regressor
            for name, regressor in session.regressors.items()
        )

    def forget(self) -> None:
        """Measure everything anew: bodies have changed."""
        self._source = ""

    def poll(self, *, held: bool = False) -> None:
        """Take in what was measured since, and order what is missing; to be called on the GUI thread.

        Args:
            held: whether to rest, because somebody waits for something else.
        """
        if self._failed or self._session.frame_data is None:
            return
        now = time.monotonic()
        self._since = self._since or now
        if now - self._since < PATIENCE:
            return
        if self._stale:
            self._order()
        if self._child is None or not self._pending:
            return
        self._hold(held)
        try:
            for message in self._child.receive():
                if message.batch == self._batch:
                    self._take(message)
        except ChildError as error:
            self._fail(f"errors cannot be measured: {error}")
            return
        if not held and (self._done >= len(self._session.project.keys) or now - self._told > INTERVAL):
            self._tell(now)

    def close(self) -> None:
        """End the child process."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _hold(self, held: bool) -> None:
        if held != self._held and self._child is not None:
            self._held = held
            self._child.send(Hold(held))
            if self._job is not None:
                self._job = replace(self._job, message=WAITS if held else "")
                self._session.receive_job(self._job)

    def _order(self) -> None:
        session = self._session
        keys = session.project.keys
        if self._source != session.body_source:
            self._measured.clear()
        self._source = session.body_source
        self._measured = {
            name: kept
            for name, kept in self._measured.items()
            if session.regressors.get(name) is kept[0] and name not in self._pending
        }
        self._pending = tuple(name for name in session.regressors if name not in self._measured)
        joints = len(session.project.joint_set)
        for name in self._pending:
            errors = RegressorErrors.empty(len(keys), len(keys.shots), joints)
            self._measured[name] = (session.regressors[name], errors)
        self._done = 0
        self._batch += 1
        if self._child is None:
            self._child = Child(run_survey, session.project.path, name="survey")
        first = keys.shots.index(keys.shot_of(session.row))
        self._child.send(Order(self._batch, self._source, self._pending, first))
        self._begin()

    def _take(self, message: Measured) -> None:
        for name, errors in message.errors_mm.items():
            self._measured[name][1].add(message.start, message.shot, errors, message.errors_px[name])
            rows = len(errors)
        self._done += rows

    def _tell(self, now: float) -> None:
        self._told = now
        total = len(self._session.project.keys)
        errors = {name: kept.copy() for name, (_, kept) in self._measured.items()}
        self._session.errors.receive(Survey(self._source, errors, self._done, total))
        if self._job is not None:
            self._job = replace(
                self._job, done=self._done, total=total, elapsed=now - (self._job.started or now)
            )
            if self._done >= total:
                self._pending = ()
                self._job = replace(self._job, status="done")
            self._session.receive_job(self._job)

    def _begin(self) -> None:
        """Keep one job record until all is measured, however often the order changes."""
        if self._job is None or not self._job.live:
            self._job = JobRecord(
                self._session.next_job,
                "survey",
                "Measure the errors of all frames",
                "running",
                background=True,
                started=time.monotonic(),
            )
        self._session.receive_job(self._job)

    def _fail(self, message: str) -> None:
        self._failed = True
        if self._job is not None:
            self._session.receive_job(replace(self._job, status="failed", message=message))
        self._session.set_status(message)
        self.close()
