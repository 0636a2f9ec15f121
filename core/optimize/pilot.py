"""Discriminators that many workers can share: trained on a pilot, then left as they are.

In the paper they learn from each batch as it is done, so that every body hangs on all that came before it.
A pilot of batches from all over the run is done in that manner, and the discriminators that it leaves are
frozen. The pilot's bodies are thrown away: in the run proper they are optimised as all others are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file, save

from core.energy.discriminators import Discriminators, DiscriminatorTraining
from core.engine.engine import Engine
from core.errors import EngineError
from core.optimize.block_work import RunData, open_worker
from core.optimize.blocks import BATCH
from core.optimize.opening import open_optimizer
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import load_problem
from core.optimize.set_aside import optimize_batch
from core.project.write_error import make_write_error
from core.rotations import matrix_to_sixd
from core.types import BodyParameters
from core.whole_file import open_whole

#: Batches of a pilot at most: two thousand bodies.
PILOT = 50
FILE_NAME = "discriminators.safetensors"


def choose_pilot(blocks: list[NDArray[np.intp]], units: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Batches from all over a run, in an order that jumps about.

    Args:
        blocks: rows of each block of the run.
        units: (N,) of all rows of the project; those with the same number are one body.
    """
    batches = []
    for block in blocks:
        names = np.unique(units[block])
        batches += [
            np.sort(block[np.isin(units[block], names[start : start + BATCH])])
            for start in range(0, len(names), BATCH)
        ]
    spread = np.unique(np.linspace(0, len(batches) - 1, min(PILOT, len(batches))).astype(np.intp))
    return [batches[number] for number in np.random.default_rng(0).permutation(spread)]


@dataclass(frozen=True)
class PilotTask:
    """A pilot, which one worker does from beginning to end.

    Attributes:
        batches: rows of each.
        file: where the discriminators are kept.
    """

    batches: list[NDArray[np.intp]]
    file: Path


def train_on_pilot(engine: Engine, data: RunData, task: PilotTask) -> Discriminators:
    """The discriminators that a pilot leaves, from the file if it is there.

    Raises:
        EngineError: workers do not survive it.
        ProjectError: they cannot be written.
    """
    if not task.file.is_file():
        for outcome in engine.map(_fly, data, [task]):
            if outcome.error is not None:
                raise EngineError(f"the pilot that discriminators learn from fails: {outcome.error}")
    discriminators = Discriminators()
    discriminators.load_state_dict(load_file(task.file))
    return discriminators


def _fly(data: RunData, task: PilotTask, device: str) -> None:
    """Optimise the pilot's batches in turn, the discriminators learning from each; and keep these."""
    worker, settings = open_worker(data), data.settings
    project, source = worker.project, data.record.details["source"]
    training = DiscriminatorTraining(Discriminators().to(device))
    for rows in task.batches:
        done = optimize_batch(
            rows,
            settings,
            open_optimizer=lambda rows: open_optimizer(
                load_problem(
                    project, rows,
                    source=source, regressor=data.regressors[""], body=worker.body, device=device,
                ),
                settings,
                scales=data.record.details["scales"],
                discriminators=training.discriminators,
            ),
            coupled="smoothness" in settings.active,
        )  # fmt: skip
        if len(done.rows):
            learn_from(training, project.read_bodies(source, done.rows), done.bodies, device=device)
    learnt = save({name: value.cpu() for name, value in training.discriminators.state_dict().items()})
    try:
        with open_whole(task.file) as stream:
            stream.write(learnt)
    except OSError as error:
        raise make_write_error(task.file, error) from error


def learn_from(
    training: DiscriminatorTraining, initial: BodyParameters, optimised: BodyParameters, *, device: str
) -> None:
    """Let the discriminators learn from bodies as they are kept, the estimator's and optimised ones."""
    before, after = (PosedBodies.from_parameters(bodies) for bodies in (initial, optimised))
    training.update(
        matrix_to_sixd(before.rotations).to(device),
        before.betas.to(device),
        matrix_to_sixd(after.rotations).to(device),
        after.betas.to(device),
    )
