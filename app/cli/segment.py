"""``segment``: masks of the person, made from pictures or taken over from files."""

from __future__ import annotations

import signal
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from cyclopts import CycloptsError, Parameter
from numpy.typing import NDArray
from rich.console import Console

from app.cli.output import Progress, emit
from app.cli.studio_pictures import draw_missing_pictures
from core.errors import DatasetError

if TYPE_CHECKING:
    from core.project.project import Project


def segment(
    project: Path,
    /,
    *,
    backend: str = "background",
    masks: Path | None = None,
    weights: Path | None = None,
    frames: str | None = None,
    engine: Literal["local", "ray"] = "local",
    workers: int | None = None,
    address: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make masks and let the project use them; frames that are done already are passed over.

    Ctrl+C, or SIGTERM, stops when what is under way is written; the same again goes on.

    Args:
        project: project folder.
        backend: background needs nothing but cameras that stand still; files takes masks over; torchvision
            and detectron2 run Mask R-CNN where they are installed; or one that another package adds.
        masks: for files: a folder of PNG or JPEG masks or of Human3.6M's .mat, or a COCO .json.
        weights: for torchvision and detectron2: the file of a Mask R-CNN's weights.
        frames: patterns of keys, e.g. ``S9/*,S11/Walking-1/*``; default all.
        engine: local is this machine, ray a Ray cluster; the masks are the same.
        workers: how many at once; by default one a core of this machine where there is enough to do, or as
            many as the cluster has room for.
        address: HOST:PORT of the cluster's head, or auto; without it --engine ray starts Ray here.
        json: print one JSON document.
    """
    from core.engine.choosing import open_engine
    from core.optimize.selection import select_rows
    from core.project.project import Project
    from core.segment.backend import BackendFiles
    from core.segment.backends import BACKENDS
    from core.segment.segment_project import BLOCK, segment_project

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if backend not in BACKENDS:
        raise CycloptsError(msg=f"--backend {backend} is none of {', '.join(BACKENDS)}")
    chosen = BACKENDS[backend]
    with Project.open(project) as opened, Progress() as progress:
        rows = None if frames is None else select_rows(opened, frames)
        if chosen.reads_pictures:
            draw_missing_pictures(opened, progress, None if rows is None else _list_views(opened, rows))
        count = len(opened.keys) if rows is None else len(rows)
        with open_engine(
            engine, blocks=-(-count // BLOCK), workers=workers, address=address, device="cpu"
        ) as opened_engine:
            report = segment_project(
                opened,
                backend,
                BackendFiles(masks, weights),
                rows=rows,
                engine=opened_engine,
                progress=progress,
            )
    document = {"project": str(project), "backend": backend, **asdict(report)}
    emit(document, json, lambda console: _print_report(console, document))
    if report.failed and not report.made + report.kept:
        raise DatasetError(f"{project}: no frame has a mask: {next(iter(report.failed.values()))}")


def _list_views(project: Project, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """All rows of the same subjects and cameras, among which a back end may look for the empty room."""
    views = {(project.keys[row].subject, project.keys[row].camera) for row in rows.tolist()}
    return np.concatenate([project.rows_of(subject, camera=camera) for subject, camera in sorted(views)])


def _print_report(console: Console, document: dict[str, Any]) -> None:
    overlap = document["mean_overlap"]
    lines = [
        f"{document['made']} masks made by {document['backend']}, {document['kept']} kept from before; "
        f"nobody found in {document['nobody']} frames, {len(document['failed'])} frames failed.",
        *([] if overlap is None else [f"  overlap with the estimated bodies {overlap:.3f} (mean)"]),
        *(f"  {count} frames: {problem}" for problem, count in document["problems"].items()),
        *([f"  look at {', '.join(document['suspects'][:5])}"] if document["suspects"] else []),
        *(f"  {reason}" for reason in list(document["failed"].values())[:5]),
    ]
    for line in lines:
        console.print(line, markup=False)
