"""Pickles are read without trusting them."""

from __future__ import annotations

import pickle
import resource
import struct
import sys
import tracemalloc
import types
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from core.errors import DatasetError, UntrustedFileError
from core.pickles import load_pickle


def write(path: Path, value: Any, protocol: int = 2) -> Path:
    path.write_bytes(pickle.dumps(value, protocol))
    return path


@pytest.mark.parametrize("protocol", range(6))
def test_containers_arrays_and_sparse_matrices_come_back(tmp_path: Path, protocol: int) -> None:
    dense = np.arange(12.0).reshape(3, 4)
    value = {
        "reversed": dense[::-1].T,
        "big endian": dense.astype(">f4"),
        "names": np.array(["left", "right"]),
        "objects": np.array([{"pose": dense}, None], dtype=object),
        "scalar": np.float32(2.5),
        "empty": np.zeros((0, 3)),
        "sparse": [sparse.csc_matrix(dense), sparse.csr_matrix(dense), sparse.coo_matrix(dense)],
        "plain": (1, "a", b"b", {2}, None, True, 1.5),
    }
    read = load_pickle(write(tmp_path / "v.pkl", value, protocol))
    np.testing.assert_array_equal(read["reversed"], dense[::-1].T)
    np.testing.assert_array_equal(read["big endian"], dense)
    np.testing.assert_array_equal(read["names"], ["left", "right"])
    np.testing.assert_array_equal(read["objects"][0]["pose"], dense)
    assert read["objects"][1] is None
    assert read["scalar"] == 2.5
    assert read["empty"].shape == (0, 3)
    for matrix in read["sparse"]:
        np.testing.assert_array_equal(matrix, dense)
    assert read["plain"] == value["plain"]


def test_chumpy_arrays_come_back_without_chumpy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = {name: types.ModuleType(name) for name in ("chumpy", "chumpy.ch", "chumpy.reordering")}

    class Ch:
        pass

    class Select:
        pass

    for kind, module in ((Ch, "chumpy.ch"), (Select, "chumpy.reordering")):
        kind.__module__, kind.__qualname__ = module, kind.__name__
        setattr(modules[module], kind.__name__, kind)
    for name, module_object in modules.items():
        monkeypatch.setitem(sys.modules, name, module_object)
    base, selection = Ch(), Select()
    base.x = np.arange(6.0)
    selection.a, selection.idxs, selection.preferred_shape = base, np.array([5, 0, 1, 2]), (2, 2)
    written = write(tmp_path / "smpl.pkl", {"v": base, "s": selection})
    for name in modules:
        monkeypatch.delitem(sys.modules, name)

    read = load_pickle(written)
    np.testing.assert_array_equal(read["v"], np.arange(6.0))
    np.testing.assert_array_equal(read["s"], [[5, 0], [1, 2]])


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return Path.touch, (self.target,)


def test_a_forbidden_class_is_named_and_nothing_is_executed(tmp_path: Path) -> None:
    harmed = tmp_path / "harmed"
    path = write(tmp_path / "bomb.pkl", {"v_template": np.zeros(3), "x": Bomb(harmed)})
    with pytest.raises(
        UntrustedFileError, match=r"bomb\.pkl: asks for builtins\.getattr|bomb\.pkl: asks for"
    ):
        load_pickle(path)
    assert not harmed.exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("numpy", "load"),
        ("scipy.sparse._csc", "os"),
        ("numpy", "ndarray.tofile"),
    ],
)
def test_neighbours_of_allowed_names_are_refused(tmp_path: Path, module: str, name: str) -> None:
    path = tmp_path / "sly.pkl"
    path.write_bytes(
        b"\x80\x04" + b"".join(b"\x8c" + bytes([len(s)]) + s.encode() for s in (module, name)) + b"\x93."
    )
    with pytest.raises(UntrustedFileError, match=f"{module}.{name}"):
        load_pickle(path)


def test_a_forged_object_dtype_cannot_read_memory(tmp_path: Path) -> None:
    """numpy takes this stream and hands out an object at address 0x4141414141414141."""
    honest = pickle.dumps(np.zeros(1, "f8"), 2)
    forged = honest.replace(b"X\x02\x00\x00\x00f8", b"X\x02\x00\x00\x00O8").replace(
        struct.pack("<d", 0.0), b"A" * 8
    )
    path = tmp_path / "forged.pkl"
    path.write_bytes(forged)
    with pytest.raises(DatasetError, match=r"forged\.pkl"):
        load_pickle(path)


def test_a_sparse_matrix_with_wild_indices_is_refused(tmp_path: Path) -> None:
    matrix = sparse.csc_matrix(np.eye(3))
    matrix.indices[0] = 10**6
    with pytest.raises(DatasetError, match="not a readable pickle"):
        load_pickle(write(tmp_path / "wild.pkl", matrix))


@pytest.mark.parametrize("cut", [0, 1, 20, -1])
def test_a_truncated_file_is_one_clear_error(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "cut.pkl", {"a": np.arange(10)})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DatasetError, match=r"cut\.pkl: not a readable pickle"):
        load_pickle(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"absent\.pkl: cannot be read"):
        load_pickle(tmp_path / "absent.pkl")


@pytest.mark.parametrize(
    "forged",
    [
        pickle.PROTO + b"\x05" + pickle.NONE + pickle.LONG_BINPUT + struct.pack("<I", 2**26) + b".",
        pickle.PROTO + b"\x05" + pickle.BYTEARRAY8 + struct.pack("<Q", 2**31) + b"ab.",
        b"cbuiltins\nbytearray\n" + pickle.BININT + struct.pack("<i", 2**30) + pickle.TUPLE1 + b"R.",
    ],
)
def test_a_few_forged_bytes_take_no_memory(tmp_path: Path, forged: bytes) -> None:
    path = tmp_path / "forged.pkl"
    path.write_bytes(forged)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        with suppress(DatasetError):
            load_pickle(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # of 1,024 bytes
