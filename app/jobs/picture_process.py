"""The picture process: draws a synthetic studio's pictures that are wanted and not there yet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.jobs.free_memory import receive_order
from core.types import FrameKey

#: Pictures drawn ahead of time give way to the window and the live run.
NICENESS = 5


@dataclass(frozen=True)
class Wanted:
    """Pictures in the order in which they are to be there; replaces what was wanted before.

    ``frames`` gives row, key and file of each.
    """

    batch: int
    frames: tuple[tuple[int, FrameKey, Path], ...]


@dataclass(frozen=True)
class Drawn:
    """A row's picture is there; so many are left of its batch."""

    batch: int
    row: int
    left: int


def run_pictures(connection: Connection, dataset_root: Path) -> None:
    """Body of the child process; ends by EOFError when the window closes the pipe."""
    from core.studio.pictures import PictureRenderer

    os.nice(NICENESS)
    batch, frames = 0, list[tuple[int, FrameKey, Path]]()
    with PictureRenderer(dataset_root) as renderer:
        while True:
            while not frames or connection.poll():
                wanted: Wanted = receive_order(connection)
                batch, frames = wanted.batch, list(wanted.frames)
            row, key, path = frames.pop(0)
            if not path.exists():
                renderer.render(key)
            connection.send(Drawn(batch, row, len(frames)))
