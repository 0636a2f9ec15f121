"""SMPL body model files: the official pickles and the same arrays in an npz.

Neither is trusted: an npz is read without pickled objects, a pickle by :mod:`core.pickles`. Both hold
:data:`core.body.reader.SMPL_ARRAYS`; whatever else is in them is left alone. Source of the layout: smplx's
``body_models.py``.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.body.holes import find_caps
from core.body.model import BodyModel
from core.body.reader import SMPL_ARRAYS
from core.body.readers import READERS
from core.body.small_joints import FAMILIES, merge_small_joints
from core.errors import BodyError
from core.types import BETAS, BODY_JOINTS

#: How SMPL's unsigned ``kintree_table`` writes that the root has no parent.
_NO_PARENT = 4294967295


def load_body(path: Path | str) -> BodyModel:
    """Read a body model from ``.npz``, from an SMPL ``.pkl``, or as another package's reader does.

    The first ten shape directions are kept; arrays come in half, single or double precision. SMPL-H and
    SMPL-X are read as bodies of SMPL's joints (:mod:`core.body.small_joints`), and small holes are closed
    (:mod:`core.body.holes`).

    Raises:
        BodyError: the file is missing, damaged, or not a body with SMPL's joints and ten betas.
        UntrustedFileError: a pickle names a class that body models have no use for.
    """
    path = Path(path)
    if not path.is_file():
        raise BodyError(f"{path}: no such file; expected an SMPL body model, .pkl or .npz")
    reader = next((each for each in READERS.values() if path.suffix.lower() in each.suffixes), None)
    if reader is None:
        known = ", ".join(suffix for each in READERS.values() for suffix in each.suffixes)
        raise BodyError(f"{path}: {path.suffix or 'no suffix'} is no body model file's; expected {known}")
    arrays = reader.read(path)
    missing = [key for key in SMPL_ARRAYS if key not in arrays]
    if missing:
        raise BodyError(
            f"{path}: has no {', '.join(missing)}; an SMPL body model holds {', '.join(SMPL_ARRAYS)}"
        )
    floats = {key: _as_floats(path, key, arrays[key]) for key in SMPL_ARRAYS[:5]}
    shapedirs = floats["shapedirs"]
    if shapedirs.ndim != 3 or shapedirs.shape[2] < BETAS:
        raise BodyError(
            f"{path}: shapedirs has shape {shapedirs.shape}; expected (V, 3, {BETAS}) or more betas"
        )
    faces, caps = _close(_read_faces(path, arrays["f"]), floats["v_template"])
    parents = _read_parents(path, arrays["kintree_table"])
    regressor, weights, posedirs = (floats[key] for key in ("J_regressor", "weights", "posedirs"))
    family = FAMILIES.get(len(parents), "SMPL")
    if family != "SMPL":
        _check_small_joints(path, parents, J_regressor=regressor, weights=weights, posedirs=posedirs)
        parents, regressor, weights, posedirs = merge_small_joints(
            parents.tolist(), regressor, weights, posedirs
        )
    return BodyModel(
        name=path.stem,
        v_template=floats["v_template"],
        shapedirs=np.ascontiguousarray(shapedirs[..., :BETAS]),
        posedirs=posedirs,
        joint_regressor=regressor,
        weights=weights,
        parents=parents,
        faces=faces,
        caps=caps,
        family=family,
    )


def save_body(model: BodyModel, path: Path | str) -> None:
    """Write a body model, whole or not at all, as ``.npz`` or as a ``.pkl`` that smplx reads.

    Raises:
        BodyError: the suffix is neither.
    """
    path = Path(path)
    if path.suffix not in (".npz", ".pkl"):
        raise BodyError(f"{path}: body models are written as .npz or .pkl")
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as stream:
        if path.suffix == ".npz":
            np.savez_compressed(stream, **to_smpl_arrays(model))  # type: ignore[arg-type]
        else:
            pickle.dump(to_smpl_arrays(model), stream, protocol=2)
    partial.replace(path)


def to_smpl_arrays(model: BodyModel) -> dict[str, NDArray[Any]]:
    """The arrays of an SMPL file, by their names there; shapes and units as in :class:`BodyModel`.

    ``kintree_table`` is (2, 24) int64 with SMPL's 2**32 - 1 for "no parent"; ``f`` leaves out added caps.
    """
    parents = np.where(model.parents < 0, _NO_PARENT, model.parents)
    return {
        "v_template": model.v_template,
        "shapedirs": model.shapedirs,
        "posedirs": model.posedirs,
        "J_regressor": model.joint_regressor,
        "weights": model.weights,
        "kintree_table": np.stack([parents, np.arange(BODY_JOINTS)]).astype(np.int64),
        "f": model.own_faces,
    }


def _close(faces: NDArray[np.int32], vertices: NDArray[np.float32]) -> tuple[NDArray[np.int32], int]:
    """Faces with caps behind them, and how many; the faces alone where the mesh cannot be closed.

    What stands against it is told where a silhouette is wanted.
    """
    if faces.size == 0 or faces.max() >= len(vertices):
        return faces, 0
    try:
        caps = find_caps(faces, vertices)
    except BodyError:
        return faces, 0
    return np.concatenate([faces, caps]), len(caps)


def _check_small_joints(path: Path, parents: NDArray[np.int64], **arrays: NDArray[np.float32]) -> None:
    """Whether a model with more joints than SMPL's has a tree with fingers, and arrays for so many."""
    joints, vertices = len(parents), arrays["weights"].shape[0]
    if (parents >= np.arange(joints)).any() or not {20, 21} <= set(parents.tolist()):
        raise BodyError(
            f"{path}: kintree_table is not {FAMILIES[joints]}'s: its parents are {parents.tolist()}"
        )
    expected = {
        "J_regressor": (joints, vertices),
        "weights": (vertices, joints),
        "posedirs": (vertices, 3, 9 * (joints - 1)),
    }
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise BodyError(
                f"{path}: {name} has shape {arrays[name].shape}; {FAMILIES[joints]}, of whose {joints} "
                f"joints its kintree_table tells, has {shape}"
            )


