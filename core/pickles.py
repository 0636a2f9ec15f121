"""Pickles read without trusting them.

A pickle may name any callable and have it called; here only a short list of names is answered, each by a
stand-in of our own: numpy arrays, dtypes and scalars, builtin containers, the three old scipy sparse
matrices, and the two chumpy classes of the official SMPL files. Even numpy's own reconstruction is not
used, since a forged dtype state makes it read arbitrary memory. Anything else is refused before it is
looked up.

Source of the layouts: numpy's and scipy's ``__reduce__``; chumpy's ``ch.py`` and ``reordering.py`` (chumpy
itself does not import on numpy >= 1.24).
"""

from __future__ import annotations

import io
import math
import pickle
import re
import struct
from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import DatasetError, UntrustedFileError

_BUILTINS = {
    kind.__name__: kind
    for kind in (
        bool, complex, dict, float, frozenset, int, list, object, set, slice, str, tuple,
    )
}  # fmt: skip

_SPARSE_MODULE = re.compile(r"scipy\.sparse\._?(csc|csr|coo)")
_PLAIN_DTYPE = re.compile(r"[<>=|]?([biufc]\d{1,2}|[SU]\d{1,9}|O8?|\?)")

#: What a truncated, damaged or forged stream raises on the way, by pickle's own documentation and trial.
_DAMAGE = (
    pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, IndexError, KeyError,
    OverflowError, RecursionError, MemoryError, struct.error,
)  # fmt: skip


def load_pickle(path: Path | str, *, unpickler: type[RestrictedUnpickler] | None = None) -> Any:
    """Read a pickle of containers, numpy arrays and SMPL's sparse and chumpy arrays.

    Pickles of Python 2 are read as latin1, as the official SMPL files need. Sparse matrices and chumpy
    arrays come back as dense numpy arrays.

    Args:
        path: the file.
        unpickler: one that knows a dialect of pickles.

    Raises:
        UntrustedFileError: it names a class or function that is not on the list; nothing was executed.
        DatasetError: it is missing or damaged.
    """
    path = Path(path)
    try:
        with _BoundedReader(path) as stream:
            return read_pickle(cast(BinaryIO, stream), path, unpickler=unpickler)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error


def read_pickle(stream: BinaryIO, path: Path, *, unpickler: type[RestrictedUnpickler] | None = None) -> Any:
    """As :func:`load_pickle`, from a stream that stands where the pickle begins; ``path`` names it.

    Raises:
        DatasetError: it is damaged.
        UntrustedFileError: it asks for something that is not data.
    """
    try:
        return _settle((unpickler or RestrictedUnpickler)(stream, path).load(), {})
    except _DAMAGE as error:
        raise DatasetError(f"{path}: not a readable pickle ({error}); fetch or write it again") from error


