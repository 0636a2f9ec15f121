"""Make the masks of a project's frames by one way of segmenting, and let the project use them.

Masks go into the project's own folder, ``masks/<name>/<S>/<Action>/<camera>/img_%06d.png``; the data set is
never changed. What is there already is kept, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.engine.engine import Engine, Outcome
from core.engine.exclusion import do_all
from core.engine.in_process import InProcessEngine
from core.engine.kept import close_kept
from core.progress import ProgressCallback
from core.project.write_error import make_write_error
from core.segment.backend import BackendFiles
from core.segment.segment_work import MOST_SUSPECTS, SegmentData, SegmentResult, SegmentTask, segment_block

if TYPE_CHECKING:
    from core.project.project import Project


#: Frames that a worker is given at once, and whose masks are told to the project at once; what a crash costs
#: is made again from the files.
BLOCK = 32


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
    backend: str,
    files: BackendFiles | None = None,
    *,
    rows: NDArray[np.intp] | None = None,
    engine: Engine | None = None,
    progress: ProgressCallback | None = None,
) -> SegmentationReport:
    """Segment frames, in any order; the masks and the report are the same whatever engine does it.

    Args:
        project: open for writing.
        backend: id of the way, by which its masks are kept apart from others'.
        files: what it is given.
        rows: frames; None is all.
        engine: does the work; this process if not given.
        progress: called with (done, total, message).

    Raises:
        ProjectError: the project is read-only.
        DatasetError: a mask cannot be written.
        EngineError: workers fail at whatever they are given.
        KeyboardInterrupt: after the masks under way were kept, too.
    """
    project.database.check_writable()
    rows = np.arange(len(project.keys)) if rows is None else rows
    snapshot = project.path / "masks" / f"{backend}.index.sqlite"
    try:
        snapshot.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise make_write_error(snapshot.parent, error) from error
    project.database.write_snapshot(snapshot)
    data = SegmentData(project.path, snapshot, project.body(), backend, files or BackendFiles())
    tally = _Tally(project, len(rows), progress)
    blocks = (
        SegmentTask(number, tuple(rows[start : start + BLOCK].tolist()))
        for number, start in enumerate(range(0, len(rows), BLOCK))
    )
    try:
        do_all(engine or InProcessEngine("cpu"), segment_block, data, blocks, tally.keep)
    finally:
        close_kept()
        snapshot.unlink(missing_ok=True)
    return tally.report()


class _Tally:
    """Takes in blocks as they come."""

    def __init__(self, project: Project, total: int, progress: ProgressCallback | None) -> None:
        self._project, self._total, self._progress = project, total, progress
        self._done = 0
        self._whole = SegmentResult()
        self._overlaps: dict[int, float] = {}  # by block: added up in order, whatever order they come in

    def keep(self, outcome: Outcome) -> None:
        result, whole = outcome.result, self._whole
        assert isinstance(result, SegmentResult)
        if result.masks:
            self._project.use_masks(result.masks)
        whole.made, whole.kept = whole.made + result.made, whole.kept + result.kept
        whole.nobody, whole.overlapping = (
            whole.nobody + result.nobody,
            whole.overlapping + result.overlapping,
        )
        whole.failed |= result.failed
        whole.problems += result.problems
        whole.suspects = heapq.nsmallest(MOST_SUSPECTS, whole.suspects + result.suspects)
        self._overlaps[outcome.item.number] = result.overlap
        self._done += len(outcome.item.rows)
        if self._progress is not None:
            self._progress(self._done, self._total, "segmenting")

    def report(self) -> SegmentationReport:
        whole = self._whole
        overlap = sum(self._overlaps[number] for number in sorted(self._overlaps))
        return SegmentationReport(
            made=whole.made,
            kept=whole.kept,
            nobody=whole.nobody,
            failed=dict(sorted(whole.failed.items())),
            mean_overlap=overlap / whole.overlapping if whole.overlapping else None,
            problems=dict(sorted(whole.problems.items(), key=lambda told: (-told[1], told[0]))),
            suspects=[key for _, key in whole.suspects],
        )
