"""Regressors as the files that users have: ``.npy``, ``.npz``, ``.safetensors`` and ``.pt``.

Sources: ``J_regressor_h36m.npy`` of SPIN and ``J_regressor_h36m_correct.npy`` of Pose2Mesh;
``retrained_J_Regressor.pt`` of Hedlin et al., a transposed CUDA tensor whose weights are to pass a ReLU and
be normalised before use.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.damage import NUMPY_DAMAGE
from core.errors import RegressorError, UntrustedFileError
from core.joints import H36M_17, LEFT_FIRST_TO_RIGHT_FIRST, JointSet
from core.regressor.order import Order, find_order_on_body, to_right_first
from core.regressor.record import Regressor
from core.regressor.record_file import read_tensor, save_record
from core.torch_files import load_tensors
from core.types import FloatArray
from core.unpacked import check_archive
from core.whole_file import open_whole

if TYPE_CHECKING:
    from core.body.model import BodyModel

#: What an npz may call its regressor.
_NPZ_KEYS = ("weights", "J_regressor_h36m", "J_regressor", "arr_0")


def read_regressor(path: Path | str, name: str, body: BodyModel, joint_set: JointSet = H36M_17) -> Regressor:
    """Read a regressor for a body: non-negative, rows normalised, right side first.

    Args:
        path: ``.npy``, ``.npz``, ``.safetensors``, ``.pt`` or ``.pth``.
        name: what to call it.
        body: whose mesh it must belong to.
        joint_set: whose joints its rows are.

    Raises:
        RegressorError: the file is unreadable, or no regressor of these joints for this mesh.
        UntrustedFileError: the file holds pickled objects.
    """
    path = Path(path)
    matrix, header = read_matrix(path, joint_set)
    if matrix.shape[1] != body.vertex_count:
        raise RegressorError(
            f"{path}: is for meshes of {matrix.shape[1]} vertices; "
            f"the body {body.name} has {body.vertex_count}"
        )
    if header is not None and header["topology"] != body.topology:
        raise RegressorError(
            f"{path}: belongs to mesh topology {header['topology']}; the body {body.name} has {body.topology}"
        )
    weights = normalise_rows(matrix, path)
    try:
        order = find_order_on_body(weights, body, joint_set)
    except RegressorError as error:
        raise RegressorError(f"{path}: {error}") from error
    provenance = {
        **(header["provenance"] if header is not None else {}),
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "order_in_file": order,
        "normalised_on_import": needs_normalising(matrix),
    }
    return Regressor(name, to_right_first(weights, order), body.topology, joint_set.name, provenance)


def write_regressor(regressor: Regressor, path: Path | str, *, order: Order = "right-first") -> None:
    """Write a regressor in the format that the suffix names.

    ``.npy`` and ``.pt`` have no room for where it comes from: that goes to ``PATH.json`` beside them.

    Args:
        regressor: right side first, as all of ours are.
        path: file to write.
        order: ``left-first`` for code that expects SPIN's order; only of Human3.6M's joints, and not in a
            record of our own (``.safetensors``), which is always right side first.

    Raises:
        RegressorError: the suffix is unknown, the order is impossible, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix not in _WRITERS:
        raise RegressorError(f"{path}: unknown suffix; expected one of {', '.join(_WRITERS)}")
    if order == "left-first":
        if regressor.joint_set != H36M_17.name or path.suffix == ".safetensors":
            raise RegressorError(
                f"{path}: left-first is for Human3.6M's joints as .npy, .npz or .pt; write it right-first"
            )
        weights = regressor.weights[list(LEFT_FIRST_TO_RIGHT_FIRST)]
        regressor = replace(regressor, weights=weights, provenance={**regressor.provenance, "order": order})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _WRITERS[path.suffix](regressor, path)
        if path.suffix in (".npy", ".pt"):
            with open_whole(path.with_name(f"{path.name}.json")) as stream:
                stream.write(json.dumps(_describe(regressor), indent=1).encode())
    except OSError as error:
        raise RegressorError(f"{path}: cannot be written ({error.strerror or error})") from error


