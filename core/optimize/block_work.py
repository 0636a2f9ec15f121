"""What a worker does with a block: optimise its bodies, write them to a chunk of their own, tell the rest."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.body.model import BodyModel
from core.energy.discriminators import Discriminators
from core.engine.kept import keep_open
from core.errors import ProjectError
from core.optimize.blocks import BATCH, CARD_BATCH, BlockTask, cut_block
from core.optimize.halving import Halver
from core.optimize.loop import Optimizer
from core.optimize.opening import open_optimizer
from core.optimize.outlines import find_mask_offsets
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import OptimizableBody, load_problem
from core.optimize.run_details import find_off, includes_flagged
from core.optimize.set_aside import optimize_batch
from core.optimize.settings import Settings
from core.project.project import Project
from core.project.runs import RunRecord
from core.regressor.record import Regressor
from core.types import BodyParameters


@dataclass(frozen=True)
class RunData:
    """What all blocks of one round have in common.

    Attributes:
        project: the project's folder.
        snapshot: of its index, as it was when the run was started.
        record: the run.
        body: the project's.
        settings: of this round.
        judged_by: settings that all rounds are judged by.
        regressors: by subject; under ``""`` that of all others.
        round: counts from 0; later ones start from the bodies of the one before.
        discriminators: their state; None where they have no say.
    """

    project: Path
    snapshot: Path
    record: RunRecord
    body: BodyModel
    settings: Settings
    judged_by: Settings
    regressors: Mapping[str, Regressor]
    round: int = 0
    discriminators: Mapping[str, NDArray[np.float32]] | None = None


@dataclass(frozen=True)
class BlockResult:
    """What came of a block.

    Attributes:
        seconds: that it took.
        found: JSON values: ``set_aside``, keys of frames without a body -> why; ``absent``, their places in
            the block; ``complaints``, about masks; ``off``, terms that none of its bodies can have -> why;
            ``memory``, if it was short; ``disagreement`` of
            bodies that found a shape, with labels and masks.
    """

    seconds: float
    found: dict[str, Any]


def optimize_block(data: RunData, task: BlockTask, device: str) -> BlockResult:
    """Optimise a block; its bodies are on disk when this returns, unless it was a probe.

    Raises:
        JointlensError: what would be wrong with every block, e.g. that nothing can be written.
    """
    started = time.monotonic()
    worker = open_worker(data)
    rows = worker.project.run_table.read_block_rows(data.record, task.number)
    units = worker.project.keys.instants[rows] if data.settings.views > 1 else rows
    places, batches = cut_block(
        units, batch=None if task.shares_shape else BATCH if device == "cpu" else CARD_BATCH
    )
    block = _Block(worker, data, task, device, rows)
    block.leave_out(places)
    halver = Halver(block.tell_memory)
    for number in np.unique(batches):
        chosen = np.flatnonzero((batches == number) & block.wanted)
        if len(chosen):
            halver.run(block.optimize, chosen, np.zeros_like(chosen) if task.shares_shape else units[chosen])
    if not task.is_probe:
        block.write()
    return BlockResult(time.monotonic() - started, block.describe())


class Worker:
    """What a process keeps from block to block."""

    def __init__(self, data: RunData) -> None:
        self._open = ExitStack()
        self.project = Project.open_snapshot(data.project, data.snapshot, data.body)
        if includes_flagged(data.record):
            self._open.enter_context(self.project.holding_flags([]))
        self.body = OptimizableBody.from_model(data.body)

    def close(self) -> None:
        """Close the project."""
        self._open.close()
        self.project.close()


class _Block:
    """A block on its way."""

    def __init__(
        self, worker: Worker, data: RunData, task: BlockTask, device: str, rows: NDArray[np.intp]
    ) -> None:
        self._project, self._body = worker.project, worker.body
        self._data, self._task, self._device, self._rows = data, task, device, rows
        self.wanted = np.ones(len(rows), bool)
        self._bodies = BodyParameters(
            *(np.full((len(rows), width), np.nan, np.float32) for width in (3, 69, 10, 3))
        )
        self._reasons: dict[int, str] = {}
        self._complaints: list[str] = []
        self._off: dict[str, str] | None = None
        self._found: dict[str, Any] = {}
        subject = worker.project.keys[rows[0]].subject
        self._regressor = data.regressors[subject if subject in data.regressors else ""]
        self._discriminators = _load_discriminators(data.discriminators)
        table, record = worker.project.run_table, data.record
        self._before = table.read_block_bodies(record, data.round - 1, task.number) if data.round else None
        self._betas = None
        if task.shape_from is not None:
            shapes = table.read_block_bodies(record, data.round, task.shape_from).betas
            shapes = shapes[np.isfinite(shapes).all(axis=1)]
            if not len(shapes):
                raise ProjectError(
                    f"run {record.name}: no body is left that the shape of {subject} could be found from"
                )
            self._betas = shapes[0]

    def leave_out(self, places: NDArray[np.intp]) -> None:
        """Do without what is excluded, not probed, or has no body from the round before."""
        for place, why in self._task.excluded.items():
            self._set_aside(np.flatnonzero(places == place), f"no worker survives it: {why}")
        if self._task.only is not None:
            self.wanted &= np.isin(places, self._task.only)
        if self._before is not None:
            gone = np.flatnonzero(~np.isfinite(self._before.global_orient).all(axis=1) & self.wanted)
            self._set_aside(gone, "was set aside in an earlier round")

    def optimize(self, chosen: NDArray[np.intp]) -> None:
        """Optimise some of the rows, by their index in the block."""
        data, settings = self._data, self._data.settings
        index = dict(zip(self._rows[chosen].tolist(), chosen.tolist()))
        complaints: tuple[str, ...] = ()

        def open_batch(rows: NDArray[np.intp]) -> Optimizer:
            nonlocal complaints
            problem = load_problem(
                self._project,
                rows,
                source=data.record.details["source"],
                regressor=self._regressor,
                body=self._body,
                device=self._device,
            )
            if self._before is not None:
                start = self._before[np.array([index[row] for row in rows.tolist()])]
                problem = problem.with_start(PosedBodies.from_parameters(start))
                if settings.mask_ramp:
                    problem = replace(problem, mask_offsets=find_mask_offsets(problem))
            if self._betas is not None:
                problem = problem.with_shape(self._betas)
            complaints = problem.complaints
            self._off = find_off(settings, problem, self._off)
            return open_optimizer(
                problem,
                settings,
                scales=data.record.details["scales"],
                discriminators=self._discriminators,
                hold_shape=self._betas is not None,
            )

        done = optimize_batch(
            self._rows[chosen],
            settings,
            open_optimizer=open_batch,
            coupled=self._task.shares_shape or "smoothness" in settings.active,
        )
        kept = np.array([index[row] for row in done.rows.tolist()], np.intp)
        for name in ("global_orient", "body_pose", "betas", "transl"):
            getattr(self._bodies, name)[kept] = getattr(done.bodies, name)
        for row, step in done.broken.items():
            self._set_aside(np.array([index[row]]), f"came to be no number within {step} steps")
        self._complaints += complaints
        if self._task.shares_shape and done.optimizer is not None:
            self._found["disagreement"] = done.optimizer.measure_evidence(data.judged_by)

    def tell_memory(self, words: str) -> None:
        """Remember that a card's memory was short."""
        self._found["memory"] = words

    def write(self) -> None:
        """Keep the bodies."""
        self._project.run_table.write_block_bodies(
            self._data.record, self._data.round, self._task.number, self._bodies
        )

    def describe(self) -> dict[str, Any]:
        """What was found, for the record."""
        found = dict(self._found)
        if self._off is not None:
            found["off"] = self._off
        if self._complaints:
            found["complaints"] = self._complaints
        if self._reasons:
            found["absent"] = sorted(self._reasons)
            keys = self._project.keys
            found["set_aside"] = {str(keys[self._rows[at]]): self._reasons[at] for at in found["absent"]}
        return found

    def _set_aside(self, indices: NDArray[np.intp], why: str) -> None:
        self.wanted[indices] = False
        self._reasons |= dict.fromkeys(indices.tolist(), why)


def open_worker(data: RunData) -> Worker:
    """Open the project, or take it as the last block of the same run left it."""
    return keep_open((data.snapshot, data.record.layout), lambda: Worker(data))


def _load_discriminators(state: Mapping[str, NDArray[np.float32]] | None) -> Discriminators:
    discriminators = Discriminators()
    if state is not None:
        discriminators.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return discriminators
