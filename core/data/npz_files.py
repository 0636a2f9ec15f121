"""Npz files read without trusting them: plain arrays by numpy, pickled ones by the restricted unpickler."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from core.damage import NUMPY_DAMAGE
from core.errors import DatasetError, UntrustedFileError
from core.pickles import read_pickle
from core.unpacked import check_archive


def list_arrays(path: Path | str) -> list[str]:
    """Names of an npz's arrays.

    Raises:
        DatasetError: it is missing or no npz.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [name.removesuffix(".npy") for name in archive.namelist()]
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror or error})") from error
    except NUMPY_DAMAGE as error:
        raise DatasetError(f"{path}: is no readable npz file ({error})") from error


def holds_arrays(path: Path, *names: str) -> bool:
    """Whether a path is an npz with arrays of these names.

    Raises:
        DatasetError: its name ends in ``.npz``, and it is none.
    """
    return path.is_file() and path.suffix == ".npz" and set(names) <= set(list_arrays(path))


def read_arrays(path: Path | str, wanted: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Those of some plain arrays that an npz has.

    Raises:
        DatasetError: it is missing or no npz.
        UntrustedFileError: one of them holds pickled objects.
    """
    try:
        check_archive(path)
        with np.load(path, allow_pickle=False) as file:
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise DatasetError(f"{path}: is a single array; expected an npz")
            return {name: file[name] for name in wanted if name in file.files}
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror or error})") from error
    except NUMPY_DAMAGE as error:
        if "pickle" in str(error):
            raise UntrustedFileError(
                f"{path}: holds pickled objects, which are not loaded; save plain number and text arrays"
            ) from error
        raise DatasetError(f"{path}: is no readable npz file ({error})") from error


def read_object(path: Path | str, name: str) -> Any:
    """The one object, such as a dictionary of arrays, that an npz keeps as a pickle.

    Raises:
        DatasetError: the npz has no such object, or is damaged.
        UntrustedFileError: it asks for classes that it has no need of.
    """
    try:
        check_archive(path)
        with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as stream:
            version = np.lib.format.read_magic(cast(BinaryIO, stream))
            read_header = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            shape, _, dtype = read_header(cast(BinaryIO, stream))
            if not dtype.hasobject or shape != ():
                raise DatasetError(f"{path}: {name} has shape {shape} of {dtype}; expected one dictionary")
            held = read_pickle(cast(BinaryIO, stream), Path(path))
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror or error})") from error
    except NUMPY_DAMAGE as error:
        raise DatasetError(f"{path}: has no readable {name} ({error})") from error
    return held[()] if isinstance(held, np.ndarray) else held


def decode_text(value: Any) -> str:
    """A text array's entry, which older files hold as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
