"""Estimates in whichever of the known formats they come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.data.dataset import Estimates
from core.data.joblib_tracks import find_table, read_table, read_tracks
from core.data.spin_npz import read_spin_npz
from core.errors import DatasetError
from core.types import FrameKey


def read_estimates(path: Path | str, keys: Sequence[FrameKey]) -> Estimates:
    """Read a SPIN npz, or the VIBE or MEVA results that a table lists.

    Args:
        path: an npz; a folder with ``videos.csv``; or such a table.
        keys: frames of the data set, in order.

    Raises:
        DatasetError: it is none of these, or not what it should be.
        UntrustedFileError: it holds what a data file has no need of.
    """
    path = Path(path)
    if _is_listed(path):
        return read_tracks(path, keys)
    if path.suffix.lower() in (".pkl", ".joblib"):
        raise DatasetError(
            f"{path}: does not tell which video it is of; write a videos.csv "
            "(file,subject,action,camera,first_frame) beside it and give that"
        )
    return read_spin_npz(path, keys)


def describe_estimates(path: Path | str) -> dict[str, Any]:
    """Name and SHA-256 of what estimates are read from; of a table, with all the files that it lists."""
    path = Path(path)
    files = [path]
    if _is_listed(path):
        files = [find_table(path), *(video.file for video in read_table(path))]
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return {"file": path.name, "sha256": digest.hexdigest()}


def _is_listed(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() == ".csv"
