"""Human3.6M's ``metadata.xml``: where each of its four cameras stood for each of its eleven subjects.

Source: ``load_camera_params`` and ``project_point_radial`` in ``src/cameras.py`` of
una-dinosauria/3d-pose-baseline. The element ``w0`` holds 300 numbers in brackets: for every camera and
subject three angles, R = Rx Ry Rz, and the camera's CENTRE in millimetres; then for every camera f, c, k1-k3
and two tangential coefficients. These come in the order opposite to VideoPose3D's formula, which is ours.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from core.cameras import Camera, Lens
from core.data.h36m_names import CAMERAS, SIZES
from core.errors import DatasetError

_SUBJECTS = 11
_PLACE, _LENS = 6, 9
_NUMBERS = len(CAMERAS) * (_SUBJECTS * _PLACE + _LENS)


def read_metadata(path: Path | str) -> dict[tuple[str, str], Camera]:
    """Cameras by subject, ``S1`` to ``S11``, and name.

    Raises:
        DatasetError: the file is missing, or holds no such numbers.
    """
    numbers = _read_numbers(Path(path))
    places = numbers[: -len(CAMERAS) * _LENS].reshape(len(CAMERAS), _SUBJECTS, _PLACE)
    lenses = numbers[-len(CAMERAS) * _LENS :].reshape(len(CAMERAS), _LENS)
    cameras = {}
    for name, (width, height), of_subjects, lens in zip(CAMERAS, SIZES, places, lenses):
        for number, place in enumerate(of_subjects, start=1):
            R = Rotation.from_euler("XYZ", place[:3]).as_matrix()
            cameras[f"S{number}", name] = Camera(
                name,
                R,
                -R @ place[3:] / 1000,
                Lens(lens[:2], lens[2:4], lens[4:7], lens[:6:-1]),
                width,
                height,
            )
    return cameras


def _read_numbers(path: Path) -> np.ndarray:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read ({error})") from error
    if "<!ENTITY" in text:  # of its own it has none; others' could grow without end
        raise DatasetError(f"{path}: declares entities, which Human3.6M's metadata.xml does not")
    try:
        found = ElementTree.fromstring(text).find(".//w0")
        numbers = np.array((found.text or "" if found is not None else "").strip(" []\n").split(), float)
    except (ElementTree.ParseError, ValueError) as error:
        raise DatasetError(f"{path}: is no metadata.xml of Human3.6M ({error})") from error
    if len(numbers) != _NUMBERS or not np.isfinite(numbers).all():
        raise DatasetError(
            f"{path}: w0 holds {len(numbers)} numbers; Human3.6M's metadata.xml has {_NUMBERS}"
        )
    return numbers
