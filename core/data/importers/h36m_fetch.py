"""Human3.6M as h36m-fetch extracts it: ``<S>/<Action-subaction>/annot.h5`` beside pictures and masks.

Source: ``process_all.py`` of anibali/h36m-fetch. ``annot.h5`` holds, all cameras of the sequence
concatenated, ``pose/2d`` (n, 32, 2) pixels, ``pose/3d`` (n, 32, 3) millimetres in the camera frame,
``frame`` counted from 1, ``camera``, ``subject``, ``action``, ``subaction``, and ``intrinsics/<camera>`` =
[fx, cx, fy, cy]. ``pose/3d-univ`` is scaled to one skeleton and never a label. Pictures lie in
``imageSequence/<camera>/img_%06d.jpg``, the masks of Hedlin et al. in ``maskSequence`` under the same name.
The intrinsics are a pinhole fitted to each sequence; a ``cameras.json`` (:mod:`core.data.cameras_json`) or
Human3.6M's ``metadata.xml`` at the root tells the lenses as they are, and where the cameras stood.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from core.cameras import Camera, Lens
from core.damage import NUMPY_DAMAGE
from core.data.dataset import Dataset
from core.data.importer import Importer
from core.data.known_cameras import read_known_cameras
from core.data.lensless import make_lensless_camera
from core.data.metadata_xml import read_metadata
from core.errors import DatasetError
from core.joints import H36M_32_TO_17
from core.types import LARGEST_FRAME, FloatArray, FrameKey
from core.unpacked import check_unpacked

FORMAT = "h36m-fetch"

#: By what share of the focal length a sequence's intrinsics may differ from its camera's. h36m-fetch fits a
#: pinhole to each sequence's distorted 2D positions: it moves by several pixels with the places people walk.
_INTRINSICS_TOLERANCE = 0.1
#: Human3.6M's thigh is about 450 mm; a median far from that is another unit.
_THIGH_MM = (200.0, 800.0)
_HIP, _KNEE = 1, 2


@dataclass(frozen=True, eq=False)
class _Sequence:
    """What one ``annot.h5`` says of n images."""

    path: Path
    keys: list[FrameKey]
    joints: FloatArray
    keypoints: FloatArray
    intrinsics: dict[str, FloatArray]

    @property
    def subject(self) -> str:
        return self.keys[0].subject


def read_h36m_fetch(root: Path | str) -> Dataset:
    """Read a data set in h36m-fetch's layout.

    A ``studio.json`` at the root marks it as a synthetic studio.

    Raises:
        DatasetError: there is no sequence, an array is missing, of the wrong shape or unit, or a camera is
            unknown or told differently in two places.
    """
    root = Path(root)
    sequences = [_read_sequence(path) for path in _find_annotations(root)]
    cameras = _collect_cameras(root, sequences)
    keys = [key for sequence in sequences for key in sequence.keys]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    keys = [keys[row] for row in order]
    with_masks = any(root.glob("*/*/maskSequence"))
    studio = _read_studio(root)
    return Dataset(
        root=root.resolve(),
        format=FORMAT,
        synthetic=studio is not None,
        keys=keys,
        joints=np.concatenate([sequence.joints for sequence in sequences])[order],
        keypoints=np.concatenate([sequence.keypoints for sequence in sequences])[order],
        cameras=cameras,
        images=[_name_file("imageSequence", key) for key in keys],
        masks=[_name_file("maskSequence", key) if with_masks else None for key in keys],
        label_origin="mocap" if studio is None else "synthetic",
        labels_in_file="millimetres, camera frame",
        pictures_on_demand=bool(studio and studio.get("images")),
        labels_name="pose/3d",
    )


def _read_studio(root: Path) -> dict[str, Any] | None:
    """What ``studio.json`` says; None where the data set is real."""
    path = root / "studio.json"
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_bytes())
    except ValueError as error:
        raise DatasetError(f"{path}: is no JSON ({error}); make the studio again") from error
    return record if isinstance(record, dict) else {}


def _find_annotations(root: Path) -> list[Path]:
    paths = sorted(root.glob("*/*/annot.h5"))
    if not paths:
        raise DatasetError(
            f"{root}: holds no <subject>/<action>/annot.h5; give the folder that h36m-fetch wrote (processed)"
        )
    return paths


def _name_file(folder: str, key: FrameKey) -> str:
    return f"{key.sequence}/{folder}/{key.camera}/img_{key.frame:06d}.jpg"


def _read_sequence(path: Path) -> _Sequence:
    try:
        with h5py.File(path, "r") as file:
            keypoints = _read_array(path, file, "pose/2d", (32, 2))
            joints = _read_array(path, file, "pose/3d", (32, 3))
            numbers, cameras, subject_number = (
                _read_array(path, file, name, (), kinds="iu") for name in ("frame", "camera", "subject")
            )
            intrinsics = {
                name: _read_array(path, file, f"intrinsics/{name}", None)
                for name in file.get("intrinsics", {})
            }
    except (OSError, *NUMPY_DAMAGE) as error:
        raise DatasetError(f"{path}: is no readable HDF5 file ({error})") from error
    if len({len(joints), len(keypoints), len(numbers), len(cameras), len(subject_number)}) > 1:
        raise DatasetError(
            f"{path}: pose/3d has {len(joints)} rows, pose/2d {len(keypoints)}, frame {len(numbers)}, camera "
            f"{len(cameras)} and subject {len(subject_number)}; expected one number of rows"
        )
    if not len(numbers):
        raise DatasetError(f"{path}: holds no frame")
    action, subject = path.parent.name, path.parent.parent.name
    if {f"S{number}" for number in subject_number.tolist()} != {subject}:
        raise DatasetError(f"{path}: is of subject S{subject_number[0]}, but lies in the folder of {subject}")
    if numbers.min() < 1:
        raise DatasetError(f"{path}: has frame {numbers.min()}; frames count from 1")
    if numbers.max() > LARGEST_FRAME:
        raise DatasetError(f"{path}: has frame {numbers.max()}; frame numbers go up to {LARGEST_FRAME}")
    _check_unit(path, joints)
    keys = [
        FrameKey(subject, action, str(camera), number)
        for camera, number in zip(cameras.tolist(), numbers.tolist())
    ]
    if len(set(keys)) < len(keys):
        twice = next(key for key, count in Counter(keys).items() if count > 1)
        raise DatasetError(f"{path}: frame {twice} occurs twice; extract the sequence again")
    _check_finite(path, keys, joints, "pose/3d")
    _check_finite(path, keys, keypoints, "pose/2d")
    _check_absence(path, keys, joints, keypoints)
    places = list(H36M_32_TO_17)
    return _Sequence(
        path,
        keys,
        (joints[:, places] / 1000).astype(np.float32),
        keypoints[:, places].astype(np.float32),
        intrinsics,
    )


def _read_array(
    path: Path, file: h5py.File, name: str, row_shape: tuple[int, ...] | None, *, kinds: str = "fiu"
) -> FloatArray:
    if name not in file or not isinstance(file[name], h5py.Dataset):
        raise DatasetError(f"{path}: has no {name}; extract the data set again with h36m-fetch")
    held = file[name]
    shape = held.shape
    expected = (4,) if row_shape is None else (shape[0], *row_shape) if shape else None
    if shape != expected:
        wanted = "[fx, cx, fy, cy]" if row_shape is None else f"(n, {', '.join(map(str, row_shape))})"
        raise DatasetError(f"{path}: {name} has shape {shape}; expected {wanted}")
    if held.dtype.kind not in kinds:
        wanted = "whole numbers" if kinds == "iu" else "numbers"
        raise DatasetError(f"{path}: {name} is of {held.dtype}; expected {wanted}")
    check_unpacked(path, name, held.dtype.itemsize * max(held.size, math.prod(held.chunks or ())))
    return np.asarray(held[()])


def _check_unit(path: Path, joints: FloatArray) -> None:
    thighs = np.linalg.norm(joints[:, _KNEE] - joints[:, _HIP], axis=-1)
    if not np.isfinite(joints).any() or not np.isfinite(thighs).any():
        raise DatasetError(f"{path}: pose/3d has no finite value; extract the data set again")
    thigh = float(np.nanmedian(thighs))
    if not _THIGH_MM[0] < thigh < _THIGH_MM[1]:
        raise DatasetError(
            f"{path}: pose/3d makes the thigh {thigh:.3g} long; expected millimetres, about 450"
        )


def _check_finite(path: Path, keys: list[FrameKey], values: FloatArray, name: str) -> None:
    """A joint that is NaN throughout is absent; one that is so in part, or infinite, is damage."""
    if not np.isfinite(values).any():
        raise DatasetError(f"{path}: {name} has no finite value; extract the data set again")
    values = values[:, list(H36M_32_TO_17)]
    damaged = ~(np.isfinite(values).all(axis=-1) | np.isnan(values).all(axis=-1))
    if damaged.any():
        row, joint = np.argwhere(damaged)[0]
        raise DatasetError(
            f"{path}: {name} of frame {keys[row]}, joint {H36M_32_TO_17[joint]}, is "
            f"{values[row, joint].tolist()}; expected finite numbers, or NaN throughout for an absent joint"
        )


def _check_absence(path: Path, keys: list[FrameKey], joints: FloatArray, keypoints: FloatArray) -> None:
    """Both labels of a joint are projections of one marker: one alone is damage, not absence."""
    places = list(H36M_32_TO_17)
    without_place, without_pixel = (np.isnan(values[:, places, 0]) for values in (joints, keypoints))
    alone = np.argwhere(without_place != without_pixel)
    if len(alone):
        row, joint = alone[0]
        lost, kept = ("pose/3d", "pose/2d") if without_place[row, joint] else ("pose/2d", "pose/3d")
        raise DatasetError(
            f"{path}: {lost} of frame {keys[row]}, joint {H36M_32_TO_17[joint]}, is NaN but {kept} is not, "
            f"one of {len(alone)} such labels; extract the sequence again, or make both NaN if it is absent"
        )


def _collect_cameras(root: Path, sequences: list[_Sequence]) -> dict[tuple[str, str], Camera]:
    """Cameras of ``cameras.json`` or ``metadata.xml``, checked against ``annot.h5``; else lenses alone."""
    told, path = read_known_cameras(root)
    if path is None and (root.parent / "metadata.xml").is_file():  # where h36m-fetch has it
        path = root.parent / "metadata.xml"
        told = read_metadata(path)
    inferred = _collect_intrinsics(sequences)
    cameras: dict[tuple[str, str], Camera] = {}
    for view, by_sequence in inferred.items():
        if path is not None and view not in told:
            raise DatasetError(
                f"{path}: has no camera {view[1]} for {view[0]}, by which {by_sequence[0][0].path} was seen"
            )
        cameras[view] = told[view] if path is not None else _make_lens_camera(root, view[1], by_sequence)
        lens = cameras[view].lens
        expected = np.array([lens.f[0], lens.c[0], lens.f[1], lens.c[1]])
        for sequence, found in by_sequence:
            difference = np.abs(found - expected)
            if not (difference < _INTRINSICS_TOLERANCE * expected[[0, 0, 2, 2]]).all():
                raise DatasetError(
                    f"{sequence.path}: camera {view[1]} has intrinsics [fx, cx, fy, cy] = {found.tolist()}, "
                    f"{difference.max():.1f} px off those of {view[0]} elsewhere in the data set"
                )
    return cameras


def _collect_intrinsics(
    sequences: list[_Sequence],
) -> dict[tuple[str, str], list[tuple[_Sequence, FloatArray]]]:
    """By subject and camera, what each of its sequences says."""
    found: dict[tuple[str, str], list[tuple[_Sequence, FloatArray]]] = {}
    for sequence in sequences:
        for name in sorted({key.camera for key in sequence.keys}):
            if name not in sequence.intrinsics:
                raise DatasetError(
                    f"{sequence.path}: camera {name} has no intrinsics; expected [fx, cx, fy, cy]"
                )
            found.setdefault((sequence.subject, name), []).append((sequence, sequence.intrinsics[name]))
    return found


def _make_lens_camera(root: Path, name: str, found: list[tuple[_Sequence, FloatArray]]) -> Camera:
    """A camera of which only the lens is known, the middle of what its sequences say."""
    first = min(key for key in found[0][0].keys if key.camera == name)
    bare = make_lensless_camera(name, root / _name_file("imageSequence", first), root)
    fx, cx, fy, cy = np.median([intrinsics for _, intrinsics in found], axis=0).tolist()
    lens = Lens(np.array([fx, fy]), np.array([cx, cy]), np.zeros(3), np.zeros(2))
    return replace(bare, lens=lens)


IMPORTER = Importer(
    FORMAT,
    "a folder with <subject>/<action>/annot.h5",
    recognises=lambda path: any(path.glob("*/*/annot.h5")),
    read=read_h36m_fetch,
)
