"""The paper's strictly sequential schedule: the discriminators learn from each batch before the next one.

Whatever stops a run, the batches that were written stay. When it goes on, the discriminators learn from those
again, in the same order, and so come to be the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.energy.discriminators import Discriminators, DiscriminatorTraining
from core.optimize.blocks import BATCH, CARD_BATCH
from core.optimize.halving import Halver
from core.optimize.loop import Optimizer
from core.optimize.opening import open_optimizer
from core.optimize.pilot import learn_from
from core.optimize.problem import OptimizableBody, load_problem
from core.optimize.run_details import find_off, keep_complaints, read_run_regressor, read_run_rows
from core.optimize.set_aside import optimize_batch
from core.optimize.settings import Settings
from core.progress import ProgressCallback

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord


#: Rows of one chunk of the project's arrays; frames are shuffled within it, so that a batch writes one chunk.
CHUNK = 512


def optimize_in_sequence(
    project: Project,
    record: RunRecord,
    settings: Settings,
    *,
    device: str,
    progress: ProgressCallback | None = None,
) -> None:
    """Every body for itself, in batches, one after the other.

    Args:
        project: open for writing.
        record: the run.
        settings: of the run.
        device: to compute on.
        progress: told of bodies done.
    """
    source, regressor = record.details["source"], read_run_regressor(project, record)
    body = OptimizableBody.from_model(project.body())
    training = DiscriminatorTraining(Discriminators().to(device))
    rows, present = read_run_rows(record), project.bodies_present(record.name)
    set_aside: dict[str, str] = dict(record.details.get("set_aside", {}))
    if set_aside:
        present[[row for row in rows.tolist() if str(project.keys[row]) in set_aside]] = True
    done = 0
    off: dict[str, str] | None = None

    def say(words: str) -> None:
        project.update_run(record.name, details={"memory": words})
        if progress:
            progress(done, len(rows), words)

    def optimise(batch: NDArray[np.intp]) -> None:
        def open_batch(rows: NDArray[np.intp]) -> Optimizer:
            nonlocal off
            problem = load_problem(
                project, rows, source=source, regressor=regressor, body=body, device=device
            )
            keep_complaints(project, record.name, problem)
            off = find_off(settings, problem, off)
            return open_optimizer(
                problem, settings, scales=record.details["scales"], discriminators=training.discriminators
            )

        optimised = optimize_batch(
            batch, settings, open_optimizer=open_batch, coupled="smoothness" in settings.active
        )
        if optimised.broken:
            for row, step in optimised.broken.items():
                set_aside[str(project.keys[row])] = f"came to be no number within {step} steps"
            project.update_run(record.name, details={"set_aside": set_aside})
        project.write_bodies(record.name, optimised.rows, optimised.bodies)
        learn(optimised.rows)

    def learn(batch: NDArray[np.intp]) -> None:
        batch = batch[project.bodies_present(record.name, batch)]
        if "adversarial" in settings.active and len(batch):
            learn_from(
                training,
                project.read_bodies(source, batch),
                project.read_bodies(record.name, batch),
                device=device,
            )

    halver = Halver(say)
    units = project.keys.instants if settings.views > 1 else np.arange(len(project.keys))
    size = BATCH if device == "cpu" else CARD_BATCH
    for batch in cut_batches(rows, units[rows], size=size, shuffle="smoothness" not in settings.active):
        if present[batch].all():
            learn(batch)
        else:
            halver.run(optimise, batch, units[batch])
        done += len(batch)
        project.update_run(record.name, progress=done / len(rows))
        if progress:
            progress(done, len(rows), f"optimising bodies of run {record.name}")
    if off is not None:
        project.update_run(record.name, details={"off": off})


def cut_batches(
    rows: NDArray[np.intp], units: NDArray[np.intp], *, size: int = BATCH, shuffle: bool = True
) -> Iterator[NDArray[np.intp]]:
    """Batches of rows, shuffled within each chunk of the project's arrays, the same for the same rows.

    Args:
        rows: (n,) ascending.
        units: (n,) rows with the same number stay together, in the chunk of the first: the rows themselves,
            or their instants.
        size: rows of a batch, about.
        shuffle: otherwise neighbours stay together.
    """
    names, first = np.unique(units, return_index=True)
    chunks = rows[first] // CHUNK
    for chunk in np.unique(chunks):
        members = names[chunks == chunk]
        if shuffle:
            members = np.random.default_rng([0, int(chunk)]).permutation(members)
        inside = np.isin(units, members)
        count = min(-(-int(inside.sum()) // size), len(members))
        for part in np.array_split(members, count):
            yield rows[inside][np.isin(units[inside], part)]
