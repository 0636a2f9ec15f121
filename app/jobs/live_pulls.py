"""Asks the live run which term pulls where, while somebody looks."""

from __future__ import annotations

import time

from app.jobs.child import Child
from app.jobs.live_messages import FindPulls, PullsFound
from app.session.run_view import Pulls
from app.session.session import Session

#: Seconds between two questions while the run moves.
INTERVAL = 0.2


class LivePulls:
    """One question at a time, and none while nobody looks."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._asked: tuple[object, ...] | None = None
        self._asked_at = 0.0
        self._question = 0
        self._open = False

    @property
    def waiting(self) -> bool:
        """Whether the pulls of what is shown are still to come."""
        return self._wanted is not None and (self._open or self._wanted != self._asked)

    @property
    def _wanted(self) -> tuple[object, ...] | None:
        """What tells one question from another; None while nobody looks."""
        run, row = self._session.optimisation, self._session.row
        if self._session.run_view.pull_place == "off" or run.phase != "ready" or row not in run.rows:
            return None
        assert run.course is not None
        return run.active, run.course.shown, row, self._session.terms

    def ask(self, child: Child) -> None:
        """Ask what is not known yet."""
        wanted, now = self._wanted, time.monotonic()
        if wanted is None:
            self._asked = None
        elif wanted != self._asked and not self._open and now - self._asked_at > INTERVAL:
            course = self._session.optimisation.course
            assert course is not None
            self._asked, self._asked_at, self._open = wanted, now, True
            self._question += 1
            child.send(FindPulls(self._question, course.id, course.shown, self._session.terms))

    def take(self, found: PullsFound) -> None:
        """Hand an answer to the session, if it is the one to the last question."""
        if not self._open or found.question != self._question:
            return
        self._open = False
        run = self._session.optimisation
        if found.joints and found.view < len(run.rows):
            pulls = Pulls(found.iteration, run.rows[found.view], found.joints, found.vertices)
            self._session.run_view.receive_pulls(pulls)

    def forget(self) -> None:
        """Ask anew; an answer that is still under way is passed over."""
        self._asked = None
        self._open = False
