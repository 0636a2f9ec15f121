"""Cameras of which nothing is known but their name and the size of their pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.cameras import Camera, Lens
from core.data.h36m_names import CAMERAS, SIZES
from core.data.images import read_size
from core.errors import DatasetError


def make_lensless_camera(name: str, picture: Path | None, source: Path) -> Camera:
    """A camera whose place and lens are NaN, as large as its picture or as Human3.6M's of that name.

    Errors name ``source``, the file or folder that tells of it.

    Raises:
        DatasetError: the picture is not there and the name is none of Human3.6M's.
    """
    if picture is not None and picture.is_file():
        width, height = read_size(picture)
    elif name in CAMERAS:
        width, height = SIZES[CAMERAS.index(name)]
    else:
        raise DatasetError(
            f"{source}: neither a cameras.json nor a picture tells the picture size of camera {name}; add one"
        )
    unknown = Lens(np.full(2, np.nan), np.full(2, np.nan), np.zeros(3), np.zeros(2))
    return Camera(name, np.full((3, 3), np.nan), np.full(3, np.nan), unknown, width, height)
