"""Bodies of estimators and runs, as arrays of one row a frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.project.arrays import ArrayStore
from core.types import BodyParameters, BoolArray, FloatArray

#: Where each parameter lies in a row.
_SLICES = {
    "global_orient": slice(0, 3),
    "body_pose": slice(3, 72),
    "betas": slice(72, 82),
    "transl": slice(82, 85),
}
_COLUMNS = 85


class BodyStore:
    """Bodies in the camera frame, by the name of the estimator or run that they come from.

    Args:
        arrays: where they are kept.
    """

    def __init__(self, arrays: ArrayStore) -> None:
        self._arrays = arrays

    def add(self, source: str, parameters: BodyParameters, present: BoolArray) -> None:
        """Keep all bodies of a new source."""
        self._arrays.add(_name_parameters(source), _pack(parameters))
        self._arrays.add(_name_presence(source), present)

    def add_empty(self, source: str, count: int) -> None:
        """Make room for a source's bodies, all absent so far."""
        self._arrays.add_empty(_name_parameters(source), (count, _COLUMNS), np.float32, fill=np.nan)
        self._arrays.add_empty(_name_presence(source), (count,), bool, fill=False)

    def read(self, source: str, rows: NDArray[np.intp]) -> BodyParameters:
        """Bodies of some rows, NaN where there is none."""
        packed = self._arrays.read(_name_parameters(source), rows)
        return BodyParameters(**{name: packed[:, columns] for name, columns in _SLICES.items()})

    def read_presence(self, source: str, rows: NDArray[np.intp] | None = None) -> BoolArray:
        """For which of some rows, or of all, there is a body, (n,)."""
        return self._arrays.read(_name_presence(source), rows)

    def write(self, source: str, rows: NDArray[np.intp], parameters: BodyParameters) -> None:
        """Replace the bodies of some rows; they are present once they are whole."""
        self._arrays.write(_name_parameters(source), rows, _pack(parameters))
        self._arrays.write(_name_presence(source), rows, np.ones(len(rows), bool))

    def write_translations(self, source: str, rows: NDArray[np.intp], transl: FloatArray) -> None:
        """Replace where the bodies of some rows stand, (n, 3) metres."""
        moved = replace(self.read(source, rows), transl=transl)
        self._arrays.write(_name_parameters(source), rows, _pack(moved))


def _pack(parameters: BodyParameters) -> NDArray[np.float32]:
    return np.concatenate([getattr(parameters, name) for name in _SLICES], axis=1).astype(np.float32)


def _name_parameters(source: str) -> str:
    return f"bodies/{source}/parameters"


def _name_presence(source: str) -> str:
    return f"bodies/{source}/present"
