"""What a worker does with a subject: fit its bodies anew without the labels of some joints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.body.model import BodyModel
from core.engine.kept import keep_open
from core.optimize.opening import open_optimizer
from core.optimize.outlines import find_mask_offsets
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import OptimizableBody, load_problem
from core.optimize.rounds import slow_down
from core.optimize.settings import Settings
from core.project.project import Project
from core.project.runs import RunRecord
from core.regressor.record import Regressor
from core.types import BodyParameters


@dataclass(frozen=True)
class RefitData:
    """What all subjects have in common.

    Attributes:
        project: the project's folder.
        snapshot: of its index.
        body: the project's.
        run: whose bodies are fitted anew.
        regressors: one a subject, fitted without it.
        steps: of the optimiser.
    """

    project: Path
    snapshot: Path
    body: BodyModel
    run: RunRecord
    regressors: tuple[Regressor, ...]
    steps: int


@dataclass(frozen=True)
class RefitTask:
    """A subject's views; see :mod:`core.engine.exclusion` for its parts, which are rows of the project.

    Attributes:
        group: number of the group of joints.
        subject: number of the subject.
        unheard: joints whose labels have no say.
        rows: of its views, ascending.
        is_probe: whether the result is of no account.
        excluded: rows that are left out -> why.
    """

    group: int
    subject: int
    unheard: tuple[int, ...]
    rows: NDArray[np.intp]
    is_probe: bool = False
    excluded: Mapping[int, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[int, ...]:
        """Its rows."""
        return tuple(self.rows.tolist())

    def probe(self, parts: tuple[int, ...]) -> Self:
        """These rows alone."""
        return replace(self, rows=np.array(parts, np.intp), is_probe=True)

    def without(self, excluded: Mapping[int, str]) -> Self:
        """The subject without some rows, told why."""
        return replace(self, rows=np.setdiff1d(self.rows, list(excluded)), excluded=excluded)


class Worker:
    """What a process keeps from subject to subject."""

    def __init__(self, data: RefitData) -> None:
        self.project = Project.open_snapshot(data.project, data.snapshot, data.body)
        self.body = OptimizableBody.from_model(data.body)

    def close(self) -> None:
        """Close the project."""
        self.project.close()


def refit_subject(data: RefitData, task: RefitTask, device: str) -> BodyParameters | None:
    """A subject's bodies, one a view, optimised on without some labels; None of no views."""
    if not len(task.rows):
        return None
    worker = keep_open(data.snapshot, lambda: Worker(data))
    details, settings = data.run.details, Settings.from_dict(data.run.settings)
    if settings.rounds:
        settings = slow_down(settings, max(1, details["stopped_after_round"]))
    settings = replace(settings, iterations=data.steps)
    problem = load_problem(
        worker.project,
        task.rows,
        source=details["source"],
        regressor=data.regressors[task.subject],
        body=worker.body,
        device=device,
    )
    bodies = worker.project.read_bodies(data.run.name, task.rows)
    problem = problem.with_start(PosedBodies.from_parameters(bodies)).without_labels(task.unheard)
    if settings.mask_ramp:
        problem = replace(problem, mask_offsets=find_mask_offsets(problem))
    optimizer = open_optimizer(problem, settings, scales=details["scales"])
    for _ in range(settings.iterations):
        optimizer.advance()
    return optimizer.read_bodies().to_parameters()
