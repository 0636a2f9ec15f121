"""Make the masks of a project's frames by one way of segmenting, and let the project use them.

Masks go into the project's own folder, ``masks/<name>/<S>/<Action>/<camera>/img_%06d.png``; the data set is
never changed. What is there already is kept, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.data.images import read_valid_mask, write_mask
from core.errors import DatasetError
from core.segment.body_silhouette import BodySilhouettes
from core.segment.mask_lint import lint_mask
from core.segment.segmenter import Segmenter

if TYPE_CHECKING:
    from core.project.project import Project

Progress = Callable[[int, int, str], None]

#: Frames whose masks are told to the project at once; what a crash costs is made again from the files.
_BLOCK = 32


@dataclass(frozen=True)
class SegmentationReport:
    """What segmenting came to.

    Attributes:
        made: masks that were made now.
        kept: masks that were there from before.
        nobody: frames in which nobody was found.
        failed: frame -> why it has no mask.
        mean_overlap: of the masks with the projected bodies; None without bodies.
        problems: what is wrong with masks -> in how many frames.
        suspects: the frames with problems, worst overlap first, at most 20.
    """

    made: int
    kept: int
    nobody: int
    failed: dict[str, str]
    mean_overlap: float | None
    problems: dict[str, int]
    suspects: list[str]


def segment_project(
    project: Project,
    segmenter: Segmenter,
    *,
    name: str,
    rows: NDArray[np.intp] | None = None,
    progress: Progress | None = None,
) -> SegmentationReport:
    """Segment frames, one after the other.

    Args:
        project: open for writing.
        segmenter: makes a mask of a row.
        name: of the way, by which its masks are kept apart from others'.
        rows: frames; None is all.
        progress: called with (done, total, message).

    Raises:
        ProjectError: the project is read-only.
        DatasetError: a mask cannot be written.
    """
    project.database.check_writable()
    rows = np.arange(len(project.keys)) if rows is None else rows
    bodies = BodySilhouettes(project)
    counts: Counter[str] = Counter()
    failed: dict[str, str] = {}
    problems: Counter[str] = Counter()
    overlaps: list[tuple[float, str, bool]] = []
    done: dict[int, str] = {}
    for number, row in enumerate(rows.tolist()):
        key, camera = project.keys[row], project.camera(row)
        relative = f"masks/{name}/{key.sequence}/{key.camera}/img_{key.frame:06d}.png"
        path = project.path / relative
        try:
            if path.is_file():
                mask = read_valid_mask(path, camera.width, camera.height)
                counts["kept"] += 1
            else:
                mask = segmenter.segment(row)
                write_mask(path, mask, camera.width, camera.height)
                counts["made"] += 1
        except DatasetError as error:
            failed[str(key)] = str(error)
        else:
            done[row] = relative
            counts["nobody"] += mask is None
            report = lint_mask(mask, bodies.draw(row))
            problems.update(report.problems and [problem.split(" by ")[0] for problem in report.problems])
            overlaps.append((report.overlap or 0.0, str(key), bool(report.problems)))
        if len(done) == _BLOCK or number + 1 == len(rows):
            project.use_masks(done)
            done = {}
        if progress is not None:
            progress(number + 1, len(rows), "segmenting")
    found = [overlap for overlap, _, _ in overlaps if overlap > 0]
    return SegmentationReport(
        made=counts["made"],
        kept=counts["kept"],
        nobody=counts["nobody"],
        failed=failed,
        mean_overlap=float(np.mean(found)) if found else None,
        problems=dict(problems),
        suspects=[key for _, key, suspect in sorted(overlaps) if suspect][:20],
    )
