"""Optimise many frames unattended: batch by batch into a run of the project, from which it can go on.

Whatever stops a run, the batches that were written stay, and the run goes on with those that are missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.device import choose_device
from core.energy.discriminators import Discriminators, DiscriminatorTraining
from core.errors import ProjectError, SettingsError
from core.optimize.evidence import describe_flags
from core.optimize.halving import Halver
from core.optimize.measuring import balance_terms
from core.optimize.opening import open_optimizer
from core.optimize.posed_bodies import PosedBodies
from core.optimize.problem import OptimizableBody, load_problem
from core.optimize.rounds import optimize_subjects
from core.optimize.run_details import (
    keep_complaints,
    read_run_regressor,
    read_run_rows,
    to_ranges,
)
from core.optimize.selection import select_training_rows, select_views
from core.optimize.settings import Settings
from core.optimize.views import check_views
from core.rotations import matrix_to_sixd

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord

ProgressCallback = Callable[[int, int, str], None]

#: Bodies at a time on the processor, and on a card, which has room for more and is slow to start.
BATCH, CARD_BATCH = 40, 512
#: Rows of one chunk of the project's arrays; frames are shuffled within it, so that a batch writes one chunk.
CHUNK = 512
#: Bodies that the terms are balanced on.
SAMPLE = 32


def run_batch(
    project: Project,
    run: str,
    settings: Settings,
    *,
    rows: NDArray[np.intp] | None = None,
    source: str = "initial",
    regressor: str = "J_spin",
    resume: bool = False,
    overwrite: bool = False,
    device: str = "auto",
    progress: ProgressCallback | None = None,
) -> RunRecord:
    """Optimise frames and keep their bodies as a run.

    The discriminators are updated once each time a batch has been optimised (equation 5 of the paper).

    Args:
        project: open for writing.
        run: name of the run.
        settings: what every body is optimised with; a run that goes on must be given the same.
        rows: which frames; the training subjects' if not given, or those that the run was started with.
        source: estimator whose bodies are optimised.
        regressor: whose joints the labels are compared with, in its newest version.
        resume: go on with a run of that name, or start it if there is none.
        overwrite: forget a run of that name and its bodies.
        device: what to compute on, see :mod:`core.device`; a run may go on on another one.
        progress: told of bodies done.

    Returns:
        The run's record, with the state ``done``.

    Raises:
        ProjectError: a run of that name is there and is not to be resumed, or no frame has a body.
        SettingsError: the run was started with other settings, or no term can be used.
        DeviceError: the device is not there, or holds not even one body.
    """
    target = str(choose_device(device))
    known = {record.name: record for record in project.runs()}
    if resume and not overwrite and run in known:
        record = _check_resumed(known[run], settings, rows)
    else:
        record = _start_run(
            project, run, settings, rows, source=source, regressor=regressor, overwrite=overwrite
        )
    if record.state == "done":
        return record
    record = project.update_run(run, state="running", details={"device": target})
    started = time.monotonic()
    try:
        if settings.one_shape:
            optimize_subjects(project, record, settings, progress=progress)
        else:
            _optimize_batches(project, record, settings, progress=progress)
    except BaseException as error:
        project.update_run(run, state="paused" if isinstance(error, KeyboardInterrupt) else "failed")
        raise
    finally:
        seconds = record.details.get("seconds", 0.0) + time.monotonic() - started
        project.update_run(run, details={"seconds": round(seconds, 1)})
    return project.update_run(run, state="done", progress=1.0)


def _start_run(
    project: Project,
    run: str,
    settings: Settings,
    rows: NDArray[np.intp] | None,
    *,
    source: str,
    regressor: str,
    overwrite: bool,
) -> RunRecord:
    """Balance the terms and make the run's record."""
    source = project.find_source(source)
    rows = np.unique(select_training_rows(project) if rows is None else rows)
    rows = rows[project.bodies_present(source)[rows]]
    if not len(rows):
        raise ProjectError(f"{project.path}: {source} has no body for any of the frames of run {run}")
    if settings.views > 1:
        check_views(project.has_extrinsics)
        rows = select_views(project, rows, views=settings.views)
    record = project.read_regressor(regressor)
    details: dict[str, Any] = {
        "rows": to_ranges(rows),
        "source": source,
        "regressor": {"name": regressor, "version": record.provenance["version"]},
        "flags": describe_flags(project),
    }
    if settings.balanced:
        sample = rows[np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(np.intp))]
        details["scales"] = balance_terms(
            load_problem(project, sample, source=source, regressor=record),
            joint_alignment=settings.joint_alignment,
            discriminators=Discriminators(),
            silhouette=settings.silhouette,
        )
    else:
        details["scales"] = dict.fromkeys(settings.terms, 1.0)
    return project.create_run(
        run,
        settings.to_dict(),
        shares_bodies=settings.views > 1,
        details=details,
        overwrite=overwrite,
    )


def _check_resumed(record: RunRecord, settings: Settings, rows: NDArray[np.intp] | None) -> RunRecord:
    if not settings.agrees_with(Settings.from_dict(record.settings)):
        raise SettingsError(
            f"run {record.name} was started with other settings; choose another name for the new ones"
        )
    if rows is not None and not np.isin(read_run_rows(record), rows).all():
        raise SettingsError(
            f"run {record.name} was started with other frames; choose another name, or leave them out"
        )
    return record


def _optimize_batches(
    project: Project, record: RunRecord, settings: Settings, *, progress: ProgressCallback | None
) -> None:
    """Every body for itself, in batches; the discriminators see each batch once, also on the way back in."""
    source, regressor = record.details["source"], read_run_regressor(project, record)
    device = record.details["device"]
    body = OptimizableBody.from_model(project.body())
    training = DiscriminatorTraining(Discriminators().to(device))
    rows, present = read_run_rows(record), project.bodies_present(record.name)
    done = 0

    def say(words: str) -> None:
        project.update_run(record.name, details={"memory": words})
        if progress:
            progress(done, len(rows), words)

    def optimise(batch: NDArray[np.intp]) -> None:
        problem = load_problem(project, batch, source=source, regressor=regressor, body=body, device=device)
        optimizer = open_optimizer(
            problem, settings, scales=record.details["scales"], discriminators=training.discriminators
        )
        for _ in range(settings.iterations):
            optimizer.advance()
        keep_complaints(project, record.name, problem)
        optimised = optimizer.read_bodies()
        project.write_bodies(record.name, batch, optimised.to_parameters())
        learn(problem.initial, optimised)

    def learn(initial: PosedBodies, optimised: PosedBodies) -> None:
        if "adversarial" in settings.active:
            training.update(
                matrix_to_sixd(initial.rotations).to(device),
                initial.betas.to(device),
                matrix_to_sixd(optimised.rotations).to(device),
                optimised.betas.to(device),
            )

    halver = Halver(say)
    units = project.keys.instants if settings.views > 1 else np.arange(len(project.keys))
    size = BATCH if device == "cpu" else CARD_BATCH
    for batch in cut_batches(rows, units[rows], size=size, shuffle="smoothness" not in settings.active):
        if present[batch].all():
            learn(
                PosedBodies.from_parameters(project.read_bodies(source, batch)),
                PosedBodies.from_parameters(project.read_bodies(record.name, batch)),
            )
        else:
            halver.run(optimise, batch, units[batch])
        done += len(batch)
        project.update_run(record.name, progress=done / len(rows))
        if progress:
            progress(done, len(rows), f"optimising bodies of run {record.name}")


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
