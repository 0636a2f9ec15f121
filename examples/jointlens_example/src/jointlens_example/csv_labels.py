"""Importer ``csv-labels``: a folder with ``joints.csv``, one labelled joint a line.

The columns are ``frame`` (``subject/action/camera/number``), ``joint`` (a name of Human3.6M's 17) and ``x``,
``y``, ``z``, metres in the camera's frame. A joint without a line is absent.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset
from core.data.importer import Importer
from core.data.lensless import make_lensless_camera
from core.errors import DatasetError
from core.joints import H36M_17
from core.types import FrameKey, parse_key

FORMAT = "csv-labels"
FILE = "joints.csv"


def read_csv_labels(root: Path) -> Dataset:
    """Read such a folder.

    Raises:
        DatasetError: a line is not as described.
    """
    path = root / FILE
    labels: dict[FrameKey, np.ndarray] = {}
    with path.open(newline="", encoding="utf-8") as stream:
        for number, line in enumerate(csv.DictReader(stream), start=2):
            try:
                key, joint = parse_key(line["frame"]), H36M_17.names.index(line["joint"])
                place = [float(line[axis]) for axis in "xyz"]
            except (KeyError, ValueError, TypeError, DatasetError) as error:
                raise DatasetError(
                    f"{path}: line {number}: {error}; expected columns frame, joint, x, y, z"
                ) from error
            if not isinstance(key, FrameKey):
                raise DatasetError(f"{path}: line {number}: {key} names no camera")
            labels.setdefault(key, np.full((len(H36M_17), 3), np.nan, np.float32))[joint] = place
    if not labels:
        raise DatasetError(f"{path}: holds no joint")
    keys = sorted(labels)
    return Dataset(
        root=root.resolve(),
        format=FORMAT,
        synthetic=False,
        keys=keys,
        joints=np.stack([labels[key] for key in keys]),
        keypoints=np.full((len(keys), len(H36M_17), 2), np.nan, np.float32),
        cameras={(key.subject, key.camera): make_lensless_camera(key.camera, None, path) for key in keys},
        images=[""] * len(keys),
        masks=[None] * len(keys),
        label_origin="unknown",
    )


IMPORTER = Importer(
    FORMAT,
    f"a folder with {FILE}",
    recognises=lambda path: (path / FILE).is_file(),
    read=read_csv_labels,
)
