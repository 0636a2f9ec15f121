"""A data set from mmhuman3d's HumanData: labels of Human3.6M, and no intrinsics of its own.

Source: ``human_data.py`` and ``data_converters/h36m.py`` of open-mmlab/mmhuman3d. ``keypoints3d`` (N, K, 4)
and ``keypoints2d`` (N, K, 3) lie in a space of 190 joints; a compressed file keeps those that
``keypoints3d_mask`` (190,) marks. Human3.6M's 17 are named left side first there; mmpose names its first leg
otherwise than it is, so sides are told by geometry as ever. A ``cameras.json`` or ``metadata.xml`` beside the
npz adds the lenses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import CROP_SIDE
from core.data.dataset import Dataset
from core.data.frame_order import sort_frames
from core.data.importer import Importer
from core.data.known_cameras import read_known_cameras
from core.data.lensless import make_lensless_camera
from core.data.npz_files import decode_text, holds_arrays, read_arrays
from core.data.spin_npz import read_frame_names
from core.errors import DatasetError

FORMAT = "human-data"

SPACE = 190
#: Where the 190 joints keep Human3.6M's 17, in our order.
PLACES = (148, 144, 5, 8, 145, 4, 7, 150, 146, 152, 147, 16, 18, 20, 17, 19, 21)
#: A pelvis farther than this from the origin in any frame is a place, metres.
_ROOT_CENTRED = 1e-3


def read_human_data(path: Path | str) -> Dataset:
    """Read a HumanData npz as a data set.

    Raises:
        DatasetError: an array is missing or of the wrong shape, or a frame occurs twice.
    """
    path = Path(path)
    names = ("image_path", "keypoints3d", "keypoints3d_mask", "keypoints2d", "keypoints2d_mask", "bbox_xywh")
    arrays = read_arrays(path, names)
    if "image_path" not in arrays or arrays["image_path"].ndim != 1 or not len(arrays["image_path"]):
        raise DatasetError(f"{path}: has no image_path, a list of names")
    keys = read_frame_names(path, arrays["image_path"])
    joints = _take_joints(path, arrays, "keypoints3d", len(keys))
    if joints is None:
        raise DatasetError(f"{path}: has no keypoints3d")
    keypoints = _take_joints(path, arrays, "keypoints2d", len(keys))
    if keypoints is None:
        keypoints = np.full((*joints.shape[:2], 2), np.nan, np.float32)
    rows = sort_frames(path, keys)
    order = rows.tolist()
    images = [decode_text(arrays["image_path"][row]) for row in order]
    known, _ = read_known_cameras(path.parent)
    cameras = {}
    for row, image in zip(order, images):
        view = (keys[row].subject, keys[row].camera)
        if view not in cameras:
            cameras[view] = known.get(view) or make_lensless_camera(
                keys[row].camera, path.parent / image, path
            )
    return Dataset(
        root=path.parent.resolve(),
        format=FORMAT,
        synthetic=False,
        keys=[keys[row] for row in order],
        joints=joints[rows],
        keypoints=keypoints[rows],
        cameras=cameras,
        images=images,
        masks=[None] * len(keys),
        label_origin="unknown",
        absolute_labels=bool(np.nanmax(np.abs(joints[:, 0]), initial=0) > _ROOT_CENTRED),
        crops=_make_crops(path, arrays["bbox_xywh"], len(keys))[rows] if "bbox_xywh" in arrays else None,
        file_order=np.argsort(rows),
    )


def _take_joints(
    path: Path, arrays: dict[str, NDArray[Any]], name: str, count: int
) -> NDArray[np.float32] | None:
    """Human3.6M's 17 of a compressed or whole array, NaN where they are not there."""
    if name not in arrays:
        return None
    values = arrays[name]
    mask = np.asarray(arrays.get(f"{name}_mask", np.ones(SPACE))).reshape(-1).astype(bool)
    coordinates = 3 if name == "keypoints3d" else 2
    if (
        len(mask) != SPACE
        or values.ndim != 3
        or len(values) != count
        or values.shape[2] != coordinates + 1
        or values.dtype.kind not in "fiu"
    ):
        raise DatasetError(
            f"{path}: {name} has shape {values.shape} of {values.dtype}; expected numbers ({count}, K, "
            f"{coordinates + 1}) of {SPACE} joints"
        )
    if values.shape[1] not in (SPACE, int(mask.sum())):
        raise DatasetError(
            f"{path}: {name} has {values.shape[1]} joints; its mask keeps {int(mask.sum())} of {SPACE}"
        )
    whole = np.zeros((count, SPACE, values.shape[2]))
    if values.shape[1] == SPACE:
        whole[:] = values
    else:
        whole[:, mask] = values
    found = whole[:, list(PLACES)]
    there = (found[..., -1:] > 0) & mask[list(PLACES)][None, :, None]
    return np.where(there, found[..., :-1], np.nan).astype(np.float32)


def _make_crops(path: Path, boxes: NDArray[Any], count: int) -> NDArray[np.float64]:
    """Square crops around boxes (N, 4 or 5), x, y, width, height."""
    if boxes.shape not in ((count, 4), (count, 5)) or boxes.dtype.kind not in "fiu":
        raise DatasetError(
            f"{path}: bbox_xywh has shape {boxes.shape} of {boxes.dtype}; expected numbers ({count}, 4 or 5)"
        )
    side = boxes[:, 2:4].max(axis=1, keepdims=True).astype(np.float64)
    return np.concatenate([boxes[:, :2] + (boxes[:, 2:4] - side) / 2, CROP_SIDE / side], axis=1)


IMPORTER = Importer(
    FORMAT,
    "an npz of image_path and keypoints3d",
    recognises=lambda path: holds_arrays(path, "image_path", "keypoints3d"),
    read=read_human_data,
)
