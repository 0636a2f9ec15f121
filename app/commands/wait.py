"""Waiting, as scripts do it: a condition to look at now and then, never a halt."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from app.commands.command import Command, Workspace
from core.errors import JointlensError


class WaitError(JointlensError):
    """What was waited for failed, or did not come in time."""


@dataclass(frozen=True)
class Wait:
    """What a script waits for before its next command.

    Attributes:
        arrived: whether it has come.
        take_failure: why it can no longer come as it should, or empty.
        deadline: on the clock of ``time.monotonic``.
        description: for messages.
        tell_unfinished: what is still going on, for messages.
    """

    arrived: Callable[[], bool]
    take_failure: Callable[[], str]
    deadline: float
    description: str
    tell_unfinished: Callable[[], Sequence[str]]

    def over(self) -> bool:
        """Whether it has come.

        Raises:
            WaitError: a job failed meanwhile, or the time is up.
        """
        failure = self.take_failure()
        if failure:
            raise WaitError(failure)
        if self.arrived():
            return True
        if time.monotonic() > self.deadline:
            unfinished = ", ".join(self.tell_unfinished())
            raise WaitError(
                f"waited in vain for {self.description}" + (unfinished and f"; still going on: {unfinished}")
            )
        return False


def wait(
    workspace: Workspace,
    *,
    for_: Literal["idle", "job", "errors", "iteration"] = "idle",
    n: Annotated[int, Meta(ge=0)] = 0,
    timeout_s: Annotated[float, Meta(gt=0)] = 60.0,
) -> Wait:
    """Hold a script until nothing is going on (``idle``), no job is left, or all errors are measured.

    ``iteration``: until the live run has done its ``n``-th.
    """
    jobs, session = workspace.jobs, workspace.session
    return Wait(
        arrived={
            "idle": lambda: jobs.idle,
            "job": lambda: not jobs.working,
            "errors": lambda: not jobs.surveying,
            "iteration": lambda: session.optimisation.iteration >= n,
        }[for_],
        take_failure=jobs.take_failure,
        deadline=time.monotonic() + timeout_s,
        description=f"{f'iteration {n}' if for_ == 'iteration' else for_}, {timeout_s:g} s",
        tell_unfinished=lambda: jobs.unfinished,
    )


COMMANDS = (Command("wait", wait),)
