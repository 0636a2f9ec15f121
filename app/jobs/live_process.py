"""The live run's child process, which optimises one body while the window watches.

Messages come through the pipe and are read between two steps, so a switched term counts from the next step
on. Variants take turns, a step each. Every iteration's energies and parameters go back, so that none is
lost; vertices only of the newest.
"""

from __future__ import annotations

import math
import os
import time
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np

from app.jobs.free_memory import receive_order
from app.jobs.live_messages import (
    Advance,
    Discard,
    FindPulls,
    Fork,
    Load,
    Loaded,
    Look,
    PullsFound,
    Refused,
    Report,
    Steer,
)
from core.errors import JointlensError, SettingsError
from core.parallel import set_workers

if TYPE_CHECKING:
    from app.jobs.live_branch import Branch
    from core.optimize.problem import OptimizableBody

#: Seconds between two reports.
REPORT_INTERVAL = 0.025
#: The run gives way to the window, which has little to do between two of its bodies: where there are two
#: cores, and the processor draws too, pictures would wait for steps that nobody waits for.
NICENESS = 5


def run_live(connection: Connection) -> None:
    """Body of the child process; ends by EOFError when the window closes the pipe."""
    import torch

    import app.jobs.live_branch  # noqa: F401 - takes seconds; the first frame need not wait for it
    from core.optimize.warm_up import warm_up

    os.nice(NICENESS)
    torch.set_num_threads(1)
    set_workers(1)  # one body: more threads would only take the window's core
    warm_up()
    LiveProcess(connection).serve()


class LiveProcess:
    """Steps the branches of one run as told."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._body: OptimizableBody | None = None
        self._branches: dict[str, Branch] = {}
        self._view = 0
        self._reported = time.monotonic()

    def serve(self) -> None:
        """Read messages and step until the pipe closes."""
        while True:
            while not self._moving or self._connection.poll():
                self._obey(receive_order(self._connection))
            for name, branch in self._moving:
                self._step(name, branch)
            if time.monotonic() - self._reported > REPORT_INTERVAL:
                self._reported = time.monotonic()
                for name, branch in self._moving:
                    self._report(name, branch)

    @property
    def _moving(self) -> list[tuple[str, Branch]]:
        return [(name, branch) for name, branch in self._branches.items() if branch.steps]

    def _obey(self, message: Load | Advance | Fork | Discard | Steer | Look | FindPulls) -> None:
        match message:
            case Load():
                self._load(message)
            case Look(view):
                self._view = view
            case Discard(name):
                self._branches.pop(name, None)
            case Steer(name, settings) if name in self._branches:
                self._branches[name].settings = settings
                self._reported = -math.inf  # the first step with them is told at once
            case Advance() if message.variant in self._branches:
                self._advance(message, self._branches[message.variant])
            case Fork() if message.parent in self._branches:
                branch = self._branches[message.parent].fork(message.iteration, message.settings)
                if branch is not None:
                    self._branches[message.variant] = branch
            case FindPulls():
                self._find_pulls(message)

    def _load(self, message: Load) -> None:
        from app.jobs.live_branch import Branch, Ground
        from core.optimize.problem import OptimizableBody, load_problem
        from core.project.project import Project

        self._branches.clear()
        self._view = message.view
        try:
            with Project.open(message.project, read_only=True) as project:
                self._body = self._body or OptimizableBody.from_model(project.body())
                problem = load_problem(
                    project,
                    np.array(message.rows),
                    source=message.source,
                    regressor=message.regressor,
                    body=self._body,
                    device="auto",
                )
            settings = message.settings
            branch = Branch(Ground(problem, settings.views, settings.joint_alignment), settings)
        except JointlensError as error:
            self._connection.send(Refused(message.order, str(error)))
            return
        branch.order = message.order
        branch.take()
        self._branches[message.variant] = branch
        self._connection.send(Loaded(message.order, branch.iterations.pop(), dict(problem.unavailable)))

    def _advance(self, message: Advance, branch: Branch) -> None:
        if branch.iterations:
            self._report(message.variant, branch)
        branch.order, branch.steps = message.order, message.steps
        if message.start is not None:
            branch.go_back(message.start)
        if not branch.steps:
            self._report(message.variant, branch)

    def _step(self, name: str, branch: Branch) -> None:
        try:
            branch.step()
        except SettingsError as error:  # every term was switched off
            branch.steps = 0
            self._report(name, branch, message=str(error))
            return
        if not branch.steps:
            self._report(name, branch)

    def _report(self, name: str, branch: Branch, *, message: str = "") -> None:
        newest = branch.vertices[self._view] if branch.iterations and branch.vertices is not None else None
        self._connection.send(
            Report(
                branch.order,
                name,
                tuple(branch.iterations),
                newest,
                self._view,
                finished=not branch.steps,
                message=message,
            )
        )
        branch.iterations.clear()

    def _find_pulls(self, message: FindPulls) -> None:
        branch, view = self._branches.get(message.variant), self._view
        pulls = branch.find_pulls(message.iteration, message.settings) if branch else {}
        self._connection.send(
            PullsFound(
                message.question,
                message.iteration,
                view,
                {term: pull.joints[view] for term, pull in pulls.items()},
                {term: pull.vertices[view] for term, pull in pulls.items()},
            )
        )
