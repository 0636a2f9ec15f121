"""``segment``: masks of the person, made from pictures or taken over from files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import CycloptsError, Parameter
from rich.console import Console

from app.cli.output import Progress, emit

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
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make masks and let the project use them; frames that are done already are passed over.

    Args:
        project: project folder.
        backend: background needs nothing but cameras that stand still; files takes masks over; torchvision
            and detectron2 run Mask R-CNN where they are installed; or one that another package adds.
        masks: for files: a folder of PNG or JPEG masks or of Human3.6M's .mat, or a COCO .json.
        weights: for torchvision and detectron2: the file of a Mask R-CNN's weights.
        frames: patterns of keys, e.g. "S9/*,S11/Walking-1/*"; default all.
        json: print one JSON document.
    """
    from core.optimize.selection import select_rows
    from core.project.project import Project
    from core.segment.backend import BackendFiles
    from core.segment.backends import BACKENDS
    from core.segment.segment_project import segment_project

    if backend not in BACKENDS:
        raise CycloptsError(msg=f"--backend {backend} is none of {', '.join(BACKENDS)}")
    chosen = BACKENDS[backend]
    with Project.open(project) as opened, Progress() as progress:
        rows = None if frames is None else select_rows(opened, frames)
        if chosen.reads_pictures:
            _draw_missing_pictures(opened, progress)
        segmenter = chosen.open(opened, BackendFiles(masks, weights))
        report = segment_project(opened, segmenter, name=backend, rows=rows, progress=progress)
    document = {"project": str(project), "backend": backend, **asdict(report)}
    emit(document, json, lambda console: _print_report(console, document))


def _draw_missing_pictures(project: Project, progress: Progress) -> None:
    """A studio's pictures are rendered when they are first needed, and the room takes all of them."""
    if not project.synthetic:
        return
    missing = [row for row in range(len(project.keys)) if not project.image_path(row).is_file()]
    if not missing:
        return
    from core.studio.pictures import PictureRenderer

    with PictureRenderer(project.dataset_root) as renderer:
        for number, row in enumerate(missing):
            renderer.render(project.keys[row])
            progress(number + 1, len(missing), "drawing pictures")


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
