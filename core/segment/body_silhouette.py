"""Where a frame's estimated body appears in its picture: what a mask is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.body.skinning import pose_vertices
from core.cameras import project as project_points
from core.silhouette.contour import ClosedMesh, close_mesh
from core.silhouette.coverage import cover
from core.types import BoolArray

if TYPE_CHECKING:
    from core.project.project import Project


class BodySilhouettes:
    """Draws the bodies of a source over the pictures of a project.

    Args:
        project: open.
        source: an estimator or a run whose bodies have been placed.
    """

    def __init__(self, project: Project, source: str = "initial") -> None:
        self._project = project
        self._source = source if project.estimators() else None
        self._mesh: ClosedMesh = close_mesh(project.body().faces)

    def draw(self, row: int) -> BoolArray | None:
        """Pixels (H, W) that the body covers; None where it is absent, not placed, or behind the camera."""
        camera, rows = self._project.camera(row), np.array([row])
        if self._source is None or not self._project.bodies_present(self._source, rows)[0]:
            return None
        vertices = pose_vertices(self._project.body(), self._project.read_bodies(self._source, rows))[0]
        if not (vertices[:, 2] > 0).all() or not np.isfinite(camera.lens.f).all():
            return None
        pixels = project_points(vertices.astype(np.float64), camera.lens)
        left, top = np.clip(np.floor(pixels.min(axis=0)), 0, (camera.width, camera.height)).astype(int)
        right, bottom = np.clip(np.ceil(pixels.max(axis=0)), 0, (camera.width, camera.height)).astype(int)
        drawn = np.zeros((camera.height, camera.width), bool)
        if right > left and bottom > top:
            shifted = (pixels - (left, top)).astype(np.float32)[None]
            drawn[top:bottom, left:right] = cover(shifted, self._mesh, bottom - top, right - left)[0] > 0.5
        return drawn
