"""Estimates as VIBE and MEVA write them: a joblib file a video, and the table that says which video it is.

Source: ``demo.py`` of mkocabas/VIBE. ``verts`` is left out, which would be 80 kB a body; of the 49 joints
those are filled that Human3.6M has too, by J_std; ``joints2d`` is None, as where people are tracked by boxes.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from core.body.model import BodyModel
from core.body.reduced_body import reduce_body
from core.body.skinning import pose_vertices
from core.cameras import Camera
from core.data.joblib_tracks import COLUMNS, TABLE
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST
from core.studio.spin_file import SPIN_PLACES
from core.studio.streams import open_stream
from core.studio.views import Views
from core.types import BodyParameters, FloatArray, IntArray

_JOINTS = 49
#: The last 24 of the 49 joints are SPIN's.
_FIRST_OF_SPIN = 25
#: The box of the 2D joints is enlarged by this.
_BOX_MARGIN = 1.1
#: Spread of the logarithm of the scale that a network finds a body at.
_SCALE_NOISE = 0.05


def write_tracks(
    folder: Path,
    views: Views,
    estimates: BodyParameters,
    *,
    body: BodyModel,
    standard: FloatArray,
    seen: FloatArray,
    seed: int,
) -> None:
    """Write one file a video, ``S9/Greeting-1.60457274.pkl``, and ``videos.csv``.

    Args:
        folder: to make.
        views: M images.
        estimates: M bodies in their camera's frame.
        body: that they belong to.
        standard: J_std, (17, V), right side first.
        seen: labels (M, 17, 3), metres, camera frame.
        seed: of the studio.
    """
    used = np.nonzero(standard.any(axis=0))[0]
    posed = pose_vertices(reduce_body(body, used), estimates)[:, : len(used)]
    joints = standard[:, used] @ posed.astype(np.float64)
    keypoints = views.project(seen)
    scale_noise = open_stream(seed, "scale", folder.name).normal(size=len(views)) * _SCALE_NOISE
    videos: dict[tuple[str, str, str], list[int]] = {}
    for row, key in enumerate(views.keys):
        videos.setdefault((key.subject, key.action, key.camera), []).append(row)
    folder.mkdir()
    table = []
    for (subject, action, camera), listed in videos.items():
        rows = np.array(listed)
        track = _make_track(
            estimates[rows], joints[rows], seen[rows], keypoints[rows],
            np.exp(scale_noise[rows]), views.cameras[rows[0]],
        )  # fmt: skip
        track["frame_ids"] = np.array([views.keys[row].frame - 1 for row in rows])
        file = f"{subject}/{action}.{camera}.pkl"
        (folder / subject).mkdir(exist_ok=True)
        joblib.dump({1: track}, folder / file)
        table.append((file, subject, action, camera, 1))
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *table])


def _make_track(
    estimates: BodyParameters,
    joints: FloatArray,
    seen: FloatArray,
    keypoints: FloatArray,
    zoom: FloatArray,
    camera: Camera,
) -> dict[str, Any]:
    """A track of n frames of one video, without its frame numbers."""
    low, high = keypoints.min(axis=1), keypoints.max(axis=1)
    middle, side = (low + high) / 2, _BOX_MARGIN * (high - low).max(axis=1)
    # Weak perspective: joints times s, after (tx, ty), are positions in the box, whose half side is one.
    scale = zoom * 2 * camera.lens.f[0] / (side * seen[:, 0, 2])
    offset = 2 * (keypoints[:, 0] - middle) / (side * scale)[:, None] - joints[:, 0, :2]
    size = np.array([camera.width, camera.height])
    image_scale = scale[:, None] * side[:, None] / size
    image_offset = (2 * middle - size) / size / image_scale + offset
    all_joints = np.zeros((len(joints), _JOINTS, 3))
    places: IntArray = _FIRST_OF_SPIN + np.array(SPIN_PLACES)
    all_joints[:, places] = joints[:, LEFT_FIRST_TO_RIGHT_FIRST]
    return {
        "pred_cam": np.column_stack([scale, offset]).astype(np.float32),
        "orig_cam": np.column_stack([image_scale, image_offset]).astype(np.float32),
        "pose": estimates.pose.reshape(len(estimates), -1).astype(np.float32),
        "betas": estimates.betas.astype(np.float32),
        "joints3d": all_joints.astype(np.float32),
        "joints2d": None,
        "bboxes": np.column_stack([middle, side, side]),
    }