def read_matrix(path: Path | str, joint_set: JointSet = H36M_17) -> tuple[FloatArray, dict[str, Any] | None]:
    """The matrix (J, V) of a file as it stands, float64, and the header of our own records.

    Raises:
        RegressorError: the file is unreadable, or no such matrix.
        UntrustedFileError: the file holds pickled objects.
    """
    path, header = Path(path), None
    if not path.is_file():
        raise RegressorError(f"{path}: no such file; expected a regressor, {', '.join(_WRITERS)}")
    if path.suffix == ".safetensors":
        matrix, header = read_tensor(path)
    elif path.suffix in (".pt", ".pth"):
        matrix = _read_torch(path)
    elif path.suffix in (".npy", ".npz"):
        matrix = _read_numpy(path)
    else:
        raise RegressorError(f"{path}: unknown suffix; expected one of {', '.join(_WRITERS)}")
    expected = f"({len(joint_set)}, V)"
    if header is not None and header.get("joint_set") != joint_set.name:
        raise RegressorError(
            f"{path}: is for the joint set {header.get('joint_set')}; expected {joint_set.name}"
        )
    if matrix.ndim == 2 and matrix.shape[1] == len(joint_set) != matrix.shape[0]:
        raise RegressorError(f"{path}: has shape {matrix.shape}, which is transposed; expected {expected}")
    if matrix.ndim != 2 or matrix.shape[0] != len(joint_set) or matrix.dtype.kind not in "fiu":
        raise RegressorError(
            f"{path}: has shape {matrix.shape} of {matrix.dtype}; expected numbers {expected}"
        )
    matrix = matrix.astype(np.float64)
    if not np.isfinite(matrix).all():
        row = int(np.flatnonzero(~np.isfinite(matrix).all(axis=1))[0])
        raise RegressorError(f"{path}: row {row} has a weight that is NaN or infinite")
    return matrix, header


def normalise_rows(matrix: FloatArray, path: Path | str) -> FloatArray:
    """Negative weights to zero, rows to a sum of one.

    Raises:
        RegressorError: a row has no positive weight.
    """
    weights = np.maximum(matrix, 0)
    sums = weights.sum(axis=1, keepdims=True)
    if (sums <= 0).any():
        raise RegressorError(f"{path}: row {int(np.flatnonzero(sums <= 0)[0])} has no positive weight")
    return weights / sums


def needs_normalising(matrix: FloatArray) -> bool:
    """Whether a matrix has negative weights, or row sums off one by more than 0.001."""
    return bool((matrix < 0).any() or np.abs(matrix.sum(axis=1) - 1).max() > 1e-3)


def _read_numpy(path: Path) -> np.ndarray[Any, Any]:
    try:
        check_archive(path)
        loaded = np.load(path, allow_pickle=False)
        if path.suffix == ".npy":
            return np.asarray(loaded)
        with loaded:
            names = [name for name in _NPZ_KEYS if name in loaded.files]
            if not names:
                raise RegressorError(
                    f"{path}: has no {' or '.join(_NPZ_KEYS)}; it holds {', '.join(loaded.files)}"
                )
            return np.asarray(loaded[names[0]])
    except (OSError, *NUMPY_DAMAGE) as error:
        if "pickle" in str(error):
            raise UntrustedFileError(
                f"{path}: holds pickled objects, which are not loaded; save plain arrays"
            ) from error
        raise RegressorError(f"{path}: is no readable {path.suffix} file ({error})") from error


def _read_torch(path: Path) -> np.ndarray[Any, Any]:
    import torch

    loaded = load_tensors(path, error=RegressorError)
    if not isinstance(loaded, torch.Tensor):
        raise RegressorError(f"{path}: holds a {type(loaded).__name__}; expected one tensor (17, V)")
    return np.asarray(loaded.detach().to(torch.float64).numpy())


def _describe(regressor: Regressor) -> dict[str, Any]:
    return {
        "name": regressor.name,
        "joint_set": regressor.joint_set,
        "order": regressor.provenance.get("order", "right-first"),
        "topology": regressor.topology,
        "provenance": regressor.provenance,
    }


def _write_npy(regressor: Regressor, path: Path) -> None:
    with open_whole(path) as stream:
        np.save(stream, regressor.weights)


def _write_npz(regressor: Regressor, path: Path) -> None:
    described = np.array(json.dumps(_describe(regressor)))
    with open_whole(path) as stream:
        np.savez(stream, weights=regressor.weights, record=described)


def _write_torch(regressor: Regressor, path: Path) -> None:
    import torch

    with open_whole(path) as stream:
        torch.save(torch.from_numpy(np.ascontiguousarray(regressor.weights)), stream)


_WRITERS: dict[str, Callable[[Regressor, Path], None]] = {
    ".npy": _write_npy,
    ".npz": _write_npz,
    ".safetensors": save_record,
    ".pt": _write_torch,
}
