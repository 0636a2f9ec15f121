"""A data set from SPIN's npz alone: labels relative to the pelvis, boxes, and no intrinsics.

Source: ``datasets/preprocess/h36m.py`` and ``h36m_train.py`` of nkolot/SPIN: ``imgname``, ``center``,
``scale`` (the crop's side is 200 times it), ``S`` (N, 24, 4) metres in the camera's axes from the pelvis, the
last column telling which of the 24 are filled, and in training files ``part`` (N, 24, 3) pixels. Human3.6M's
17 joints lie in it left side first. A ``cameras.json`` or ``metadata.xml`` beside the npz adds the lenses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import CROP_SIDE, Camera
from core.data.dataset import Dataset
from core.data.frame_order import sort_frames
from core.data.importer import Importer
from core.data.known_cameras import read_known_cameras
from core.data.lensless import make_lensless_camera
from core.data.npz_files import decode_text, holds_arrays, read_arrays
from core.data.spin_npz import read_frame_names
from core.errors import DatasetError
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST

FORMAT = "spin-npz"

#: Where SPIN's 24 joints keep Human3.6M's 17, left side first (its ``global_idx``), and right side first.
SPIN_PLACES = (14, 3, 4, 5, 2, 1, 0, 16, 12, 17, 18, 9, 10, 11, 8, 7, 6)
PLACES = tuple(SPIN_PLACES[joint] for joint in LEFT_FIRST_TO_RIGHT_FIRST)
_BOX_UNIT = 200.0
#: Of validation files, which have no ``part``: SPIN's ``h36m.py`` skips the video's first frame.
_LATE_PICTURES = (
    "a validation file of SPIN's: pictures that its script extracts are one frame late, pose i beside the "
    "video's frame i + 1; pictures of h36m-fetch or of SPIN's training script are not"
)


def read_spin_dataset(path: Path | str) -> Dataset:
    """Read a SPIN data set npz as a data set of its own.

    Raises:
        DatasetError: an array is missing or of the wrong shape, or a frame occurs twice.
    """
    path = Path(path)
    arrays = read_arrays(path, ("imgname", "center", "scale", "S", "part"))
    for name, row_shape in (("imgname", ()), ("center", (2,)), ("scale", ()), ("S", (24, 4))):
        if name not in arrays or not arrays[name].ndim or arrays[name].shape[1:] != row_shape:
            found = arrays[name].shape if name in arrays else "nothing"
            raise DatasetError(f"{path}: {name} is {found}; expected (N, {', '.join(map(str, row_shape))})")
        kinds, wanted = ("SU", "text") if name == "imgname" else ("fiu", "numbers")
        if arrays[name].dtype.kind not in kinds:
            raise DatasetError(f"{path}: {name} is of {arrays[name].dtype}; expected {wanted}")
    if "part" in arrays and (arrays["part"].shape[1:] != (24, 3) or arrays["part"].dtype.kind not in "fiu"):
        raise DatasetError(f"{path}: part is {arrays['part'].shape}; expected numbers (N, 24, 3)")
    if len({len(values) for values in arrays.values()}) > 1:
        told = ", ".join(f"{name} has {len(values)}" for name, values in arrays.items())
        raise DatasetError(f"{path}: rows of its arrays differ: {told}")
    if not len(arrays["imgname"]):
        raise DatasetError(f"{path}: holds no frame")
    keys = read_frame_names(path, arrays["imgname"])
    rows = sort_frames(path, keys)
    order = rows.tolist()
    images = [decode_text(arrays["imgname"][row]) for row in order]
    keys = [keys[row] for row in order]
    known, _ = read_known_cameras(path.parent)
    cameras: dict[tuple[str, str], Camera] = {}
    for key, image in zip(keys, images):
        view = (key.subject, key.camera)
        if view not in cameras:
            cameras[view] = known.get(view) or make_lensless_camera(key.camera, path.parent / image, path)
    part = arrays.get("part", np.zeros((len(keys), 24, 3)))
    return Dataset(
        root=path.parent.resolve(),
        format=FORMAT,
        synthetic=False,
        keys=keys,
        joints=_take_joints(arrays["S"][rows]),
        keypoints=_take_joints(part[rows]),
        cameras=cameras,
        images=images,
        masks=[None] * len(keys),
        label_origin="mocap",
        absolute_labels=False,
        crops=_make_crops(arrays["center"][rows], arrays["scale"][rows]),
        file_order=np.argsort(rows),
        notes=() if "part" in arrays else (_LATE_PICTURES,),
    )


def _take_joints(values: NDArray[Any]) -> NDArray[np.float32]:
    """Human3.6M's 17 of (N, 24, C + 1), NaN where the last column says that they are not there."""
    joints = values[:, list(PLACES)]
    return np.where(joints[..., -1:] > 0, joints[..., :-1], np.nan).astype(np.float32)


def _make_crops(center: NDArray[Any], scale: NDArray[Any]) -> NDArray[np.float64]:
    side = _BOX_UNIT * scale[:, None].astype(np.float64)
    return np.concatenate([center - side / 2, CROP_SIDE / side], axis=1)


IMPORTER = Importer(
    FORMAT,
    "an npz of imgname and S",
    recognises=lambda path: holds_arrays(path, "imgname", "S"),
    read=read_spin_dataset,
)
