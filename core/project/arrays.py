"""``arrays.zarr``: one row a frame, in chunks of 512 rows, so that many workers write different chunks.

Zarr v3. ``frames/numbers`` int32, in one chunk since opening reads it whole; ``labels/joints`` (N, J, 3)
metres, camera frame; ``labels/keypoints`` (N, J, 2) and ``labels/crops`` (N, 3) pixels;
``bodies/<source>/parameters`` (N, 85) and ``present`` (N,). Runs that were optimised in blocks lie in other
arrays (:mod:`core.project.block_bodies`).
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.errors import ArrayNotFoundError, GroupNotFoundError

from core.errors import ProjectError
from core.project.write_error import make_write_error

FOLDER_NAME = "arrays.zarr"
CHUNK_ROWS = 512

#: Rows read at most per row asked for, rather than picking rows one by one.
_READ_THROUGH = 8


class ArrayStore:
    """The arrays of one project; for any number of threads.

    The first axis of every array is its rows. Methods raise ProjectError where they need an array that is not
    there, or where the disk refuses what is written.

    Args:
        folder: the project folder.
        read_only: never write.

    Raises:
        ProjectError: the folder has no arrays.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._path = folder / FOLDER_NAME
        self._lock = threading.Lock()
        self._arrays: dict[str, zarr.Array[Any]] = {}
        try:
            self._root = zarr.open_group(self._path, mode="r" if read_only else "r+")
        except (GroupNotFoundError, FileNotFoundError) as error:
            raise ProjectError(f"{self._path}: is missing; the project is damaged") from error

    @classmethod
    def create(cls, folder: Path) -> ArrayStore:
        """Make an empty store in an existing folder."""
        zarr.create_group(folder / FOLDER_NAME)
        return cls(folder)

    def add(self, name: str, values: NDArray[Any], *, chunk_rows: int = CHUNK_ROWS) -> None:
        """Add an array."""
        with self._writing():
            self._make(name, values.shape, values.dtype, 0, chunk_rows)
            self._arrays[name][...] = values

    def add_empty(
        self, name: str, shape: tuple[int, ...], dtype: Any, fill: Any, *, chunk_rows: int = CHUNK_ROWS
    ) -> None:
        """Add an array that takes no space until it is written; replaces one of the same name."""
        with self._writing():
            self._make(name, shape, np.dtype(dtype), fill, chunk_rows)

    def remove(self, name: str) -> None:
        """Remove an array, or all that lie below a name; nothing happens where there is none."""
        with self._writing():
            for known in [known for known in self._arrays if f"{known}/".startswith(f"{name}/")]:
                del self._arrays[known]
            shutil.rmtree(self._path / name, ignore_errors=True)

    def list_below(self, name: str) -> list[str]:
        """What lies right below a name."""
        folder = self._path / name
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def read_chunk(self, name: str, number: int) -> NDArray[Any]:
        """All rows of one chunk."""
        array = self._open(name)
        start = number * array.chunks[0]
        return np.asarray(array[start : start + array.chunks[0]])

    def write_chunk(self, name: str, number: int, values: NDArray[Any]) -> None:
        """Write one whole chunk, (chunk rows, …); it is on disk, and its old content is there until then.

        Other processes may write other chunks at the same time.
        """
        array = self._open(name)
        start = number * array.chunks[0]
        with self._writing():
            array[start : start + array.chunks[0]] = values
            file = self._path / name / "c" / "/".join([str(number), *["0"] * (array.ndim - 1)])
            for path in (file, file.parent):
                if path.exists():  # a chunk that is all fill value has no file
                    sync_path(path)

    def count_chunk_rows(self, name: str) -> int:
        """Rows of one chunk of an array."""
        return int(self._open(name).chunks[0])

    def read_shape(self, name: str) -> tuple[int, ...]:
        """Shape of an array."""
        return tuple(self._open(name).shape)

    def has(self, name: str) -> bool:
        """Whether there is such an array."""
        return name in self._root

    def read(self, name: str, rows: NDArray[np.intp] | None = None) -> NDArray[Any]:
        """Rows of an array, (n,) in the order asked for, or all of them."""
        array = self._open(name)
        if rows is None:
            return np.asarray(array[...])
        rows = np.asarray(rows)
        if not len(rows):
            return np.zeros((0, *array.shape[1:]), array.dtype)
        first, last = int(rows.min()), int(rows.max())
        if last - first < max(CHUNK_ROWS, _READ_THROUGH * len(rows)):
            return np.asarray(array[first : last + 1])[rows - first]
        return np.asarray(array.oindex[rows])

    def write(self, name: str, rows: NDArray[np.intp], values: NDArray[Any]) -> None:
        """Write rows; two processes may do so at once only in different chunks."""
        array, rows = self._open(name), np.asarray(rows)
        if not len(rows):
            return
        order = np.argsort(rows)
        rows, values = rows[order], np.asarray(values, array.dtype)[order]
        with self._writing():
            if rows[-1] - rows[0] + 1 == len(rows):
                array[int(rows[0]) : int(rows[-1]) + 1] = values
            else:
                array.oindex[rows] = values

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except OSError as error:
            raise make_write_error(self._path, error) from error

    def _open(self, name: str) -> zarr.Array[Any]:
        array = self._arrays.get(name)
        if array is None:
            try:
                found = self._root[name]
            except (KeyError, ArrayNotFoundError, FileNotFoundError) as error:
                raise ProjectError(f"{self._path}: has no array {name}") from error
            if not isinstance(found, zarr.Array):
                raise ProjectError(f"{self._path}: {name} is no array")
            array = self._arrays[name] = found
        return array

    def _make(
        self, name: str, shape: tuple[int, ...], dtype: np.dtype[Any], fill: Any, chunk_rows: int
    ) -> None:
        chunks = (min(chunk_rows, max(1, shape[0])), *shape[1:])
        self._arrays[name] = self._root.create_array(
            name, shape=shape, chunks=chunks, dtype=dtype, fill_value=fill, overwrite=True
        )


def sync_path(path: Path) -> None:
    """Have a file, or a folder's list of files, on disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
