"""What was done since a window opened, as the lines of a script that leads to the same state."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from app.jobs.jobs import Jobs
from app.session.session import Session

#: The command that stops a live run wherever it is.
PAUSE = "optimize.pause"
#: Seconds between two values of one drag.
DRAG_INTERVAL = 0.5
#: Seconds that a replay waits for work that was over when the session was recorded.
PATIENCE = 600.0


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One execution of a command, as a line of a script tells it."""

    command: str
    args: dict[str, Any] = msgspec.field(default_factory=dict)


#: Lets everything come to rest.
IDLE = Step("wait", {"for": "idle", "timeout_s": PATIENCE})


class Recorder:
    """Keeps the commands that have succeeded, and what a replay has to wait for between them.

    A drag of a slider is one line, with the value that it ended at. A live run is told by its iterations: a
    replay waits for the one that was reached, and after a pause stands at exactly the one that was shown.

    Args:
        session: whose live run is followed.
        jobs: tells what is going on.
    """

    def __init__(self, session: Session, jobs: Jobs) -> None:
        self._session = session
        self._jobs = jobs
        self._steps: list[Step] = []
        self._working = False
        self._iteration = 0  # of the live run when the last command ran
        self._pause: int | None = None  # place of the wait before a pause that is not over yet
        self._recorded_at = 0.0

    @property
    def steps(self) -> tuple[Step, ...]:
        """The script so far, with what it waits for at its end."""
        return tuple(self._put_after(self.find_waits()))

    def find_waits(self, command: str = "") -> list[Step]:
        """What has come of the work that earlier commands began: a replay waits for it before this one."""
        if not self._working:
            return []
        run = self._session.optimisation
        if not self._busy:
            if self._pause is None or run.course is None:
                return [IDLE]
            return [IDLE, Step("iteration.go", {"n": run.course.shown})]
        if run.iteration > self._iteration or command == PAUSE:
            return [Step("wait", {"for": "iteration", "n": run.iteration, "timeout_s": PATIENCE})]
        return []

    def add(self, step: Step, waits: list[Step], *, dragged: str = "") -> None:
        """Take in a command that has succeeded.

        Args:
            step: the command.
            waits: what :meth:`find_waits` told before it ran.
            dragged: its argument that a drag changes many times over.
        """
        now = time.monotonic()
        last = self._steps[-1] if self._steps and now - self._recorded_at < DRAG_INTERVAL else None
        if dragged and last is not None and _leave_out(last, dragged) == _leave_out(step, dragged):
            self._steps.pop()
        else:
            self._steps = self._put_after(waits)
            if IDLE in waits:
                self._pause = None
        if step.command == PAUSE and waits and waits[0].args.get("for") == "iteration":
            self._pause = len(self._steps) - 1
        self._steps.append(step)
        self._recorded_at = now
        self._working = self._busy
        self._iteration = self._session.optimisation.iteration

    @property
    def _busy(self) -> bool:
        return self._jobs.working or self._jobs.live.busy

    def _put_after(self, waits: list[Step]) -> list[Step]:
        """The steps with waits after them; the iteration that a pause left is waited for before the pause."""
        steps = list(self._steps)
        if self._pause is not None and IDLE in waits:
            steps[self._pause] = Step("wait", {**steps[self._pause].args, **waits[-1].args})
        return steps + waits


def _leave_out(step: Step, name: str) -> Step:
    return Step(step.command, {known: value for known, value in step.args.items() if known != name})
