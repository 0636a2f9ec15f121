"""Files of ``joblib.dump``, read without trusting them and without joblib.

Joblib interrupts its pickle after each array's description and puts the array's bytes there, with padding
since version 1.1. Arrays are mapped, not read: of a file that also holds every vertex of every frame only
what is looked at is ever loaded.

Source of the layout: ``NumpyArrayWrapper`` in joblib's ``numpy_pickle.py``.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import DatasetError
from core.pickles import RestrictedUnpickler, StatedArray, StatedDType, load_pickle

#: First bytes of what ``joblib.dump(…, compress=…)`` writes.
_COMPRESSED = {b"\x78": "zlib", b"\x1f\x8b": "gzip", b"BZ": "bz2", b"\x5d\x00": "lzma", b"\xfd7zXZ": "xz"}
_COMPRESSED[b"\x04\x22\x4d\x18"] = "lz4"


def load_joblib(path: Path | str) -> Any:
    """Read a file that ``joblib.dump`` wrote without compression.

    Returns:
        Containers with read-only arrays, mapped from the file.

    Raises:
        UntrustedFileError: it names a class or function that is not on the list; nothing was executed.
        DatasetError: it is missing, damaged, compressed, or holds arrays of objects.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    for magic, method in _COMPRESSED.items():
        if start.startswith(magic):
            raise DatasetError(
                f"{path}: is compressed with {method}, which is not read; write it again with "
                "joblib.dump(value, path), without compress"
            )
    return load_pickle(path, unpickler=_JoblibUnpickler)


class _InlineArray(StatedArray):
    """Joblib's description of an array; told its state, it takes the array from the stream."""

    unpickler: _JoblibUnpickler

    def __setstate__(self, state: dict[Any, Any]) -> None:
        self.array = self.unpickler.map_array(state)


class _JoblibUnpickler(RestrictedUnpickler):
    def __init__(self, stream: BinaryIO, path: Path) -> None:
        super().__init__(stream, path)
        self._stream = stream  # after each opcode it stands where the next begins
        self._size = os.fstat(stream.fileno()).st_size

    def find_class(self, module: str, name: str) -> Any:
        """As for any pickle, and joblib's description of an array."""
        if (module, name) == ("joblib.numpy_pickle", "NumpyArrayWrapper"):
            return type(name, (_InlineArray,), {"unpickler": self})
        return super().find_class(module, name)

    def map_array(self, state: dict[Any, Any]) -> NDArray[Any]:
        """Map the array whose bytes the stream stands at, and go on behind them."""
        if not isinstance(state["dtype"], StatedDType):
            raise ValueError("array without a dtype")
        dtype, shape = state["dtype"].resolve(), tuple(state["shape"])
        if dtype.hasobject:
            raise DatasetError(
                f"{self._path}: holds an array of objects of shape {shape}, which is not read; "
                "write arrays of numbers alone"
            )
        if any(type(side) is not int or side < 0 for side in shape) or state["order"] not in ("C", "F"):
            raise ValueError(f"array of shape {shape}")
        if state.get("numpy_array_alignment_bytes") is not None:
            self._stream.seek(self._stream.read(1)[0], os.SEEK_CUR)
        offset, size = self._stream.tell(), math.prod(shape) * dtype.itemsize
        if offset + size > self._size:
            raise ValueError(f"array of shape {shape} that goes beyond the end of the file")
        self._stream.seek(size, os.SEEK_CUR)
        if not size:
            return np.zeros(shape, dtype)
        return np.memmap(self._path, dtype, "r", offset, shape, state["order"])
