"""``annot.h5`` of a sequence, in h36m-fetch's layout.

Source: ``process_all.py`` of anibali/h36m-fetch: one file per ``<subject>/<action>-<subaction>`` with all
cameras concatenated.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from core.cameras import Camera
from core.joints import H36M_32_TO_17
from core.studio.actions import ACTIONS
from core.types import FloatArray, FrameKey

#: For each of Human3.6M's 32 joints the one of ours that lies there or nearest above it.
_17_TO_32 = (
    0,
    1,
    2,
    3,
    3,
    3,
    4,
    5,
    6,
    6,
    6,
    0,
    7,
    8,
    9,
    10,
    8,
    11,
    12,
    13,
    13,
    13,
    13,
    13,
    8,
    14,
    15,
    16,
    16,
    16,
    16,
    16,
)
#: Human3.6M numbers its actions from 2 on.
_FIRST_ACTION = 2
#: Pelvis to head top of the one skeleton that ``pose/3d-univ`` is scaled to, metres.
_UNIVERSAL_HEIGHT = 0.85


def write_annotations(
    path: Path, keys: Sequence[FrameKey], cameras: Sequence[Camera], joints: FloatArray, keypoints: FloatArray
) -> None:
    """Write the labels of one sequence.

    Args:
        path: of the ``annot.h5``; its folder exists.
        keys: (n,) images of one sequence, all cameras.
        cameras: (n,) of each image.
        joints: (n, 17, 3) metres, camera frame.
        keypoints: (n, 17, 2) pixels.
    """
    action, subaction = keys[0].action.split("-")
    order = sorted(range(len(keys)), key=lambda row: (keys[row].camera, keys[row].frame))
    keys = [keys[row] for row in order]
    joints, keypoints = joints[order], keypoints[order]
    trunk = np.linalg.norm(joints[:, 10] - joints[:, 0], axis=-1).mean()
    universal = joints[:, :1] + (joints - joints[:, :1]) * _UNIVERSAL_HEIGHT / trunk

    assert tuple(_17_TO_32[joint] for joint in H36M_32_TO_17) == tuple(range(17))
    columns = {
        "pose/2d": keypoints[:, _17_TO_32],
        "pose/3d": 1000 * joints[:, _17_TO_32],
        "pose/3d-univ": 1000 * universal[:, _17_TO_32],
        "frame": np.array([key.frame for key in keys], dtype=np.int32),
        "camera": np.array([int(key.camera) for key in keys], dtype=np.int32),
        "subject": np.full(len(keys), int(keys[0].subject[1:]), dtype=np.int32),
        "action": np.full(len(keys), _FIRST_ACTION + list(ACTIONS).index(action), dtype=np.int32),
        "subaction": np.full(len(keys), int(subaction), dtype=np.int32),
    }
    with h5py.File(path, "w") as file:
        for name, values in columns.items():
            file.create_dataset(name, data=values, track_times=False)
        for camera in {camera.name: camera for camera in cameras}.values():
            (fx, fy), (cx, cy) = camera.lens.f, camera.lens.c
            file.create_dataset(f"intrinsics/{camera.name}", data=[fx, cx, fy, cy], track_times=False)
