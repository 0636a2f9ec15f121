"""Data sets of several formats that say what the tiny one says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.data.cameras_json import write_cameras
from core.data.dataset import Dataset
from core.data.importers.spin_npz import PLACES
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST

LEFT_FIRST = list(LEFT_FIRST_TO_RIGHT_FIRST)


def name_image(key: Any) -> str:
    return f"images/{key.subject}_{key.action.replace('-', '_')}.{key.camera}_{key.frame:06d}.jpg"


def write_spin_dataset(path: Path, h36m: Dataset, order: np.ndarray, **changes: Any) -> Path:
    """As SPIN's preprocessing writes Human3.6M, its columns and dtypes."""
    S, part = np.zeros((24, 24, 4)), np.zeros((24, 24, 3))
    relative = h36m.joints - h36m.joints[:, :1]
    S[:, PLACES, :3], S[:, PLACES, 3] = relative[order], 1
    part[:, PLACES, :2], part[:, PLACES, 2] = h36m.keypoints[order], 1
    keypoints = h36m.keypoints[order]
    low, high = keypoints.min(axis=1), keypoints.max(axis=1)
    arrays = {
        "imgname": np.array([name_image(h36m.keys[row]) for row in order]),
        "center": (low + high) / 2,
        "scale": 1.2 * (high - low).max(axis=1) / 200,
        "S": S,
        "part": part,
        **changes,
    }
    np.savez(path, **{name: values for name, values in arrays.items() if values is not None})
    return path


def write_mks(root: Path, tiny: Any, h36m: Dataset) -> Path:
    folder = root / "annotations"
    folder.mkdir(parents=True)
    serials = ("54138969", "55011271", "58860488", "60457274")
    for subject in ("S1", "S9"):
        images, world = [], {}
        for number, key in enumerate(key for key in h36m.keys if key.subject == subject):
            camera = serials.index(key.camera) + 1
            images.append(
                {
                    "id": number,
                    "file_name": f"s_{subject[1:]:0>2}_act_07_subact_01_ca_0{camera}/{number}.jpg",
                    "width": 160,
                    "height": 162,
                    "subject": int(subject[1:]),
                    "action_name": "Posing",
                    "action_idx": 7,
                    "subaction_idx": 1,
                    "cam_idx": camera,
                    "frame_idx": key.frame - 1,
                }
            )
            world[str(key.frame - 1)] = (1000 * tiny.world[subject, key.frame]).tolist()
        cameras = {
            str(number): {
                "R": camera.R.tolist(),
                "t": (1000 * camera.t).tolist(),
                "f": camera.lens.f.tolist(),
                "c": camera.lens.c.tolist(),
            }
            for number, serial in enumerate(serials, start=1)
            for camera in [tiny.cameras[subject, serial]]
        }
        stem = folder / f"Human36M_subject{subject[1:]}"
        Path(f"{stem}_data.json").write_text(json.dumps({"images": images, "annotations": []}))
        Path(f"{stem}_camera.json").write_text(json.dumps(cameras))
        Path(f"{stem}_joint_3d.json").write_text(json.dumps({"7": {"1": world}}))
    return root


def write_generic(root: Path, h36m: Dataset, **changes: Any) -> Path:
    root.mkdir(exist_ok=True)
    write_cameras(root / "cameras.json", h36m.cameras)
    arrays = {
        "format_version": 1,
        "frame": [str(key) for key in h36m.keys],
        "joints": h36m.joints.astype(np.float64),
        "joints_frame": "camera",
        **changes,
    }
    np.savez(root / "labels.npz", **{name: value for name, value in arrays.items() if value is not None})
    return root
