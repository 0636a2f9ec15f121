"""Arrays of many views that lie in a temporary file, so that memory does not grow with a data set."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectError
from core.types import FloatArray

#: Rows that are read or written at once where all are gone through.
BLOCK = 4096
_FILL = 1 << 17  # numbers


class FileArray:
    """Numbers of R rows in a file; what is read by indices, as from an array, is a copy in memory.

    The entries of a column, such as a joint, lie together: one joint of all rows is read as quickly as all
    joints of some rows. The file has no name and goes with the object, or with the process.

    Args:
        shape: (R, …) of the array, which is full of NaN at first.

    Raises:
        ProjectError: there is no room for it where temporary files are kept.
    """

    dtype = np.dtype(np.float64)

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the object
        weakref.finalize(self, self._file.close)
        numbers = int(np.prod(shape))
        fill = np.full(min(numbers, _FILL), np.nan)
        try:
            # All of it is written: a file that only claims its size would break when the disk is full.
            for start in range(0, numbers, _FILL):
                part = fill[: numbers - start]
                if self._file.write(part.data) < part.nbytes:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise ProjectError(
                f"{tempfile.gettempdir()}: {numbers * 8 >> 20} MB of temporary files cannot be written "
                f"({error.strerror or error}); make room, or set TMPDIR to a folder on a larger disk"
            ) from error

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> FloatArray:
        return np.array(self._map()[key], order="C")

    def __setitem__(self, key: Any, values: Any) -> None:
        self._map()[key] = values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self[:].astype(dtype or self.dtype, copy=False)

    def take(self, rows: NDArray[np.integer[Any]], *, axis: int) -> FileArray:
        """Some of the rows, (n,), as ``numpy.ndarray.take`` along the first axis."""
        assert axis == 0
        taken = FileArray((len(rows), *self.shape[1:]))
        for block in list_blocks(len(rows)):
            taken[block] = self[rows[block]]
        return taken

    def copy(self) -> FileArray:
        """Another file with the same numbers."""
        return self.take(np.arange(len(self)), axis=0)

    def _map(self) -> NDArray[np.float64]:
        """The file as an array; its pages count as this process's memory until the array is let go."""
        rows, *columns = self.shape
        if not np.prod(self.shape):
            return np.empty(self.shape)
        if not columns:
            return np.memmap(self._file, self.dtype, "r+", shape=(rows,))
        stored = np.memmap(self._file, self.dtype, "r+", shape=(columns[0], rows, *columns[1:]))
        return stored.swapaxes(0, 1)


#: Either, of N rows.
Table = FloatArray | FileArray


def list_blocks(count: int) -> list[slice]:
    """Slices of at most :data:`BLOCK` rows that cover ``count`` rows."""
    return [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
