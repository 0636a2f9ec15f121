"""``optimize``: fit bodies to images and labels, into a run of the project."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from app.cli.output import Progress, emit


def optimize(
    project: Path,
    /,
    *,
    run: str,
    preset: str = "paper",
    views: Literal[1, 4] = 1,
    terms: str | None = None,
    frames: str | None = None,
    estimates: str = "initial",
    regressor: str = "J_spin",
    include_flagged: Annotated[bool, Parameter(negative="")] = False,
    silhouette: Literal["exact", "pytorch3d"] = "exact",
    device: str = "auto",
    schedule: Literal["sequential", "blocks"] | None = None,
    engine: Literal["local", "ray"] = "local",
    workers: int | None = None,
    address: str | None = None,
    block: int | None = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Optimise bodies and keep them as a run.

    Ctrl+C, or SIGTERM as a batch system sends it, stops when what is under way is written; --resume goes on
    with what is missing, to the same numbers. docs/scale.md tells of many cores, cards and machines.

    Args:
        project: project folder.
        run: name of the run.
        preset: paper, paper-quick (its energy in a quarter of the steps), released-code or jointlens.
        views: 4 lets the four views of an instant share one body, which needs to know where the cameras
            stand; with 1 every image has a body of its own.
        terms: the terms that are on, separated by commas, instead of the preset's.
        frames: patterns of keys, separated by commas, e.g. ``S5/*`` or ``S9/*/54138969/*``; by default all
            frames of the training subjects.
        estimates: whose bodies are optimised: "initial" or an estimator.
        regressor: whose joints the labels are compared with.
        include_flagged: let flagged labels take part, to compare; --resume goes on as the run was started.
        silhouette: exact coverage, or the paper's renderer, PyTorch3D, where that is installed.
        device: cpu, cuda, cuda:N, or auto, which is the first graphics card where there is one.
        schedule: sequential, as in the paper, lets the discriminators learn from each batch before the next;
            blocks trains them on a pilot, after which blocks of bodies can be optimised anywhere and in any
            order; by default as the preset says.
        engine: local is this machine, ray a Ray cluster.
        workers: how many blocks at once; by default one a core or card of this machine where there is enough
            to do, or as many as the cluster has room for.
        address: HOST:PORT of the cluster's head, or auto; without it --engine ray starts Ray here.
        block: bodies of a block.
        resume: go on with a run of that name, or start it if it is new.
        json: print one JSON document.
    """
    from core.optimize.batch import run_batch
    from core.optimize.presets import get_preset
    from core.optimize.selection import select_rows
    from core.project.project import Project

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = replace(get_preset(preset, views=views), silhouette=silhouette)
    if schedule is not None:
        settings = replace(settings, schedule=schedule)
    if terms is not None:
        settings = settings.with_only(word.strip() for word in terms.split(",") if word.strip())
    with Project.open(project) as opened, Progress() as progress:
        record = run_batch(
            opened,
            run,
            settings,
            rows=None if frames is None else select_rows(opened, frames),
            source=estimates,
            regressor=regressor,
            include_flagged=include_flagged,
            resume=resume,
            device=device,
            engine=engine,
            workers=workers,
            address=address,
            block=block,
            progress=progress,
        )
        bodies = int(opened.bodies_present(run).sum())
    document = {
        "run": run,
        "state": record.state,
        "bodies": bodies,
        "settings": record.settings,
        "details": record.details,
        "provenance": record.provenance,
    }
    told = [f"{term} is off: {why}" for term, why in record.details.get("off", {}).items()]
    told += [f"without its mask: {complaint}" for complaint in record.details.get("complaints", [])]
    told += [f"set aside: {key} {why}" for key, why in record.details.get("set_aside", {}).items()]
    left_out = "".join(f"\n  {words}" for words in told)
    emit(document, json, f"{run}: {bodies} bodies, preset {preset}{left_out}")
