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
from core.errors import DatasetError, RegressorError, UntrustedFileError
from core.joints import H36M_17, LEFT_FIRST_TO_RIGHT_FIRST, JointSet
from core.joints_builtin import JOINT_SETS
from core.joints_file import decode_joint_set, encode_joint_set
from core.regressor.order import Order, find_order_on_body, to_right_first
from core.regressor.record import Regressor
from core.regressor.record_file import read_tensor, save_record
from core.torch_files import load_tensors
from core.types import FloatArray
from core.unpacked import check_archive
from core.whole_file import open_whole

if TYPE_CHECKING:
    from core.body.model import BodyModel

#: What an npz of ours calls the JSON that tells where its regressor comes from.
_RECORD = "record"
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
    told = {} if header is None else dict(header["provenance"])
    told.pop("order", None)  # of the file's rows; ours are right side first
    provenance = {
        **told,
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "order_in_file": order,
        "normalised_on_import": needs_normalising(matrix),
    }
    return Regressor(name, to_right_first(weights, order), body.topology, joint_set.name, provenance)


def write_regressor(
    regressor: Regressor,
    path: Path | str,
    *,
    order: Order = "right-first",
    joint_set: JointSet | None = None,
) -> None:
    """Write a regressor in the format that the suffix names.

    ``.npy`` and ``.pt`` have no room for where it comes from: that goes to ``PATH.json`` beside them.

    Args:
        regressor: right side first, as all of ours are.
        path: file to write.
        order: ``left-first`` for code that expects SPIN's order; only of Human3.6M's joints, and not in a
            record of our own (``.safetensors``), which is always right side first.
        joint_set: whose joints the rows are, to be told with it, so that others can read a set of one's own.

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
        described = _describe(regressor, joint_set)
        _WRITERS[path.suffix](regressor, path, described)
        if path.suffix in (".npy", ".pt"):
            with open_whole(_beside(path)) as stream:
                stream.write(json.dumps(described, indent=1).encode())
    except OSError as error:
        raise RegressorError(f"{path}: cannot be written ({error.strerror or error})") from error


def read_matrix(path: Path | str, joint_set: JointSet = H36M_17) -> tuple[FloatArray, dict[str, Any] | None]:
    """The matrix (J, V) of a file as it stands, float64, and what :func:`write_regressor` told with it.

    Raises:
        RegressorError: the file is unreadable, or no such matrix.
        UntrustedFileError: the file holds pickled objects.
    """
    matrix, header = _read_file(Path(path))
    expected = f"({len(joint_set)}, V), a row for each joint of {joint_set.name}"
    if header is not None and header["joint_set"] != joint_set.name:
        raise RegressorError(f"{path}: is for the joint set {header['joint_set']}; expected {joint_set.name}")
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


def find_own_joint_set(path: Path | str) -> JointSet:
    """The joint set that a regressor's file, or the JSON beside it, tells; Human3.6M's where neither does.

    Raises:
        RegressorError: the file is unreadable, names a set without telling it, or has rows for other joints.
        UntrustedFileError: the file holds pickled objects.
    """
    path = Path(path)
    matrix, header = _read_file(path)
    remedy = "give the joint set of its rows by --joints"
    if header is None:
        if matrix.ndim == 2 and len(matrix) != len(H36M_17) != matrix.shape[1]:
            raise RegressorError(f"{path}: has {len(matrix)} rows, not Human3.6M's {len(H36M_17)}; {remedy}")
        return H36M_17
    if header["joint_set"] in JOINT_SETS:
        return JOINT_SETS[header["joint_set"]]
    if "joints" not in header:
        raise RegressorError(f"{path}: is for the joint set {header['joint_set']}; {remedy}, a JSON file")
    try:
        return decode_joint_set(json.dumps(header["joints"]))
    except DatasetError as error:
        raise RegressorError(f"{path}: tells no joint set ({error}); {remedy}") from error


def _read_file(path: Path) -> tuple[np.ndarray[Any, Any], dict[str, Any] | None]:
    """Whatever array there is, and what was told with it, in the file or beside it."""
    if not path.is_file():
        raise RegressorError(f"{path}: no such file; expected a regressor, {', '.join(_WRITERS)}")
    if path.suffix == ".safetensors":
        matrix, header = read_tensor(path)
        return matrix, None if header is None else _check_header(path, header)
    if path.suffix in (".pt", ".pth"):
        return _read_torch(path), _read_beside(path)
    if path.suffix == ".npy":
        return _read_numpy(path)[0], _read_beside(path)
    if path.suffix == ".npz":
        matrix, text = _read_numpy(path)
        return matrix, None if text is None else _parse_header(path, text)
    raise RegressorError(f"{path}: unknown suffix; expected one of {', '.join(_WRITERS)}")


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _read_beside(path: Path) -> dict[str, Any] | None:
    beside = _beside(path)
    try:
        return _parse_header(beside, beside.read_text("utf-8")) if beside.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise RegressorError(f"{beside}: cannot be read ({error})") from error


def _parse_header(path: Path, text: str) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except ValueError as error:
        raise RegressorError(f"{path}: what it tells of the regressor is no JSON ({error})") from error
    return _check_header(path, header)


def _check_header(path: Path, header: Any) -> dict[str, Any]:
    if (
        not isinstance(header, dict)
        or not all(isinstance(header.get(key), str) for key in ("topology", "joint_set"))
        or not isinstance(header.get("provenance"), dict)
    ):
        raise RegressorError(f"{path}: tells no topology, joint_set and provenance of a regressor; remove it")
    return header


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


def _read_numpy(path: Path) -> tuple[np.ndarray[Any, Any], str | None]:
    """The matrix, and the JSON that an npz of ours tells with it."""
    try:
        check_archive(path)
        loaded = np.load(path, allow_pickle=False)
        if path.suffix == ".npy":
            return np.asarray(loaded), None
        with loaded:
            names = [name for name in _NPZ_KEYS if name in loaded.files]
            if not names:
                raise RegressorError(
                    f"{path}: has no {' or '.join(_NPZ_KEYS)}; it holds {', '.join(loaded.files)}"
                )
            return np.asarray(loaded[names[0]]), str(loaded[_RECORD]) if _RECORD in loaded.files else None
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


def _describe(regressor: Regressor, joint_set: JointSet | None) -> dict[str, Any]:
    described = {
        "name": regressor.name,
        "joint_set": regressor.joint_set,
        "order": regressor.provenance.get("order", "right-first"),
        "topology": regressor.topology,
        "provenance": regressor.provenance,
    }
    if joint_set is not None and joint_set.name not in JOINT_SETS:
        described["joints"] = json.loads(encode_joint_set(joint_set))
    return described


def _write_npy(regressor: Regressor, path: Path, described: dict[str, Any]) -> None:
    with open_whole(path) as stream:
        np.save(stream, regressor.weights)


def _write_npz(regressor: Regressor, path: Path, described: dict[str, Any]) -> None:
    with open_whole(path) as stream:
        np.savez(stream, allow_pickle=False, weights=regressor.weights, **{_RECORD: json.dumps(described)})


def _write_torch(regressor: Regressor, path: Path, described: dict[str, Any]) -> None:
    import torch

    with open_whole(path) as stream:
        torch.save(torch.from_numpy(np.ascontiguousarray(regressor.weights)), stream)


def _write_record(regressor: Regressor, path: Path, described: dict[str, Any]) -> None:
    save_record(regressor, path, joints=described.get("joints"))


_WRITERS: dict[str, Callable[[Regressor, Path, dict[str, Any]], None]] = {
    ".npy": _write_npy,
    ".npz": _write_npz,
    ".safetensors": _write_record,
    ".pt": _write_torch,
}
