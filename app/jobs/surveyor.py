"""Has the errors of all frames measured in a process of its own, and keeps the session's survey."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from app.jobs.child import Child, ChildError
from app.jobs.survey_process import Hold, Measured, Order, run_survey
from app.session.job_record import JobRecord
from app.session.session import Session
from app.session.survey import RegressorErrors, Survey
from core.project.flags import Flag, find_spans, mask_flagged
from core.regressor.record import Regressor
from core.types import BoolArray

#: Seconds from the first frame shown to the beginning: the window comes first.
PATIENCE = 2.0
#: Seconds between two surveys handed to the session: each has the heat map, badges and strips drawn anew.
INTERVAL = 1.0
#: What the job says meanwhile.
WAITS = "waits while frames load or a run moves"


@dataclass(frozen=True)
class _Measurement:
    """What is known of one regressor."""

    regressor: Regressor
    errors: RegressorErrors
    unflagged: RegressorErrors


class Surveyor:
    """One child process that measures what the session shows: its source of bodies, its regressors.

    What was measured of a regressor is kept as long as the source and the regressor stay the same. It rests
    while a person waits for frames or steps: neither they nor the redrawing of tables may be held up by it.
    Where flags come or go, only shots that are flagged in part are measured again.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._child: Child | None = None
        self._since: float | None = None
        self._batch = 0
        self._source = ""
        self._measured: dict[str, _Measurement] = {}
        self._pending: tuple[str, ...] = ()
        self._flags: tuple[Flag, ...] = ()
        self._again: set[int] = set()  # shots whose flags have changed
        self._repeated: set[int] | None = None  # those of them that are being measured; None: all are
        self._begun: set[int] = set()  # and which of these have begun to come
        self._done = self._total = 0
        self._told = 0.0
        self._job: JobRecord | None = None
        self._failed = self._held = False

    @property
    def busy(self) -> bool:
        """Whether something is still to be measured."""
        if self._failed or not self._session.regressors:
            return False
        changed = self._stale or self._flags != self._session.visible_flags
        return bool(self._pending or self._again or changed)

    @property
    def _stale(self) -> bool:
        session = self._session
        if self._source != session.body_source:
            return True
        return any(
            name not in self._measured or self._measured[name].regressor is not regressor
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
        if self._failed or self._session.frame_data is None or not self._session.regressors:
            return
        now = time.monotonic()
        self._since = self._since or now
        if now - self._since < PATIENCE:
            return
        if self._stale:
            self._order()
        self._follow_flags(now)
        if self._again and not self._pending:
            self._order_again()
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
        if not held and (self._done >= self._total or now - self._told > INTERVAL):
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
        cut_off = () if self._repeated is not None else self._pending
        self._measured = {
            name: kept
            for name, kept in self._measured.items()
            if session.regressors.get(name) is kept.regressor and name not in cut_off
        }
        self._repeated = None
        if not self._measured:  # the very first, or all anew
            self._flags, self._again = session.visible_flags, set()
        names = tuple(name for name in session.regressors if name not in self._measured)
        joints = len(session.project.joint_set)
        for name in names:
            empty = (RegressorErrors.empty(len(keys), len(keys.shots), joints) for _ in range(2))
            self._measured[name] = _Measurement(session.regressors[name], *empty)
        first = keys.shots.index(keys.shot_of(session.row))
        self._send(names, (*range(first, len(keys.shots)), *range(first)))

    def _order_again(self) -> None:
        """Have the shots measured again whose flags have changed."""
        self._repeated, self._begun = set(self._again), set()
        self._send(tuple(self._measured), sorted(self._again))

    def _send(self, names: tuple[str, ...], shots: Iterable[int]) -> None:
        keys = self._session.project.keys
        self._pending, self._done, shots = names, 0, tuple(shots)
        self._total = sum(keys.shots[shot].stop - keys.shots[shot].start for shot in shots)
        self._batch += 1
        if self._child is None:
            self._child = Child(run_survey, self._session.project.path, name="survey")
        self._child.send(Order(self._batch, self._source, names, shots))
        self._begin()

    def _follow_flags(self, now: float) -> None:
        """Leave out what is flagged by now, and take in what is not any more."""
        project, flags = self._session.project, self._session.visible_flags
        if flags == self._flags:
            return
        changed = set(flags) ^ set(self._flags)
        starts = [start for flag in changed for start, _ in find_spans(flag, project.keys)]
        self._flags = flags
        for shot in np.unique(project.keys.find_shots(np.array(starts, np.intp))).tolist():
            mask = self._mask(project.keys.shots[shot].start, project.keys.shots[shot].stop)
            whole, free = np.asarray(mask.all(axis=0)), np.asarray(~mask.any(axis=0))
            for known in self._measured.values():
                known.unflagged.take_over(known.errors, shot, free)
                known.unflagged.erase(shot, whole)
            if not (whole | free).all():
                self._again.add(shot)
                if self._repeated is not None:
                    self._repeated.discard(shot)  # what has come of it was sifted by other flags
        self._tell(now)

    def _mask(self, start: int, stop: int) -> BoolArray:
        project = self._session.project
        return mask_flagged(self._flags, project.keys, project.joint_set, np.arange(start, stop))

    def _take(self, message: Measured) -> None:
        rows = len(next(iter(message.errors_mm.values())))
        mask = self._mask(message.start, message.start + rows)
        anew = self._repeated is not None and message.shot not in self._begun
        self._begun.add(message.shot)
        for name, errors_mm in message.errors_mm.items():
            known, errors_px = self._measured[name], message.errors_px[name]
            if anew:
                known.unflagged.erase(message.shot, np.ones(mask.shape[1], bool))
            if self._repeated is None:
                known.errors.add(message.start, message.shot, errors_mm, errors_px)
            unflagged = (np.where(mask, np.nan, errors) for errors in (errors_mm, errors_px))
            known.unflagged.add(message.start, message.shot, *unflagged)
        self._done += rows

    def _tell(self, now: float) -> None:
        self._told = now
        frames = len(self._session.project.keys)
        errors = {name: kept.errors.copy() for name, kept in self._measured.items()}
        unflagged = {name: kept.unflagged.copy() for name, kept in self._measured.items()}
        first_time = bool(self._pending) and self._repeated is None
        done = self._done if first_time else frames
        self._session.errors.receive(Survey(self._source, errors, done, frames, unflagged))
        if not self._pending:
            return
        if self._job is not None:
            elapsed = now - (self._job.started or now)
            self._job = replace(self._job, done=self._done, total=self._total, elapsed=elapsed)
        if self._done >= self._total:
            self._pending = ()
            self._again -= self._repeated or set()
            self._repeated = None
            if self._job is not None:
                self._job = replace(self._job, status="done")
        if self._job is not None:
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
