"""Bodies of SPIN's files: data set npz, result npz and static fits.

Source: ``datasets/base_dataset.py``, ``eval.py`` and ``train/fits_dict.py`` of nkolot/SPIN: ``pose`` (N, 72)
axis-angle with the global orientation first, ``shape`` (N, 10) or, in results, ``betas``; ``imgname``, which
results and static fits (N, 82) lack: their rows follow the data set npz that they were made of;
``has_smpl`` where some rows have no body. SPIN's camera is a weak perspective, so a metric translation is
unknown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.damage import NUMPY_DAMAGE
from core.data.body_table import POSE, BodyTable, make_table, take_betas, take_floats
from core.data.h36m_names import parse_image_name
from core.data.npz_files import decode_text, read_arrays
from core.errors import DatasetError, UntrustedFileError
from core.types import BETAS, FrameKey
from core.unpacked import check_archive


def read_spin_bodies(path: Path | str) -> BodyTable:
    """Bodies of a data set npz or a result npz.

    Raises:
        DatasetError: the file is unreadable, or its arrays are not what they should be.
        UntrustedFileError: the file holds pickled objects.
    """
    path = Path(path)
    arrays = read_arrays(path, ("pose", "shape", "betas", "imgname", "has_smpl"))
    shape_key = "shape" if "shape" in arrays else "betas"
    pose, betas = take_floats(path, arrays, "pose", (POSE,)), take_betas(path, arrays, shape_key)
    present = None
    if "has_smpl" in arrays:
        present = np.asarray(arrays["has_smpl"]).reshape(-1).astype(bool)
        if len(present) != len(pose):
            raise DatasetError(f"{path}: has_smpl has {len(present)} rows for {len(pose)} poses")
    names = read_frame_names(path, arrays["imgname"]) if "imgname" in arrays else None
    return make_table(path, pose=pose, betas=betas, names=names, present=present)


def read_static_fits(path: Path | str) -> BodyTable:
    """Bodies of SPIN's ``static_fits/*.npy``, (N, 82): pose and betas; an all-zero row has no body.

    Raises:
        DatasetError: the file is unreadable or of another shape.
        UntrustedFileError: the file holds pickled objects.
    """
    path = Path(path)
    try:
        check_archive(path)
        fits = np.load(path, allow_pickle=False)
    except (OSError, *NUMPY_DAMAGE) as error:
        if "pickle" in str(error):
            raise UntrustedFileError(f"{path}: holds pickled objects, which are not loaded") from error
        raise DatasetError(f"{path}: is no readable npy file ({error})") from error
    if not isinstance(fits, np.ndarray):
        raise DatasetError(f"{path}: is an npz; SPIN's static fits are one array")
    if fits.ndim != 2 or fits.shape[1] != POSE + BETAS or fits.dtype.kind != "f":
        raise DatasetError(
            f"{path}: has shape {fits.shape} of {fits.dtype}; SPIN's static fits are floats (N, 82)"
        )
    present = np.asarray(fits.any(axis=1))
    return make_table(path, pose=fits[:, :POSE], betas=fits[:, POSE:], names=None, present=present)


def read_frame_names(path: Path, names: NDArray[Any]) -> list[FrameKey]:
    """The frames that an npz's ``imgname``, (N,) text or bytes, tells.

    Raises:
        DatasetError: a name is none that is known.
    """
    keys = []
    for row, name in enumerate(map(decode_text, names)):
        key = parse_image_name(name)
        if key is None:
            raise DatasetError(
                f"{path}: imgname of row {row} is {name!r}; expected "
                "images/S9_Greeting_1.60457274_000001.jpg, or the data set's key of the frame, "
                "S9/Greeting-1/60457274/000001"
            )
        keys.append(key)
    return keys
