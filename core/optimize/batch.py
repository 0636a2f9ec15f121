"""Optimise many frames unattended into a run of the project, which goes on from wherever it was stopped."""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.device import choose_device
from core.energy.discriminators import Discriminators
from core.engine.choosing import EngineName, open_engine
from core.engine.engine import Engine
from core.errors import ProjectError, SettingsError
from core.optimize.block_run import BlockRun, make_run_folder
from core.optimize.blocks import BATCH, BLOCK, CARD_BLOCK, list_tasks, plan_blocks
from core.optimize.evidence import describe_flags
from core.optimize.measuring import balance_terms
from core.optimize.pilot import FILE_NAME, PilotTask, choose_pilot, train_on_pilot
from core.optimize.problem import load_problem
from core.optimize.rounds import optimize_in_rounds, plan_rounds
from core.optimize.run_details import includes_flagged, read_run_regressor, read_run_rows, to_ranges
from core.optimize.selection import select_training_rows, select_views
from core.optimize.sequence import optimize_in_sequence
from core.optimize.settings import Settings
from core.optimize.views import check_views
from core.progress import ProgressCallback
from core.project.naming import check_name

if TYPE_CHECKING:
    from core.project.project import Project
    from core.project.runs import RunRecord


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
    include_flagged: bool = False,
    resume: bool = False,
    overwrite: bool = False,
    device: str = "auto",
    engine: EngineName = "local",
    workers: int | None = None,
    address: str | None = None,
    block: int | None = None,
    progress: ProgressCallback | None = None,
) -> RunRecord:
    """Optimise frames and keep their bodies as a run.

    Args:
        project: open for writing.
        run: name of the run.
        settings: what every body is optimised with; a run that goes on must be given the same.
        rows: which frames; the training subjects' if not given, or those that the run was started with.
        source: estimator whose bodies are optimised.
        regressor: whose joints the labels are compared with, in its newest version.
        include_flagged: let flagged labels take part, to compare; a run that goes on does as it was started.
        resume: go on with a run of that name, or start it if there is none.
        overwrite: forget a run of that name and its bodies.
        device: what to compute on, see :mod:`core.device`; a run may go on on another one.
        engine: where blocks are done (:func:`core.engine.choosing.open_engine`); a run may go on elsewhere.
        workers: how many at once.
        address: of a Ray cluster.
        block: bodies of a block; of a run that goes on, those that it was started with.
        progress: told of bodies done.

    Returns:
        The run's record, with the state ``done``.

    Raises:
        ProjectError: a run of that name is there and is not to be resumed, or no frame has a body.
        SettingsError: the run was started with other settings, no term can be used, or what is to be done in
            sequence is to be spread.
        DeviceError: the device is not there, or holds not even one body.
        EngineError: there is no such cluster, or workers fail whatever they are given.
    """
    if not settings.in_blocks and (engine != "local" or (workers or 1) > 1):
        raise SettingsError(
            f"preset {settings.preset} goes strictly in sequence, which only one process can do; spread it "
            "with --schedule blocks (discriminators then learn from a pilot), or leave out --engine and "
            "--workers"
        )
    if block is not None and block < 1:
        raise SettingsError(f"block is {block}; expected 1 body or more")
    known = {record.name: record for record in project.runs()}
    on_card = device.startswith("cuda") if engine == "ray" else choose_device(device).type == "cuda"
    if resume and not overwrite and run in known:
        record = _check_resumed(known[run], settings, rows, block, include_flagged=include_flagged)
    else:
        with project.holding_flags([]) if include_flagged else nullcontext():
            record = _start_run(
                project, run, settings, rows,
                source=source, regressor=regressor, overwrite=overwrite, include_flagged=include_flagged,
                block=block or (CARD_BLOCK if on_card else BLOCK),
            )  # fmt: skip
    if record.state == "done":
        return record
    count = len(project.run_table.list_block_rows(record)) if settings.in_blocks else 1
    with open_engine(engine, blocks=count, workers=workers, address=address, device=device) as opened:
        place = {"engine": engine, "workers": opened.workers, "threads": opened.threads}
        record = project.update_run(run, state="running", details={"device": opened.device, **place})
        started = time.monotonic()
        try:
            with project.holding_flags([]) if includes_flagged(record) else nullcontext():
                _optimize(project, record, settings, opened, progress)
        except BaseException as error:
            project.update_run(run, state="paused" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
        finally:
            seconds = record.details.get("seconds", 0.0) + time.monotonic() - started
            project.update_run(run, details={"seconds": round(seconds, 1)})
    return project.update_run(run, state="done", progress=1.0)


def _optimize(
    project: Project,
    record: RunRecord,
    settings: Settings,
    engine: Engine,
    progress: ProgressCallback | None,
) -> None:
    if not settings.in_blocks:
        optimize_in_sequence(project, record, settings, device=engine.device, progress=progress)
    elif settings.one_shape:
        optimize_in_rounds(project, record, settings, engine, progress=progress)
    else:
        _optimize_blocks(project, record, settings, engine, progress=progress)


def _optimize_blocks(
    project: Project,
    record: RunRecord,
    settings: Settings,
    engine: Engine,
    *,
    progress: ProgressCallback | None,
) -> None:
    """Every body for itself, in blocks that any worker may do in any order."""
    tasks, regressor = list_tasks(project, record), read_run_regressor(project, record)
    total = sum(task.rows for task in tasks)
    run = BlockRun(project, record, settings, engine, total=total, progress=progress)
    with run.frozen_flags():
        discriminators = None
        if "adversarial" in settings.active:
            if progress:
                progress(0, total, "training the discriminators on a pilot")
            units = project.keys.instants if settings.views > 1 else np.arange(len(project.keys))
            pilot = choose_pilot(project.run_table.list_block_rows(record), units)
            discriminators = train_on_pilot(
                engine, run.describe(settings, {"": regressor}), PilotTask(pilot, run.folder / FILE_NAME)
            )
        run.optimize(tasks, settings, {"": regressor}, discriminators=discriminators)
    run.finish(0)


def _start_run(
    project: Project,
    run: str,
    settings: Settings,
    rows: NDArray[np.intp] | None,
    *,
    source: str,
    regressor: str,
    overwrite: bool,
    include_flagged: bool,
    block: int,
) -> RunRecord:
    """Balance the terms and make the run's record."""
    check_name(run, "run")
    project.database.check_writable()
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
        "include_flagged": include_flagged,
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
    blocks: list[NDArray[np.intp]] | None = None
    if settings.one_shape:
        blocks, details["samples"] = plan_rounds(project, rows, settings, size=block)
    elif settings.in_blocks:
        units = project.keys.instants[rows] if settings.views > 1 else rows
        shuffle = "smoothness" not in settings.active
        blocks = plan_blocks(rows, units, size=block, batch=BATCH, shuffle=shuffle)
    if blocks is not None:
        details["block"] = block
        if overwrite or run not in [known.name for known in project.runs()]:
            make_run_folder(project, run)
    return project.create_run(
        run,
        settings.to_dict(),
        shares_bodies=settings.views > 1,
        details=details,
        overwrite=overwrite,
        blocks=blocks,
    )


def _check_resumed(
    record: RunRecord,
    settings: Settings,
    rows: NDArray[np.intp] | None,
    block: int | None,
    *,
    include_flagged: bool,
) -> RunRecord:
    if not settings.agrees_with(Settings.from_dict(record.settings)):
        raise SettingsError(
            f"run {record.name} was started with other settings; choose another name for the new ones"
        )
    if rows is not None and not np.isin(read_run_rows(record), rows).all():
        raise SettingsError(
            f"run {record.name} was started with other frames; choose another name, or leave them out"
        )
    if include_flagged and not includes_flagged(record):
        raise SettingsError(
            f"run {record.name} was started without the flagged labels; choose another name for one with them"
        )
    if block is not None and record.details.get("block", block) != block:
        raise SettingsError(
            f"run {record.name} was started with blocks of {record.details['block']} bodies, not {block}; "
            "leave --block out, or choose another name"
        )
    return record
