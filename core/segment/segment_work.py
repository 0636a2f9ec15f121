"""What a worker does with a few frames: make masks, write them to files, and tell what they are like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from core.body.model import BodyModel
from core.data.images import read_valid_mask, write_mask
from core.engine.kept import keep_open
from core.errors import DatasetError
from core.project.project import Project
from core.segment.backend import BackendFiles
from core.segment.backends import BACKENDS
from core.segment.body_silhouette import BodySilhouettes
from core.segment.mask_lint import lint_mask
from core.types import FrameKey

#: Frames with problems that a report names.
MOST_SUSPECTS = 20


@dataclass(frozen=True)
class SegmentData:
    """What all blocks have in common.

    Attributes:
        project: the project's folder.
        snapshot: of its index.
        body: the project's.
        backend: id of the way of segmenting.
        files: what it is given.
    """

    project: Path
    snapshot: Path
    body: BodyModel
    backend: str
    files: BackendFiles


@dataclass(frozen=True)
class SegmentTask:
    """Some frames; see :mod:`core.engine.exclusion` for its parts, which are rows.

    Attributes:
        number: of the block.
        rows: its frames.
        is_probe: whether the result is of no account.
        excluded: rows that are left out -> why.
    """

    number: int
    rows: tuple[int, ...]
    is_probe: bool = False
    excluded: Mapping[int, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[int, ...]:
        """Its rows."""
        return self.rows

    def probe(self, parts: tuple[int, ...]) -> Self:
        """These rows alone."""
        return replace(self, rows=parts, is_probe=True)

    def without(self, excluded: Mapping[int, str]) -> Self:
        """The block without some rows, told why."""
        return replace(self, excluded=excluded)


@dataclass
class SegmentResult:
    """What came of a block; blocks add up.

    Attributes:
        masks: row -> its mask's file, below the project's folder.
        made: masks that were made now.
        kept: masks that were there from before.
        nobody: frames in which nobody was found.
        failed: frame -> why it has no mask.
        problems: what is wrong with masks -> in how many frames.
        overlap: of the masks that overlap with the projected body, their sum.
        overlapping: how many these are.
        suspects: overlap and frame of those with problems, worst first, :data:`MOST_SUSPECTS` at most.
    """

    masks: dict[int, str] = field(default_factory=dict)
    made: int = 0
    kept: int = 0
    nobody: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    overlap: float = 0.0
    overlapping: int = 0
    suspects: list[tuple[float, str]] = field(default_factory=list)


class Worker:
    """What a process keeps from block to block: the project, and a segmenter with what it has seen of it."""

    def __init__(self, data: SegmentData) -> None:
        self.project = Project.open_snapshot(data.project, data.snapshot, data.body)
        self.segmenter = BACKENDS[data.backend].open(self.project, data.files)
        self.bodies = BodySilhouettes(self.project)

    def close(self) -> None:
        """Close the project."""
        self.project.close()


def segment_block(data: SegmentData, task: SegmentTask, device: str) -> SegmentResult:
    """Make the masks of a block; their files are there when this returns.

    Raises:
        JointlensError: what would be wrong with every block.
    """
    worker = keep_open((data.snapshot, data.backend), lambda: Worker(data))
    result = SegmentResult()
    for row in task.rows:
        key, camera = worker.project.keys[row], worker.project.camera(row)
        if row in task.excluded:
            result.failed[str(key)] = f"no worker survives it: {task.excluded[row]}"
            continue
        relative = name_mask(data.backend, key)
        path = data.project / relative
        try:
            if path.is_file():
                mask = read_valid_mask(path, camera.width, camera.height)
                result.kept += 1
            else:
                mask = worker.segmenter.segment(row)
                write_mask(path, mask, camera.width, camera.height)
                result.made += 1
        except DatasetError as error:
            result.failed[str(key)] = str(error)
            continue
        result.masks[row] = relative
        result.nobody += mask is None
        report = lint_mask(mask, worker.bodies.draw(row))
        result.problems.update(problem.split(" by ")[0] for problem in report.problems)
        overlap = report.overlap or 0.0
        if overlap > 0:
            result.overlap, result.overlapping = result.overlap + overlap, result.overlapping + 1
        if report.problems:
            result.suspects.append((overlap, str(key)))
    result.suspects = sorted(result.suspects)[:MOST_SUSPECTS]
    return result


def name_mask(backend: str, key: FrameKey) -> str:
    """Where a frame's mask lies below the project's folder."""
    return f"masks/{backend}/{key.sequence}/{key.camera}/img_{key.frame:06d}.png"
