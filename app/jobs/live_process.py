"""The live run's child process, which optimises the body of one frame while the window watches.

Messages come through the pipe and are read between two steps, so a switched term counts from the next
step on. Bodies go out through shared memory, newest first to be seen; energies go through the pipe, so that
none is lost.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.jobs.snapshot_ring import SnapshotRing
from app.session.optimisation import Energies
from core.errors import JointlensError, SettingsError
from core.optimize.settings import Settings
from core.parallel import set_workers

if TYPE_CHECKING:
    from core.optimize.loop import Optimizer, Snapshot
    from core.optimize.problem import OptimizableBody

#: Seconds between two reports of energies.
REPORT_INTERVAL = 0.02


@dataclass(frozen=True)
class Load:
    """Prepare a frame, and stand at iteration 0.

    Orders are numbered, and answers carry the number of the last order obeyed: so the window can tell an
    answer to what it asks from one to what it asked before.
    """

    order: int
    project: Path
    row: int
    source: str
    regressor: str
    settings: Settings


@dataclass(frozen=True)
class Advance:
    """Do so many steps from here on; 0 pauses."""

    order: int
    steps: int


@dataclass(frozen=True)
class Attached:
    """The child has opened the shared memory, whose name can be taken away."""


@dataclass(frozen=True)
class Loaded:
    """The frame is prepared and its starting body can be read."""

    order: int
    unavailable: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """The frame cannot be optimised."""

    order: int
    message: str


@dataclass(frozen=True)
class Report:
    """Energies since the last report; ``finished`` when no step is left to do.

    ``message`` says why the steps cannot be done, if so.
    """

    order: int
    energies: tuple[Energies, ...]
    finished: bool
    message: str = ""


def run_live(connection: Connection, ring_name: str, vertex_count: int) -> None:
    """Body of the child process; ends by EOFError when the window closes the pipe."""
    ring = SnapshotRing(vertex_count, name=ring_name)
    connection.send(Attached())
    import core.optimize.loop  # noqa: F401 - torch takes seconds; the window need not know

    set_workers(1)  # one body: more threads would only take the window's core
    LiveProcess(connection, ring).serve()


class LiveProcess:
    """Steps an optimiser as told."""

    def __init__(self, connection: Connection, ring: SnapshotRing) -> None:
        self._connection = connection
        self._ring = ring
        self._order = 0
        self._steps = 0
        self._settings: Settings | None = None
        self._body: OptimizableBody | None = None
        self._optimizer: Optimizer | None = None
        self._energies: list[Energies] = []
        self._reported = time.monotonic()

    def serve(self) -> None:
        """Read messages and step until the pipe closes."""
        while True:
            while not self._steps or self._connection.poll():
                self._obey(self._connection.recv())
            self._step()

    def _obey(self, message: Load | Advance | Settings) -> None:
        match message:
            case Settings():
                self._settings = message
            case Load():
                self._order, self._steps = message.order, 0
                self._load(message)
            case Advance(order, steps):
                if self._energies:
                    self._report(finished=False)
                self._order = order
                self._steps = steps if self._optimizer else 0
                if not self._steps:
                    self._report(finished=True)

    def _load(self, message: Load) -> None:
        import torch

        from core.optimize.loop import Optimizer
        from core.optimize.problem import OptimizableBody, load_problem
        from core.project.project import Project

        torch.set_num_threads(1)
        self._energies.clear()
        self._optimizer = None
        self._settings = message.settings
        try:
            with Project.open(message.project, read_only=True) as project:
                self._body = self._body or OptimizableBody.from_model(project.body())
                problem = load_problem(
                    project,
                    np.array([message.row]),
                    source=message.source,
                    regressor=message.regressor,
                    body=self._body,
                )
        except JointlensError as error:
            self._connection.send(Refused(message.order, str(error)))
            return
        self._optimizer = Optimizer(problem, message.settings)
        self._ring.clear()
        self._ring.write(0, self._optimizer.take_snapshot().vertices[0])
        self._connection.send(Loaded(message.order, dict(problem.unavailable)))

    def _step(self) -> None:
        assert self._optimizer is not None
        try:
            snapshot = self._optimizer.step(self._settings)
        except SettingsError as error:  # every term was switched off
            self._steps = 0
            self._report(finished=True, message=str(error))
            return
        self._ring.write(snapshot.iteration, snapshot.vertices[0])
        self._energies.append(read_energies(snapshot))
        self._steps -= 1
        if not self._steps or time.monotonic() - self._reported > REPORT_INTERVAL:
            self._report(finished=not self._steps)

    def _report(self, *, finished: bool, message: str = "") -> None:
        self._connection.send(Report(self._order, tuple(self._energies), finished, message))
        self._energies.clear()
        self._reported = time.monotonic()


def read_energies(snapshot: Snapshot) -> Energies:
    """The energies of a snapshot, by term."""
    return Energies(snapshot.iteration, dict(snapshot.energies), dict(snapshot.bare), snapshot.total)