class _BoundedReader(io.BufferedReader):
    """A file that is never asked for more than it has, whatever length is written in it.

    Otherwise the memory for what a forged length promises is taken before the end of the file is met.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))
        self._size = path.stat().st_size

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._size - self.tell():
            raise EOFError(f"it ends before the {size} bytes that it promises")
        return super().read(size)


class StatedDType:
    """A dtype as the stream describes it; only plain ones can be resolved."""

    def __init__(self, text: Any) -> None:
        if isinstance(text, bytes):
            text = text.decode("latin1")
        if not isinstance(text, str) or not _PLAIN_DTYPE.fullmatch(text):
            raise ValueError(f"array of dtype {text!r}")
        self._dtype = np.dtype(text)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order, subdtype, names, fields = state[1:5]
        if subdtype is not None or names is not None or fields is not None:
            raise ValueError("array of a structured dtype")
        if order in ("<", ">"):
            self._dtype = self._dtype.newbyteorder(order)

    def resolve(self) -> np.dtype[Any]:
        """The numpy dtype."""
        return self._dtype


class _Array:
    """An array until the whole stream is read."""

    dtype: Any = None
    shape: Any = ()
    raw: Any = b""
    order: str = "C"

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.shape, self.dtype, fortran, self.raw = state[-4:]
        self.order = "F" if fortran else "C"


class Stated:
    """An instance that only keeps the attributes that the stream gives it."""

    def __init__(self, *_: Any) -> None:
        self.state: dict[Any, Any] = {}

    def __setstate__(self, state: Any) -> None:
        self.state = state[0] if isinstance(state, tuple) and len(state) == 2 else state


class StatedArray(Stated):
    """An instance that has found out, by its state, which array it stands for."""

    array: NDArray[Any] | None = None


class _Sparse(Stated):
    layout = ""


class _Chumpy(Stated):
    pass


class _ChumpySelect(Stated):
    pass


class RestrictedUnpickler(pickle._Unpickler):
    """Answers names with its own bound methods or with classes made for this one load.

    A stream can set attributes on whatever it is given; on these that reaches nothing shared.

    It is pickle's unpickler in Python, as joblib's is. The one in C clears memory for as many objects as a
    forged memo index counts, and takes as much as a forged length of a bytearray promises, before it looks.
    """

    dispatch: ClassVar[dict[int, Any]] = dict(pickle._Unpickler.dispatch)
    read: Any  # both made by load, and unknown to pickle's type stubs
    append: Any

    def __init__(self, stream: Any, path: Path) -> None:
        super().__init__(stream, encoding="latin1")
        self._path = path
        self._file_readline = partial(_read_whole_line, stream)

    def find_class(self, module: str, name: str) -> Any:
        """What stands for a class or function that the stream names.

        Raises:
            UntrustedFileError: it is not on the list.
        """
        if module in ("builtins", "__builtin__") and name in _BUILTINS:
            return _BUILTINS[name]
        if module in ("builtins", "__builtin__") and name in ("bytes", "bytearray"):
            return self._make_bytes if name == "bytes" else self._make_bytearray
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module in ("copyreg", "copy_reg") and name == "_reconstructor":
            return self._make_instance
        if (module, name) == ("_codecs", "encode"):
            return self._encode
        if module == "numpy" and name in ("ndarray", "dtype"):
            return self._make_dtype if name == "dtype" else object
        if module in ("numpy.core.multiarray", "numpy._core.multiarray"):
            if name == "_reconstruct":
                return self._make_array
            if name == "scalar":
                return self._make_scalar
        if module in ("numpy.core.numeric", "numpy._core.numeric") and name == "_frombuffer":
            return self._make_filled_array
        sparse = _SPARSE_MODULE.fullmatch(module)
        if sparse and name in (f"{sparse[1]}_matrix", f"{sparse[1]}_array"):
            return type(name, (_Sparse,), {"layout": sparse[1]})
        if (module, name) == ("chumpy.ch", "Ch"):
            return type(name, (_Chumpy,), {})
        if (module, name) == ("chumpy.reordering", "Select"):
            return type(name, (_ChumpySelect,), {})
        raise UntrustedFileError(
            f"{self._path}: asks for {module}.{name}, which a data file has no need of; nothing of it was "
            "loaded. If you trust where it comes from, convert it to .npz first"
        )

    def persistent_load(self, pid: Any) -> Any:
        """Refuse: such an object lies elsewhere.

        Raises:
            UntrustedFileError: always.
        """
        raise UntrustedFileError(
            f"{self._path}: refers to an object outside itself; nothing of it was loaded"
        )

    def _load_bytearray(self) -> None:
        (size,) = struct.unpack("<Q", self.read(8))
        self.append(bytearray(self.read(size)))  # a read is bounded by what there is

    dispatch[pickle.BYTEARRAY8[0]] = _load_bytearray

    def _make_bytearray(self, *content: Any) -> bytearray:
        if content and isinstance(content[0], int):
            raise ValueError(f"{content[0]} bytes that are not in it")
        return bytearray(*content)

    def _make_bytes(self, *content: Any) -> bytes:
        return bytes(self._make_bytearray(*content))

    def _make_instance(self, kind: type, base: type, state: Any) -> Any:
        if base is not object or not issubclass(kind, Stated):
            raise ValueError(f"instance of {kind.__name__}")
        return kind()

    def _encode(self, text: str, encoding: str) -> bytes:
        return text.encode("latin1") if encoding == "latin1" else text.encode("utf-8")

    def _make_dtype(self, text: Any, *_: Any) -> StatedDType:
        return StatedDType(text)

    def _make_array(self, *_: Any) -> _Array:
        return _Array()

    def _make_filled_array(self, raw: Any, dtype: StatedDType, shape: Any, order: str, *_: Any) -> _Array:
        return self._fill(dtype, shape, raw, order == "F")

    def _fill(self, dtype: StatedDType, shape: Any, raw: Any, fortran: bool) -> _Array:
        array = _Array()
        array.__setstate__((shape, dtype, fortran, raw))
        return array

    def _make_scalar(self, dtype: StatedDType, raw: Any) -> Any:
        return _fill_array(self._fill(dtype, (), raw, False), {})[()]


def _read_whole_line(stream: Any) -> bytes:
    line: bytes = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError("it ends within a line")
    return line


def _settle(value: Any, done: dict[int, tuple[Any, Any]]) -> Any:
    """Replace stand-ins by arrays, through containers; ``done`` keeps each object once, and alive."""
    if not isinstance(value, dict | list | tuple | _Array | Stated):
        return value
    if id(value) in done:
        return done[id(value)][1]
    settled: Any
    if isinstance(value, dict):
        settled = {_settle(key, done): _settle(entry, done) for key, entry in value.items()}
    elif isinstance(value, list | tuple):
        settled = type(value)([_settle(entry, done) for entry in value])
    elif isinstance(value, _Array):
        settled = _fill_array(value, done)
    elif isinstance(value, StatedArray):
        if value.array is None:
            raise ValueError("array without a place in the file")
        settled = value.array
    else:
        settled = _fill_stated(value, _settle(value.state, done))
    done[id(value)] = (value, settled)
    return settled


def _fill_array(array: _Array, done: dict[int, tuple[Any, Any]]) -> NDArray[Any]:
    if not isinstance(array.dtype, StatedDType):
        raise ValueError("array without a dtype")
    dtype, shape = array.dtype.resolve(), tuple(array.shape)
    if dtype.hasobject:
        if len(array.raw) != math.prod(shape):
            raise ValueError(f"object array of {len(array.raw)} entries for shape {shape}")
        flat = np.empty(len(array.raw), dtype)
        for index, entry in enumerate(array.raw):
            flat[index] = _settle(entry, done)
    else:
        raw = array.raw.encode("latin1") if isinstance(array.raw, str) else bytes(array.raw)
        flat = np.frombuffer(raw, dtype).copy()
    return flat.reshape(shape, order="F" if array.order == "F" else "C")


def _fill_stated(instance: Stated, state: dict[Any, Any]) -> NDArray[Any]:
    if isinstance(instance, _Sparse):
        from scipy import sparse

        # Positional state of the constructors: (data, indices, indptr), or (data, (row, col)) for coo.
        data, shape = state["data"], tuple(state["_shape"] if "_shape" in state else state["shape"])
        if instance.layout == "coo":
            coordinates = state["coords"] if "coords" in state else (state["row"], state["col"])
            return np.asarray(sparse.coo_matrix((data, coordinates), shape).toarray())
        build = sparse.csc_matrix if instance.layout == "csc" else sparse.csr_matrix
        matrix = build((data, state["indices"], state["indptr"]), shape)
        matrix.check_format(full_check=True)  # indices out of range would read foreign memory
        return np.asarray(matrix.toarray())
    if isinstance(instance, _ChumpySelect):
        selected = np.asarray(state["a"]).ravel()[np.asarray(state["idxs"])]
        return selected.reshape(state["preferred_shape"])
    return np.asarray(state["x"])
