"""Human3.6M as 3DMPPE_POSENET and its successors keep it: COCO JSON with cameras and world joints.

Source: ``data/Human36M/Human36M.py`` of mks0601/3DMPPE_POSENET_RELEASE: ``Human36M_subjectX_data.json``,
whose images carry ``file_name, width, height, subject, action_idx`` (from 2)``, subaction_idx, frame_idx``
(from 0)``, cam_idx`` (1 to 4); ``_camera.json["1"]`` = ``R, t, f, c`` with X_cam = R X + t in millimetres;
and ``_joint_3d.json[action][subaction][frame]`` (17, 3) millimetres in the world, right side first. It has no
lens distortion and no 2D labels of its own: they are the projected joints.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from core.cameras import Camera, Lens, project, to_camera
from core.data.dataset import Dataset
from core.data.h36m_names import CAMERAS, name_sequence
from core.data.importer import Importer
from core.errors import DatasetError
from core.types import LARGEST_FRAME, FrameKey

FORMAT = "mks-json"
_DATA_NAME = re.compile(r"Human36M_subject(\d+)_data\.json")
_IMAGE_FIELDS = (
    "file_name", "width", "height", "action_idx", "subaction_idx", "frame_idx", "cam_idx",
)  # fmt: skip


def find_annotation_folder(root: Path) -> Path | None:
    """The folder of the JSON files: the root, or ``annotations`` in it."""
    for folder in (root, root / "annotations"):
        if folder.is_dir() and any(_DATA_NAME.fullmatch(path.name) for path in folder.iterdir()):
            return folder
    return None


def read_mks_json(root: Path | str) -> Dataset:
    """Read such a folder; pictures are looked for in ``images``.

    Raises:
        DatasetError: a file is missing or malformed, or a frame has no joints or no camera.
    """
    root = Path(root)
    folder = find_annotation_folder(root)
    if folder is None:
        raise DatasetError(f"{root}: holds no Human36M_subject*_data.json, nor does annotations in it")
    cameras: dict[tuple[str, str], Camera] = {}
    found: dict[FrameKey, tuple[Any, Any, str]] = {}
    for path in sorted(folder.iterdir()):
        named = _DATA_NAME.fullmatch(path.name)
        if named is None:
            continue
        stem = f"Human36M_subject{named[1]}"
        images, told = _read(path), _read(folder / f"{stem}_camera.json")
        world = _read(folder / f"{stem}_joint_3d.json")
        listed = images.get("images", []) if isinstance(images, dict) else None
        if not isinstance(listed, list):
            raise DatasetError(f"{path}: has no list of images")
        for number, image in enumerate(listed):
            _check_image(path, number, image)
            key = _make_key(path, f"S{named[1]}", image)
            view = (key.subject, key.camera)
            if view not in cameras:
                cameras[view] = _make_camera(folder / f"{stem}_camera.json", told, image, key.camera)
            joints = _find_joints(folder / f"{stem}_joint_3d.json", world, image)
            camera = cameras[view]
            seen = to_camera(joints / 1000, camera.R, camera.t)
            if found.setdefault(key, (seen, project(seen, camera.lens), image["file_name"]))[0] is not seen:
                raise DatasetError(f"{path}: frame {key} occurs twice")
    if not found:
        raise DatasetError(f"{folder}: lists no image")
    keys = sorted(found)
    return Dataset(
        root=root.resolve(),
        format=FORMAT,
        synthetic=False,
        keys=keys,
        joints=np.array([found[key][0] for key in keys], np.float32),
        keypoints=np.array([found[key][1] for key in keys], np.float32),
        cameras=cameras,
        images=[f"images/{found[key][2]}" for key in keys],
        masks=[None] * len(keys),
        label_origin="mocap",
        labels_in_file="millimetres, world",
        world_labels=True,
        projected_keypoints=True,
    )


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path}: is no JSON ({error})") from error


def _check_image(path: Path, number: int, image: Any) -> None:
    if not isinstance(image, dict):
        raise DatasetError(f"{path}: image {number} is no record")
    missing = [field for field in _IMAGE_FIELDS if field not in image]
    if missing:
        raise DatasetError(f"{path}: image {number} has no {', '.join(missing)}")
    for field in _IMAGE_FIELDS:
        value = image[field]
        if not (isinstance(value, str) if field == "file_name" else type(value) is int and value >= 0):
            wanted = "text" if field == "file_name" else "a whole number from 0"
            raise DatasetError(f"{path}: image {number} has {field} {value!r:.40}; expected {wanted}")
    if not image["width"] or not image["height"]:
        raise DatasetError(f"{path}: image {number} is of size 0")


def _make_key(path: Path, subject: str, image: dict[str, Any]) -> FrameKey:
    action = name_sequence(image["action_idx"], image["subaction_idx"])
    camera = image["cam_idx"]
    if action is None or not 1 <= camera <= len(CAMERAS):
        raise DatasetError(
            f"{path}: {image['file_name']} is of action {image['action_idx']} and camera {camera}; expected "
            "actions 2 to 16 and cameras 1 to 4"
        )
    if image["frame_idx"] >= LARGEST_FRAME:
        raise DatasetError(
            f"{path}: {image['file_name']} has frame_idx {image['frame_idx']:.3g}; expected less than "
            f"{LARGEST_FRAME}"
        )
    return FrameKey(subject, action, CAMERAS[camera - 1], image["frame_idx"] + 1)


def _make_camera(path: Path, told: Any, image: dict[str, Any], name: str) -> Camera:
    try:
        record = told[str(image["cam_idx"])]
        R, t = np.array(record["R"], float).reshape(3, 3), np.array(record["t"], float).reshape(3) / 1000
        f, c = np.array(record["f"], float).reshape(2), np.array(record["c"], float).reshape(2)
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise DatasetError(f"{path}: camera {image['cam_idx']} has not R, t, f and c ({error})") from error
    if not all(np.isfinite(values).all() for values in (R, t, f, c)) or f.min() <= 0:
        raise DatasetError(f"{path}: camera {image['cam_idx']} has a number that no camera has")
    lens = Lens(f, c, np.zeros(3), np.zeros(2))
    return Camera(name, R, t, lens, image["width"], image["height"])


def _find_joints(path: Path, world: Any, image: dict[str, Any]) -> Any:
    where = [str(image[field]) for field in ("action_idx", "subaction_idx", "frame_idx")]
    try:
        joints = np.array(world[where[0]][where[1]][where[2]], float)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise DatasetError(f"{path}: has no joints [{']['.join(where)}]") from error
    if joints.shape != (17, 3):
        raise DatasetError(f"{path}: joints [{']['.join(where)}] have shape {joints.shape}; expected (17, 3)")
    return joints


IMPORTER = Importer(
    FORMAT,
    "a folder with Human36M_subject*_data.json",
    recognises=lambda path: find_annotation_folder(path) is not None,
    read=read_mks_json,
)
