"""The cameras that a data set's folder tells of: ``cameras.json``, or else Human3.6M's ``metadata.xml``."""

from __future__ import annotations

from pathlib import Path

from core.cameras import Camera
from core.data.cameras_json import read_cameras
from core.data.metadata_xml import read_metadata


def read_known_cameras(folder: Path) -> tuple[dict[tuple[str, str], Camera], Path | None]:
    """Cameras by subject and name, and the file that tells them; nothing and None without one.

    Raises:
        DatasetError: the file is not what it should be.
    """
    for name, read in (("cameras.json", read_cameras), ("metadata.xml", read_metadata)):
        if (folder / name).is_file():
            return read(folder / name), folder / name
    return {}, None
