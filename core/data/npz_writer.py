"""Npz files of many rows, written a few thousand rows at a time, as ``np.savez`` would write them whole."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from core.progress import ProgressCallback

#: Rows that are in memory at once.
BLOCK = 4096

#: What stands in some rows, (n,) -> (n, …).
Column = Callable[[NDArray[np.intp]], NDArray[Any]]


class NpzWriter:
    """Writes arrays into an open file; a context manager that ends the file.

    Args:
        stream: to write to.
        compressed: as ``np.savez_compressed``.
    """

    def __init__(self, stream: BinaryIO, *, compressed: bool = False) -> None:
        method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        self._archive = zipfile.ZipFile(stream, "w", method, allowZip64=True)

    def __enter__(self) -> NpzWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self._archive.close()

    def write(self, name: str, value: object) -> None:
        """Write one array whole; what is no plain array becomes a pickle, for formats that want it."""
        with self._open(name) as member:
            np.lib.format.write_array(member, np.asanyarray(value), allow_pickle=True)

    def write_columns(
        self,
        rows: NDArray[np.intp],
        columns: dict[str, Column],
        *,
        progress: ProgressCallback | None = None,
    ) -> None:
        """Write arrays with one entry for each of some rows.

        Args:
            rows: (N,) one at least.
            columns: name -> what gives the entries of some of the rows, always of one shape and type.
            progress: told of rows done; each column takes an equal share.
        """
        for number, (name, read) in enumerate(columns.items()):
            with self._open(name) as member:
                for start, block in _read_blocks(rows, read):
                    if not start:
                        _write_header(member, block, len(rows))
                    member.write(np.ascontiguousarray(block).tobytes())
                    if progress is not None:
                        done = number * len(rows) + start + len(block)
                        progress(done // len(columns), len(rows), "exporting bodies")

    def _open(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._archive.open(f"{name}.npy", "w", force_zip64=True))


def _read_blocks(rows: NDArray[np.intp], read: Column) -> Iterator[tuple[int, NDArray[Any]]]:
    for start in range(0, len(rows), BLOCK):
        yield start, read(rows[start : start + BLOCK])


def _write_header(member: BinaryIO, block: NDArray[Any], count: int) -> None:
    np.lib.format.write_array_header_1_0(
        member,
        {
            "descr": np.lib.format.dtype_to_descr(block.dtype),
            "fortran_order": False,
            "shape": (count, *block.shape[1:]),
        },
    )


def make_text_column(rows: NDArray[np.intp], name: Callable[[int], str]) -> Column:
    """Text of each row, as wide as the longest of all."""
    longest = max(len(name(row)) for row in rows.tolist())
    return lambda block: np.array([name(row) for row in block.tolist()], f"<U{max(longest, 1)}")
