"""Estimates as a SPIN data set file, with ``pose`` and ``shape`` filled.

Source: ``datasets/preprocess/h36m.py`` of nkolot/SPIN: frame names, box from the 2D joints, and the places
that the 17 joints take among the 24.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.joints import LEFT_FIRST_TO_RIGHT_FIRST
from core.studio.views import Views
from core.types import BodyParameters, FloatArray, FrameKey

#: Where SPIN's 24 joints keep Human3.6M's 17, left side first.
SPIN_PLACES = (14, 3, 4, 5, 2, 1, 0, 16, 12, 17, 18, 9, 10, 11, 8, 7, 6)
#: The box of the 2D joints, enlarged as SPIN does; ``scale`` counts units of 200 pixels.
_BOX_MARGIN = 1.2
_SCALE_UNIT = 200.0


def name_image(key: FrameKey) -> str:
    """``images/S9_Greeting-1.60457274_000001.jpg``."""
    return f"images/{key.subject}_{key.action}.{key.camera}_{key.frame:06d}.jpg"


def write_spin_npz(
    path: Path, views: Views, estimates: BodyParameters, joints: FloatArray, keypoints: FloatArray
) -> None:
    """Write one row a view.

    Args:
        path: of the npz.
        views: M images.
        estimates: M bodies in their camera's frame.
        joints: labels (M, 17, 3), metres, camera frame.
        keypoints: labels (M, 17, 2), pixels.
    """
    low, high = keypoints.min(axis=1), keypoints.max(axis=1)
    S = np.zeros((len(views), 24, 4))
    left_first = (joints - joints[:, :1])[:, LEFT_FIRST_TO_RIGHT_FIRST]
    S[:, SPIN_PLACES, :3] = left_first
    S[:, SPIN_PLACES, 3] = 1
    np.savez(
        path,
        imgname=np.array([name_image(key) for key in views.keys]),
        center=(low + high) / 2,
        scale=_BOX_MARGIN * (high - low).max(axis=1) / _SCALE_UNIT,
        pose=estimates.pose.reshape(len(views), 72).astype(np.float32),
        shape=estimates.betas.astype(np.float32),
        S=S,
    )
