"""What the figures are drawn from: a project's bodies, labels, masks and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.skinning import pose_vertices
from core.cameras import CROP_SIDE, to_crop
from core.cameras import project as project_points
from core.data.images import read_image
from core.errors import DatasetError
from core.silhouette.contour import ClosedMesh, close_mesh
from core.silhouette.coverage import cover
from core.types import BoolArray, FloatArray, FrameKey

if TYPE_CHECKING:
    from core.project.project import Project

DrawPicture = Callable[[FrameKey], object]

#: Pixels a side of every panel.
PANEL = 360
#: Bodies among which frames are chosen, spread evenly over those there.
SAMPLE = 240


#: Frames that labels are compared on, likewise.
LABELLED = 1000


@dataclass(frozen=True)
class Stage:
    """A project that figures are drawn of.

    Attributes:
        project: whose bodies, labels, masks and pictures.
        draw_picture: writes a picture that is not on disk; None where there is none to be had.
    """

    project: Project
    draw_picture: DrawPicture | None = None

    @cached_property
    def mesh(self) -> ClosedMesh:
        """Connectivity of the body."""
        return close_mesh(self.project.body().faces)

    def list_rows(self, *runs: str) -> NDArray[np.intp]:
        """Some rows that all these runs have bodies of, spread evenly, ascending."""
        present = np.logical_and.reduce([self.project.bodies_present(run) for run in runs])
        rows = np.flatnonzero(present)
        return rows[np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(np.intp))] if len(rows) else rows

    def list_labelled_rows(self, joints: Sequence[str]) -> NDArray[np.intp]:
        """Some rows that have labels of these joints and a whole skeleton, spread evenly, ascending."""
        project = self.project
        rows = np.arange(len(project.keys))
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, LABELLED).astype(np.intp))]
        seen = project.keypoints(rows)[:, [project.joint_set.index(name) for name in joints]]
        known = np.isfinite(project.labels(rows)).all(axis=(1, 2)) & np.isfinite(seen).all(axis=(1, 2))
        return rows[known]

    def pose(self, run: str, rows: NDArray[np.intp]) -> FloatArray:
        """Vertices (n, V, 3) of a run's bodies, metres, camera frame."""
        return pose_vertices(self.project.body(), self.project.read_bodies(run, rows))

    def project_vertices(self, vertices: FloatArray, row: int) -> FloatArray:
        """Points (..., 3) of the camera frame in pixels of the row's panel, (..., 2)."""
        pixels = project_points(vertices.astype(np.float64), self.project.camera(row).lens)
        return to_crop(pixels, self.panel_crop(row))

    def panel_crop(self, row: int) -> FloatArray:
        """The row's crop (3,), its scale being that of the panel."""
        left, top, scale = self.project.crops(np.array([row]))[0]
        return np.array([left, top, scale * PANEL / CROP_SIDE])

    def read_picture(self, row: int) -> NDArray[np.uint8] | None:
        """The row's picture, (H, W, 3) RGB, or None where none lies on disk."""
        path = self.project.image_path(row)
        if self.draw_picture is not None and not path.exists():
            self.draw_picture(self.project.keys[row])
        return read_image(path) if path.is_file() else None

    def read_keypoints(self, row: int) -> FloatArray:
        """The row's 2D labels in pixels of its panel, (J, 2)."""
        pixels = self.project.keypoints(np.array([row]))[0].astype(np.float64)
        return to_crop(pixels, self.panel_crop(row))

    def read_mask(self, row: int) -> NDArray[np.float32] | None:
        """The row's mask on its crop, (224, 224), or None where there is none."""
        try:
            (mask,) = self.project.read_masks(np.array([row]))
        except DatasetError:
            return None
        return None if np.isnan(mask).any() else mask

    def cover(self, vertices: FloatArray, row: int) -> BoolArray:
        """Silhouette of a body on the row's crop, (224, 224)."""
        pixels = self.project_vertices(vertices, row) * (CROP_SIDE / PANEL)
        return np.asarray(cover(pixels[None], self.mesh, CROP_SIDE, CROP_SIDE)[0] > 0.5)

    def measure_overlap(self, vertices: FloatArray, row: int) -> float:
        """Intersection over union of mask and silhouette; NaN without a mask.

        Args:
            vertices: (V, 3) metres, camera frame.
            row: of the project.
        """
        mask = self.read_mask(row)
        if mask is None:
            return float("nan")
        mine, wanted = self.cover(vertices, row), mask > 0.5
        return float((mine & wanted).sum() / max((mine | wanted).sum(), 1))

    def find_side(self, joints: FloatArray) -> FloatArray:
        """The rotation that shows a body from its right: its front to the right of the picture.

        Args:
            joints: (J, 3) metres, camera frame, y down.

        Returns:
            (3, 3), whose rows are the body's front, down, and the body's left.
        """
        right, left = (self.project.joint_set.index(name) for name in ("RHip", "LHip"))
        down = np.array([0.0, 1.0, 0.0])
        across = (joints[left] - joints[right]) * (1 - down)
        across = across / np.linalg.norm(across)
        return np.stack([np.cross(down, across), down, across])
