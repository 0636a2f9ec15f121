"""Four cameras laid out as Human3.6M's: near the corners of a long room, at breast height."""

from __future__ import annotations

import numpy as np

from core.cameras import Camera, Lens
from core.studio.streams import open_stream
from core.studio.subjects import SUBJECTS
from core.types import FloatArray

#: Serial number -> (place in the world in metres, width and height in pixels).
CAMERA_LAYOUT = {
    "54138969": ((1.7, 4.2, 1.55), (1000, 1002)),
    "55011271": ((1.7, -4.2, 1.6), (1000, 1000)),
    "58860488": ((-1.7, 4.2, 1.5), (1000, 1000)),
    "60457274": ((-1.7, -4.0, 1.55), (1000, 1002)),
}
CAMERAS = tuple(CAMERA_LAYOUT)
LOOKED_AT = (0.0, 0.0, 0.9)


def draw_cameras(seed: int) -> dict[tuple[str, str], Camera]:
    """Cameras by subject and serial number: one lens a camera, placed anew for every subject's session."""
    cameras = {}
    for name, (place, (width, height)) in CAMERA_LAYOUT.items():
        stream = open_stream(seed, "camera", name)
        lens = Lens(
            f=1145 + stream.normal(size=2) * (2.5, 2.5),
            c=np.array([512.0, 508.0]) + stream.normal(size=2) * 5,
            k=np.array([-0.2, 0.24, 0.0]) + stream.normal(size=3) * (0.007, 0.015, 0.006),
            p=stream.normal(size=2) * 0.0015,
        )
        corner = np.array(place) + stream.normal(size=3) * (0.15, 0.15, 0.05)
        for subject in SUBJECTS:
            centre = corner + stream.normal(size=3) * 0.02
            R = look_at(centre, np.array(LOOKED_AT) + stream.normal(size=3) * 0.02)
            cameras[subject, name] = Camera(name, R, -R @ centre, lens, width, height)
    return cameras


def look_at(centre: FloatArray, target: FloatArray) -> FloatArray:
    """World to camera rotation (3, 3) of a level camera at ``centre``, world z up."""
    forward = (target - centre) / np.linalg.norm(target - centre)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward])
