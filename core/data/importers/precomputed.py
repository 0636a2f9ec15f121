"""A data set of the paper's ``precomputed_*`` folders; :mod:`core.data.precomputed` tells what they hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.cameras import Camera, Lens
from core.data.dataset import Dataset
from core.data.frame_order import sort_frames
from core.data.importer import Importer
from core.data.known_cameras import read_known_cameras
from core.data.lensless import make_lensless_camera
from core.data.precomputed import IMAGES, read_picture_names, read_tensor
from core.errors import DatasetError
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST

FORMAT = "precomputed"


def read_precomputed(root: Path | str) -> Dataset:
    """Read such a folder; pictures are looked for below it and below the folder that it lies in.

    Raises:
        DatasetError: a file is missing, damaged, or of another shape.
        UntrustedFileError: a file holds more than tensors or text.
    """
    root = Path(root)
    keys, images = read_picture_names(root)
    count = len(keys)
    joints, keypoints = read_tensor(root, "gt_j3d"), read_tensor(root, "gt_j2d")
    matrices = read_tensor(root, "intrinsics")
    for name, values, shape in (
        ("gt_j3d", joints, (count, 17, 3)),
        ("gt_j2d", keypoints, (count, 17, 2)),
        ("intrinsics", matrices, (count, 3, 3)),
    ):
        if values.shape != shape:
            raise DatasetError(f"{root / name}.pt: has shape {values.shape}; expected {shape}")
    rows, places = sort_frames(root, keys), list(LEFT_FIRST_TO_RIGHT_FIRST)
    order = rows.tolist()
    base = root if (root / images[order[0]]).is_file() else root.parent
    known, _ = read_known_cameras(base)
    cameras: dict[tuple[str, str], Camera] = {}
    for row in order:
        view = (keys[row].subject, keys[row].camera)
        if view in known:
            cameras[view] = known[view]
        elif view not in cameras:
            bare = make_lensless_camera(keys[row].camera, base / images[row], root)
            matrix = matrices[row]
            lens = Lens(matrix[[0, 1], [0, 1]], matrix[:2, 2], np.zeros(3), np.zeros(2))
            cameras[view] = Camera(bare.name, bare.R, bare.t, lens, bare.width, bare.height)
    return Dataset(
        root=base.resolve(),
        format=FORMAT,
        synthetic=False,
        keys=[keys[row] for row in order],
        joints=(joints[rows][:, places] / 1000).astype(np.float32),
        keypoints=keypoints[rows][:, places].astype(np.float32),
        cameras=cameras,
        images=[images[row] for row in order],
        masks=[
            name
            if (base / (name := images[row].replace("imageSequence", "maskSequence"))).is_file()
            else None
            for row in order
        ],
        label_origin="mocap",
        labels_in_file="millimetres, camera frame",
        file_order=np.argsort(rows),
    )


IMPORTER = Importer(
    FORMAT,
    f"a folder with {IMAGES}",
    recognises=lambda path: (path / IMAGES).is_file(),
    read=read_precomputed,
)
