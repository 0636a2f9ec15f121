"""A studio's pictures are rendered when they are first needed; some commands need many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.types import FrameKey

if TYPE_CHECKING:
    from app.cli.output import Progress
    from core.project.project import Project


@contextmanager
def open_pictures(project: Project) -> Iterator[Callable[[FrameKey], object] | None]:
    """Give what renders a frame's picture to its file; None where pictures are real or not to be made."""
    from core.studio.pictures import PictureRenderer
    from core.studio.record import NAME, read_record

    root = project.dataset_root
    if not project.synthetic or not (root / NAME).is_file() or not read_record(root).images:
        yield None
        return
    with PictureRenderer(root) as renderer:
        yield renderer.render


def draw_missing_pictures(project: Project, progress: Progress, rows: NDArray[np.intp] | None = None) -> None:
    """Render what is not there yet of some rows, or of all; a real data set is left alone."""
    if not project.synthetic:
        return
    wanted = range(len(project.keys)) if rows is None else rows.tolist()
    missing = [row for row in wanted if not project.image_path(row).is_file()]
    if not missing:
        return
    from core.studio.pictures import PictureRenderer

    with PictureRenderer(project.dataset_root) as renderer:
        for number, row in enumerate(missing):
            renderer.render(project.keys[row])
            progress(number + 1, len(missing), "drawing pictures")
