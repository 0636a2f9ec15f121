"""Discriminators that many workers can share: trained on a pilot, then left as they are.

In the paper they learn from each batch as it is done, so that every body hangs on all that came before it.
A pilot of batches from all over the run is done in that manner, and the discriminators that it leaves are
frozen. The pilot's bodies are thrown away: in the run proper they are optimised as all others are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from core.energy.discriminators import Discriminators, DiscriminatorTraining
from core.optimize.blocks import BATCH
from core.optimize.opening import open_optimizer
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import OptimizableBody, load_problem
from core.optimize.set_aside import optimize_batch
from core.optimize.settings import Settings
from core.project.arrays import sync_path
from core.regressor.record import Regressor
from core.rotations import matrix_to_sixd
from core.types import BodyParameters

if TYPE_CHECKING:
    from core.project.project import Project

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


def train_on_pilot(
    project: Project,
    batches: list[NDArray[np.intp]],
    settings: Settings,
    *,
    source: str,
    regressor: Regressor,
    scales: dict[str, float],
    device: str,
    file: Path,
    progress: Callable[[int, int, str], None] | None = None,
) -> Discriminators:
    """Optimise the pilot's batches in turn, the discriminators learning from each.

    Args:
        project: whose bodies.
        batches: rows of each.
        settings: of the run.
        source: whose bodies are optimised.
        regressor: whose joints are compared with the labels.
        scales: of the terms.
        device: to compute on.
        file: where the discriminators are kept; taken from there if they are.
        progress: told of batches done.
    """
    training = DiscriminatorTraining(Discriminators().to(device))
    if file.is_file():
        training.discriminators.load_state_dict(load_file(file, device=device))
        return training.discriminators
    body = OptimizableBody.from_model(project.body())
    for number, rows in enumerate(batches):
        done = optimize_batch(
            rows,
            settings,
            open_optimizer=lambda rows: open_optimizer(
                load_problem(project, rows, source=source, regressor=regressor, body=body, device=device),
                settings,
                scales=scales,
                discriminators=training.discriminators,
            ),
            coupled="smoothness" in settings.active,
        )
        if len(done.rows):
            learn_from(training, project.read_bodies(source, done.rows), done.bodies, device=device)
        if progress:
            progress(number + 1, len(batches), "training the discriminators on a pilot")
    partial = file.with_name(f"{file.name}.partial")
    save_file(training.discriminators.state_dict(), partial)
    sync_path(partial)
    partial.replace(file)
    return training.discriminators


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
