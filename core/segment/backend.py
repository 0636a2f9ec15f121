"""What a way of making masks is: a name, what it is told, and a segmenter for a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.segment.segmenter import Segmenter

if TYPE_CHECKING:
    from core.project.project import Project


@dataclass(frozen=True)
class BackendFiles:
    """What the user gave besides the project.

    Attributes:
        masks: folder or file of masks.
        weights: file of a network's weights.
    """

    masks: Path | None = None
    weights: Path | None = None


@dataclass(frozen=True)
class Backend:
    """One way of making masks.

    Attributes:
        id: the name that ``--backend`` takes, and under which the project keeps the masks.
        summary: what it does and needs, in one line.
        open: makes the segmenter; raises a JointlensError that tells the remedy where something is missing.
        reads_pictures: whether pictures have to be there.
    """

    id: str
    summary: str
    open: Callable[[Project, BackendFiles], Segmenter]
    reads_pictures: bool = True
