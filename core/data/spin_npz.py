"""Estimates as a SPIN data set file or result file.

Source: ``datasets/preprocess/h36m.py``, ``datasets/base_dataset.py`` and ``eval.py`` of nkolot/SPIN:
``pose`` (N, 72) axis-angle with the global orientation first, ``shape`` (N, 10) or, in results, ``betas``;
``imgname`` such as ``images/S9_Greeting_1.60457274_000001.jpg``, absent in results, whose rows follow the
data set; ``has_smpl`` where some rows have no body. SPIN's camera is a weak perspective, so a metric
translation is unknown.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Estimates
from core.errors import DatasetError, UntrustedFileError
from core.types import BETAS, BodyParameters, FrameKey

_SPIN_NAME = re.compile(r"(?:.*/)?([^/_]+)_([^/]+)\.([^/.]+)_(\d+)\.\w+")
_H36M_FETCH_NAME = re.compile(r"(?:.*/)?([^/]+)/([^/]+)/imageSequence/([^/]+)/img_(\d+)\.\w+")


def read_spin_npz(path: Path | str, keys: Sequence[FrameKey]) -> Estimates:
    """Read estimates and put them in the order of a data set's frames.

    Args:
        path: the npz.
        keys: frames of the data set, in order.

    Raises:
        DatasetError: the file is unreadable, has another number of rows than the data set has frames, names
            frames that it does not have, or holds NaN.
        UntrustedFileError: the file holds pickled objects.
    """
    path = Path(path)
    arrays = _read_arrays(path)
    shape_key = "shape" if "shape" in arrays else "betas"
    pose = _take(path, arrays, "pose", 72)
    betas = _take(path, arrays, shape_key, BETAS)
    names = arrays.get("imgname")
    counts = {"pose": len(pose), shape_key: len(betas)} | ({} if names is None else {"imgname": len(names)})
    if len(set(counts.values())) > 1:
        raise DatasetError(
            f"{path}: rows of its arrays differ: "
            f"{', '.join(f'{name} has {count}' for name, count in counts.items())}"
        )
    if len(pose) != len(keys):
        raise DatasetError(
            f"{path}: holds {len(pose)} rows for the data set's {len(keys)} frames; expected one each"
        )
    _check_numbers(path, "pose", pose, names)
    _check_numbers(path, shape_key, betas, names)
    rows = np.arange(len(keys)) if names is None else _match_names(path, names, keys)
    present = np.ones(len(keys), bool)
    if "has_smpl" in arrays:
        present = np.asarray(arrays["has_smpl"]).reshape(-1)[rows].astype(bool)
    pose, betas = pose[rows].astype(np.float32), betas[rows].astype(np.float32)
    transl = np.full((len(keys), 3), np.nan, np.float32)
    return Estimates(BodyParameters(pose[:, :3], pose[:, 3:], betas, transl), present)


def parse_image_name(name: str) -> FrameKey | None:
    """Frame that a picture's name tells, in SPIN's or h36m-fetch's way; None where it is neither.

    SPIN writes a subaction as ``Greeting_1`` or ``Greeting 1``, h36m-fetch as ``Greeting-1``.
    """
    found = _H36M_FETCH_NAME.fullmatch(name) or _SPIN_NAME.fullmatch(name)
    if found is None:
        return None
    subject, action, camera, number = found.groups()
    return FrameKey(subject, re.sub(r"[ _](?=\d+$)", "-", action), camera, int(number))


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise DatasetError(f"{path}: is a single array; expected an npz with pose and shape")
            wanted = ("pose", "shape", "betas", "imgname", "has_smpl")
            return {name: file[name] for name in wanted if name in file.files}
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        if "pickle" in str(error):
            raise UntrustedFileError(
                f"{path}: holds pickled objects, which are not loaded; save plain number and text arrays"
            ) from error
        raise DatasetError(f"{path}: is no readable npz file ({error})") from error


def _take(path: Path, arrays: dict[str, NDArray[Any]], name: str, width: int) -> NDArray[Any]:
    if name not in arrays:
        raise DatasetError(f"{path}: has no {name}; expected a SPIN file with pose (N, 72) and shape (N, 10)")
    values = arrays[name]
    if values.ndim != 2 or values.shape[1] != width or values.dtype.kind != "f":
        raise DatasetError(
            f"{path}: {name} has shape {values.shape} of {values.dtype}; expected floats (N, {width})"
        )
    return values


def _check_numbers(path: Path, name: str, values: NDArray[Any], names: NDArray[Any] | None) -> None:
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        which = "" if names is None else f" ({_decode(names[bad[0]])})"
        raise DatasetError(
            f"{path}: {name} of row {bad[0]}{which} is not finite, and of {len(bad) - 1} more; "
            "leave such bodies out with has_smpl 0 and zeros"
        )


def _match_names(path: Path, names: NDArray[Any], keys: Sequence[FrameKey]) -> NDArray[np.intp]:
    """For every frame the row of the file that names it."""
    row_of: dict[FrameKey, int] = {}
    known = set(keys)
    for row, name in enumerate(map(_decode, names)):
        key = parse_image_name(name)
        if key is None:
            raise DatasetError(
                f"{path}: imgname of row {row} is {name!r}; expected images/S9_Greeting-1.60457274_000001.jpg"
            )
        if key not in known:
            unknown = sum(parse_image_name(_decode(other)) not in known for other in names)
            raise DatasetError(
                f"{path}: {unknown} of its {len(names)} rows name frames that are not among the data set's "
                f"{len(keys)}, the first {name!r}"
            )
        if key in row_of:
            raise DatasetError(f"{path}: rows {row_of[key]} and {row} both name {name!r}")
        row_of[key] = row
    return np.array([row_of[key] for key in keys], np.intp)


def _decode(name: Any) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
