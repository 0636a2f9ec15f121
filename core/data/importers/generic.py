"""A data set of one's own: a folder with ``labels.npz``, perhaps ``cameras.json``, pictures and masks.

``labels.npz`` holds, one row a picture: ``frame`` (N,) text, ``subject/action/camera/number``; ``joints``
(N, J, 3) metres, NaN where absent, in the frame that ``joints_frame`` names: ``camera``, ``world``, or
``relative`` for camera axes from the pelvis; and, if there are any, ``keypoints`` (N, J, 2) pixels, ``image``
and ``mask`` (N,) text, paths below the folder, "" where there is none; ``joint_set`` text, a built-in one's
name or a JSON file in the folder; ``label_origin`` text. ``format_version`` is 1. Without ``keypoints`` the
joints are projected. docs/formats.md has an example.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import Camera, project, to_camera
from core.data.dataset import LABEL_ORIGINS, Dataset
from core.data.frame_order import sort_frames
from core.data.importer import Importer
from core.data.known_cameras import read_known_cameras
from core.data.lensless import make_lensless_camera
from core.data.npz_files import decode_text, list_arrays, read_arrays
from core.errors import DatasetError
from core.joints import H36M_17, JointSet
from core.joints_file import find_joint_set
from core.types import FloatArray, FrameKey, parse_key

FORMAT = "generic"
LABELS = "labels.npz"
FORMAT_VERSION = 1

_ARRAYS = (
    "format_version", "frame", "joints", "joints_frame", "keypoints", "image", "mask", "joint_set",
    "label_origin",
)  # fmt: skip
_FRAMES = ("camera", "world", "relative")
_REQUIRED = {
    "format_version": str(FORMAT_VERSION),
    "frame": "text (N,), subject/action/camera/number",
    "joints": "floats (N, J, 3), metres",
    "joints_frame": f"one of {', '.join(_FRAMES)}",
}


def read_generic(root: Path | str) -> Dataset:
    """Read such a folder.

    Raises:
        DatasetError: an array is missing, unknown or of the wrong shape, a frame occurs twice, or a camera is
            missing that the labels need.
    """
    root = Path(root)
    path = root / LABELS
    unknown = sorted(set(list_arrays(path)) - set(_ARRAYS))
    if unknown:
        raise DatasetError(
            f"{path}: holds {', '.join(ascii(name)[1:-1] for name in unknown)}; expected {', '.join(_ARRAYS)}"
        )
    arrays = read_arrays(path, _ARRAYS)
    missing = [f"{name} ({expected})" for name, expected in _REQUIRED.items() if name not in arrays]
    if missing:
        raise DatasetError(f"{path}: has no {', '.join(missing)}; docs/formats.md has an example")
    version = arrays["format_version"]
    if version.shape != () or version.dtype.kind not in "iu" or int(version) != FORMAT_VERSION:
        raise DatasetError(f"{path}: has format_version {version!s:.40}; this version reads {FORMAT_VERSION}")
    frame = _take_word(path, arrays, "joints_frame", _FRAMES)
    joint_set = _find_joint_set(root, arrays)
    keys = _read_keys(path, arrays["frame"])
    rows = sort_frames(path, keys)
    order = rows.tolist()
    keys = [keys[row] for row in order]
    joints = _take_joints(path, arrays, "joints", (len(keys), len(joint_set), 3))[rows]
    images = _take_paths(path, arrays, "image", len(keys))
    masks = _take_paths(path, arrays, "mask", len(keys))
    images = [images[row] for row in order]
    cameras = _collect_cameras(root, keys, images)
    if frame == "world":
        joints = _see(path, keys, joints, cameras)
    if "keypoints" in arrays:
        keypoints = _take_joints(path, arrays, "keypoints", (len(keys), len(joint_set), 2))[rows]
    else:
        keypoints = _project(keys, joints, cameras, known=frame != "relative")
    return Dataset(
        root=root.resolve(),
        format=FORMAT,
        synthetic=False,
        keys=keys,
        joints=joints.astype(np.float32),
        keypoints=keypoints.astype(np.float32),
        cameras=cameras,
        images=images,
        masks=[masks[row] or None for row in order],
        label_origin=_take_word(path, arrays, "label_origin", LABEL_ORIGINS, "unknown"),
        joint_set=joint_set,
        absolute_labels=frame != "relative",
        labels_in_file="metres, world" if frame == "world" else "",
        world_labels=frame == "world",
        projected_keypoints="keypoints" not in arrays and bool(np.isfinite(keypoints).any()),
        file_order=np.argsort(rows),
        labels_file=path,
    )


def _find_joint_set(root: Path, arrays: dict[str, NDArray[Any]]) -> JointSet:
    if "joint_set" not in arrays:
        return H36M_17
    name = decode_text(arrays["joint_set"][()])
    return find_joint_set(root / name if name.endswith(".json") else name)


def _read_keys(path: Path, names: NDArray[Any]) -> list[FrameKey]:
    keys = []
    names = np.atleast_1d(names)
    if names.ndim != 1 or names.dtype.kind not in "SU":
        raise DatasetError(f"{path}: frame has shape {names.shape} of {names.dtype}; expected text (N,)")
    for row, name in enumerate(map(decode_text, names)):
        try:
            key = parse_key(name)
        except DatasetError as error:
            raise DatasetError(f"{path}: row {row}: {error}") from error
        if not isinstance(key, FrameKey):
            raise DatasetError(
                f"{path}: row {row}: {name!r} has no camera; expected subject/action/camera/frame"
            )
        keys.append(key)
    if not keys:
        raise DatasetError(f"{path}: holds no frame")
    return keys


def _take_word(
    path: Path, arrays: dict[str, NDArray[Any]], name: str, words: tuple[str, ...], default: str | None = None
) -> str:
    word = decode_text(arrays[name][()]) if name in arrays else default
    if word not in words:
        raise DatasetError(f"{path}: {name} is {word!r:.80}; expected one of {', '.join(words)}")
    return str(word)


def _take_joints(
    path: Path, arrays: dict[str, NDArray[Any]], name: str, shape: tuple[int, ...]
) -> NDArray[Any]:
    values = arrays[name]
    if values.shape != shape or values.dtype.kind != "f":
        raise DatasetError(
            f"{path}: {name} has shape {values.shape} of {values.dtype}; expected floats {shape}, or name "
            "their joint_set"
        )
    damaged = np.isinf(values).any(axis=-1) | (np.isnan(values).any(axis=-1) & ~np.isnan(values).all(axis=-1))
    if damaged.any():
        row, joint = np.argwhere(damaged)[0]
        raise DatasetError(
            f"{path}: {name} of row {row}, joint {joint}, is {values[row, joint].tolist()}; expected finite "
            "numbers, or NaN throughout for an absent joint"
        )
    return values.astype(np.float64)


def _take_paths(path: Path, arrays: dict[str, NDArray[Any]], name: str, count: int) -> list[str]:
    if name not in arrays:
        return [""] * count
    if arrays[name].shape != (count,):
        raise DatasetError(f"{path}: {name} has shape {arrays[name].shape} for {count} frames")
    texts = [decode_text(text) for text in arrays[name]]
    for text in texts:
        if Path(text).is_absolute() or ".." in Path(text).parts:
            raise DatasetError(f"{path}: {name} {text!r} leads out of the data set's folder")
    return texts


def _collect_cameras(root: Path, keys: list[FrameKey], images: list[str]) -> dict[tuple[str, str], Camera]:
    told, path = read_known_cameras(root)
    cameras: dict[tuple[str, str], Camera] = {}
    for key, image in zip(keys, images):
        view = (key.subject, key.camera)
        if view in cameras:
            continue
        if told and view not in told:
            raise DatasetError(
                f"{path}: has no camera {key.camera} for {key.subject}, by which {key} was seen"
            )
        cameras[view] = (
            told[view] if told else make_lensless_camera(key.camera, root / image if image else None, root)
        )
    return cameras


def _see(
    path: Path, keys: list[FrameKey], joints: FloatArray, cameras: dict[tuple[str, str], Camera]
) -> FloatArray:
    seen = np.empty_like(joints)
    for row, key in enumerate(keys):
        camera = cameras[key.subject, key.camera]
        if not np.isfinite(camera.R).all():
            raise DatasetError(f"{path}: joints_frame is world, which takes a cameras.json with R and t")
        seen[row] = to_camera(joints[row], camera.R, camera.t)
    return seen


def _project(
    keys: list[FrameKey], joints: FloatArray, cameras: dict[tuple[str, str], Camera], *, known: bool
) -> FloatArray:
    keypoints = np.full((*joints.shape[:2], 2), np.nan)
    if known:
        for row, key in enumerate(keys):
            keypoints[row] = project(joints[row], cameras[key.subject, key.camera].lens)
    return keypoints


IMPORTER = Importer(
    FORMAT,
    f"a folder with {LABELS}",
    recognises=lambda path: (path / LABELS).is_file(),
    read=read_generic,
)
