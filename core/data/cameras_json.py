"""``cameras.json``: where each camera stood for each subject, and its lens.

h36m-fetch's ``annot.h5`` holds intrinsics alone; extrinsics, distortion and image size lie in this file at
the data set's root:

    {"format_version": 1,
     "subjects": {"S1": {"54138969": {"R": 3x3, "t": [3], "f": [2], "c": [2], "k": [3], "p": [2],
                                      "width": 1000, "height": 1002}}}}

``X_camera = R X_world + t`` in metres; ``k`` is k1, k2, k3 and ``p`` is p1, p2 of VideoPose3D's formula.

Format version history: 1, the first.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from core.cameras import Camera, Lens
from core.errors import DatasetError
from core.types import compose
from core.whole_file import open_whole

FORMAT_VERSION = 1

#: How far ``R R^T`` may be from one.
_ROTATION_TOLERANCE = 1e-4
#: From a camera to the world's origin, metres; beyond, ``t`` is in millimetres.
_MOST_DISTANCE = 500.0

_Three = tuple[float, float, float]
_Two = tuple[float, float]


class _CameraRecord(msgspec.Struct, forbid_unknown_fields=True):
    R: tuple[_Three, _Three, _Three]
    t: _Three
    f: _Two
    c: _Two
    k: _Three
    p: _Two
    width: int
    height: int


class _CamerasFile(msgspec.Struct, forbid_unknown_fields=True):
    format_version: int
    subjects: dict[str, dict[str, msgspec.Raw]]


def read_cameras(path: Path | str) -> dict[tuple[str, str], Camera]:
    """Cameras by subject and name.

    Raises:
        DatasetError: the file is missing, malformed, of another version, or a rotation is none.
    """
    try:
        record = msgspec.json.decode(Path(path).read_bytes(), type=_CamerasFile)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: {error}; docs/formats.md tells the format") from error
    if record.format_version != FORMAT_VERSION:
        raise DatasetError(
            f"{path}: has format_version {record.format_version}; this version reads {FORMAT_VERSION}"
        )
    return {
        (compose(subject), compose(name)): _make_camera(path, subject, name, camera)
        for subject, cameras in record.subjects.items()
        for name, camera in cameras.items()
    }


def write_cameras(path: Path | str, cameras: dict[tuple[str, str], Camera]) -> None:
    """Write cameras by subject and name, as :func:`read_cameras` reads them."""
    subjects: dict[str, dict[str, _CameraRecord]] = {}
    for (subject, name), camera in sorted(cameras.items()):
        lens = camera.lens
        subjects.setdefault(subject, {})[name] = msgspec.convert(
            {
                **{
                    key: np.asarray(value, float).tolist()
                    for key, value in (("R", camera.R), ("t", camera.t))
                },
                **{key: np.asarray(getattr(lens, key), float).tolist() for key in ("f", "c", "k", "p")},
                "width": camera.width,
                "height": camera.height,
            },
            _CameraRecord,
        )
    encoded = msgspec.json.encode({"format_version": FORMAT_VERSION, "subjects": subjects})
    with open_whole(path) as stream:
        stream.write(msgspec.json.format(encoded, indent=1))


def _make_camera(path: Path | str, subject: str, name: str, raw: msgspec.Raw) -> Camera:
    try:
        record = msgspec.json.decode(raw, type=_CameraRecord)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DatasetError(
            f"{path}: {subject}, camera {name}: {error}; docs/formats.md tells the format"
        ) from error
    R = np.array(record.R)
    if np.abs(R @ R.T - np.eye(3)).max() > _ROTATION_TOLERANCE or np.linalg.det(R) < 0:
        raise DatasetError(
            f"{path}: R of {subject}, camera {name} is no rotation; expected X_camera = R X_world + t"
        )
    distance = float(np.linalg.norm(record.t))
    if distance > _MOST_DISTANCE:
        raise DatasetError(
            f"{path}: t of {subject}, camera {name} looks like millimetres ({distance:,.0f} from the world's "
            "origin); expected metres, divide by 1000"
        )
    lens = Lens(*(np.array(getattr(record, key)) for key in ("f", "c", "k", "p")))
    if min(record.width, record.height, *record.f) <= 0:
        raise DatasetError(
            f"{path}: {subject}, camera {name} has a size or focal length that is not positive"
        )
    return Camera(name, R, np.array(record.t), lens, record.width, record.height)
