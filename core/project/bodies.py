"""Bodies of estimators and runs, as arrays of one row a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.project.arrays import ArrayStore
from core.project.block_bodies import BlockBodies, Layout
from core.project.database import Database
from core.types import BodyParameters, BoolArray, FloatArray

#: Where each parameter lies in a row.
_SLICES = {
    "global_orient": slice(0, 3),
    "body_pose": slice(3, 72),
    "betas": slice(72, 82),
    "transl": slice(82, 85),
}
#: How many numbers a body is.
COLUMNS = 85


class BodyStore:
    """Bodies in the camera frame, by the name of the estimator or run that they come from.

    Args:
        arrays: where they are kept.
        database: that knows which blocks of a run are done.

    Attributes:
        blocks: the bodies of runs that are optimised in blocks.
    """

    def __init__(self, arrays: ArrayStore, database: Database) -> None:
        self._arrays = arrays
        self.blocks = BlockBodies(arrays, database)

    def add(self, source: str, parameters: BodyParameters, present: BoolArray) -> None:
        """Keep all N bodies of a new source, camera frame; ``present`` (N,) tells which there are."""
        self._arrays.add(_name_parameters(source), pack_bodies(parameters))
        self._arrays.add(_name_presence(source), present)

    def add_empty(self, source: str, count: int) -> None:
        """Make room for a source's bodies, all absent so far."""
        self.remove(source)
        self._arrays.add_empty(_name_parameters(source), (count, COLUMNS), np.float32, fill=np.nan)
        self._arrays.add_empty(_name_presence(source), (count,), bool, fill=False)

    def add_blocks(self, layout: Layout, blocks: Sequence[NDArray[np.intp]], count: int) -> None:
        """Make room for a run's bodies in blocks, all absent so far."""
        self.blocks.add(layout, blocks, count, COLUMNS)

    def remove(self, source: str, *, but: Layout | None = None) -> None:
        """Remove a source's bodies, or those that do not lie in a layout."""
        for name in (_name_parameters(source), _name_presence(source)):
            self._arrays.remove(name)
        for name in self._arrays.list_below(f"bodies/{source}"):
            if but is None or name != but.token:
                self._arrays.remove(f"bodies/{source}/{name}")

    def read(self, source: str, rows: NDArray[np.intp]) -> BodyParameters:
        """Bodies of some rows, NaN where there is none."""
        layout = self.blocks.find_layout(source)
        if layout is not None:
            return unpack_bodies(self.blocks.read(layout, rows, COLUMNS))
        return unpack_bodies(self._arrays.read(_name_parameters(source), rows))

    def read_presence(self, source: str, rows: NDArray[np.intp] | None = None) -> BoolArray:
        """For which of some rows, or of all, there is a body, (n,)."""
        layout = self.blocks.find_layout(source)
        if layout is not None:
            return self.blocks.read_presence(layout, rows)
        return self._arrays.read(_name_presence(source), rows)

    def write(self, source: str, rows: NDArray[np.intp], parameters: BodyParameters) -> None:
        """Replace the bodies of some rows; they are present once they are whole."""
        self._arrays.write(_name_parameters(source), rows, pack_bodies(parameters))
        self._arrays.write(_name_presence(source), rows, np.ones(len(rows), bool))

    def write_translations(self, source: str, rows: NDArray[np.intp], transl: FloatArray) -> None:
        """Replace where the bodies of some rows stand, (n, 3) metres."""
        moved = replace(self.read(source, rows), transl=transl)
        self._arrays.write(_name_parameters(source), rows, pack_bodies(moved))


def pack_bodies(parameters: BodyParameters) -> NDArray[np.float32]:
    """One row of numbers a body, (n, 85): global orientation, body pose, betas, translation in metres."""
    return np.concatenate([getattr(parameters, name) for name in _SLICES], axis=1).astype(np.float32)


def unpack_bodies(packed: NDArray[np.float32]) -> BodyParameters:
    """The inverse of :func:`pack_bodies`, (n, 85) -> n bodies."""
    return BodyParameters(**{name: packed[:, columns] for name, columns in _SLICES.items()})


def _name_parameters(source: str) -> str:
    return f"bodies/{source}/parameters"


def _name_presence(source: str) -> str:
    return f"bodies/{source}/present"
