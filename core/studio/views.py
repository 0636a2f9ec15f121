"""Views: every instant as each of the four cameras sees it, the rows of every per-image array."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cameras import Camera, Lens, project, stack_lenses, to_camera
from core.studio.cameras import CAMERAS
from core.studio.scene import Scene
from core.types import FloatArray, FrameKey, IntArray


@dataclass(frozen=True)
class Views:
    """The images of a scene, instant by instant, the cameras in turn.

    Attributes:
        keys: of each image.
        instants: (M,) row of the image's instant in the scene.
        cameras: of each image.
    """

    keys: list[FrameKey]
    instants: IntArray
    cameras: list[Camera]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def rotations(self) -> FloatArray:
        """World to camera, (M, 3, 3)."""
        return np.stack([camera.R for camera in self.cameras])

    @property
    def translations(self) -> FloatArray:
        """World to camera, (M, 3) metres."""
        return np.stack([camera.t for camera in self.cameras])

    @property
    def lenses(self) -> Lens:
        """With leading shape (M,)."""
        return stack_lenses([camera.lens for camera in self.cameras])

    def see(self, points: FloatArray) -> FloatArray:
        """World points of every instant (N, P, 3) -> camera frame of every image (M, P, 3), metres."""
        return to_camera(points[self.instants], self.rotations, self.translations)

    def project(self, points: FloatArray) -> FloatArray:
        """Camera-frame points (M, P, 3) -> pixels (M, P, 2)."""
        return project(points, self.lenses)


def list_views(scene: Scene) -> Views:
    """All images of a scene."""
    keys = [
        FrameKey(key.subject, key.action, camera, key.frame) for key in scene.instants for camera in CAMERAS
    ]
    return Views(
        keys,
        np.repeat(np.arange(len(scene)), len(CAMERAS)),
        [scene.cameras[key.subject, key.camera] for key in keys],
    )