def _as_floats(path: Path, key: str, value: Any) -> NDArray[np.float32]:
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise BodyError(f"{path}: {key} has dtype {array.dtype}; expected numbers")
    return np.ascontiguousarray(array, dtype=np.float32)


def _as_integers(path: Path, key: str, value: Any) -> NDArray[np.int64]:
    array = np.asarray(value)
    if array.dtype.kind not in "fiu" or not np.array_equal(array, np.floor(array)):
        raise BodyError(f"{path}: {key} has dtype {array.dtype}; expected whole numbers")
    return array.astype(np.int64)


def _read_parents(path: Path, value: Any) -> NDArray[np.int64]:
    table = _as_integers(path, "kintree_table", value)
    if table.ndim != 2 or table.shape[0] != 2:
        raise BodyError(f"{path}: kintree_table has shape {table.shape}; expected (2, {BODY_JOINTS})")
    if not np.array_equal(table[1], np.arange(table.shape[1])):
        raise BodyError(
            f"{path}: kintree_table numbers the joints {table[1].tolist()}; expected 0, 1, 2, ..."
        )
    parents = table[0].copy()
    parents[:1][parents[:1] == _NO_PARENT] = -1
    return parents


def _read_faces(path: Path, value: Any) -> NDArray[np.int32]:
    faces = _as_integers(path, "f", value)
    if faces.ndim != 2 or faces.shape[1] != 3:
        raise BodyError(f"{path}: f has shape {faces.shape}; expected (F, 3) triangles")
    if faces.size and (faces.min() < 0 or faces.max() > np.iinfo(np.int32).max):
        raise BodyError(f"{path}: f names vertices {faces.min()} to {faces.max()}; not possible")
    return np.ascontiguousarray(faces, dtype=np.int32)
