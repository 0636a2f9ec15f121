"""Everything that is drawn of one frame, as one immutable record.

Picture, labels and body travel together, so a picture can never be shown with another frame's body.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from app.session.level import find_level, level_camera
from core.body.skinning import pose_vertices
from core.cameras import CROP_SIDE, Camera, in_front, project, to_crop
from core.data.images import crop_mask, read_image, read_mask
from core.errors import DatasetError
from core.silhouette.contour import ClosedMesh
from core.silhouette.coverage import cover
from core.types import BoolArray, FloatArray, FrameKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.project.project import Project
    from core.regressor.record import Regressor


@dataclass(frozen=True, eq=False)
class FrameData:
    """One frame's picture, labels and body. Lengths are metres in the camera frame unless told.

    Attributes:
        row: of the project.
        key: the frame's name.
        camera: as this subject was recorded with it, in the world turned so that z is up.
        crop: left and top edge in pixels of the whole image, and crop pixels per image pixel, (3,).
        image: RGB, (H, W, 3) uint8; None where there is none.
        image_note: why there is no picture, or empty.
        mask: the segmenter's, (H, W) bool; None where there is none.
        mask_note: why there is no mask, or empty.
        mask_crop: the mask on the crop, (224, 224) float32.
        label_joints: (17, 3), NaN where absent.
        label_keypoints: pixels, (17, 2), NaN where absent.
        flagged: labels that are flagged as bad, (17,).
        pelvis: number of the joint that errors in millimetres are relative to.
        vertices: (V, 3) float32; None where there is no body.
        vertices_px: pixels of the whole image, (V, 2).
        joints: regressor's name -> (17, 3).
        joints_px: regressor's name -> pixels of the whole image, (17, 2).
        errors_px: regressor's name -> distance to the label's keypoint, pixels, (17,).
        errors_mm: regressor's name -> distance to the label, both moved to their pelvis, millimetres, (17,).
        silhouette_crop: share of each crop pixel that the body covers, (224, 224) float32.
        body_note: why there is no body, or empty.
    """

    row: int
    key: FrameKey
    camera: Camera
    crop: FloatArray
    image: np.ndarray | None
    image_note: str
    mask: BoolArray | None
    mask_note: str
    mask_crop: FloatArray | None
    label_joints: FloatArray
    label_keypoints: FloatArray
    flagged: BoolArray
    pelvis: int
    vertices: FloatArray | None = None
    vertices_px: FloatArray | None = None
    joints: dict[str, FloatArray] = field(default_factory=dict)
    joints_px: dict[str, FloatArray] = field(default_factory=dict)
    errors_px: dict[str, FloatArray] = field(default_factory=dict)
    errors_mm: dict[str, FloatArray] = field(default_factory=dict)
    silhouette_crop: FloatArray | None = None
    body_note: str = ""

    def with_body(
        self,
        vertices: FloatArray | None,
        note: str = "",
        *,
        regressors: Mapping[str, Regressor],
        mesh: ClosedMesh,
    ) -> FrameData:
        """The same frame with another body; joints, errors and silhouette follow.

        Args:
            vertices: (V, 3) metres, camera frame; None where there is no body.
            note: why there is none.
            regressors: name -> regressor to read joints with.
            mesh: the body's faces.
        """
        if vertices is None:
            return replace(self, body_note=note)
        joints = {name: regressor.apply(vertices) for name, regressor in regressors.items()}
        joints_px = {name: project(points, self.camera.lens) for name, points in joints.items()}
        visible = in_front(vertices)
        vertices_px = project(vertices, self.camera.lens)
        silhouette = None
        if visible:
            crop_px = to_crop(vertices_px, self.crop).astype(np.float32)
            silhouette = cover(crop_px[None], mesh, CROP_SIDE, CROP_SIDE)[0]
        return replace(
            self,
            vertices=vertices,
            vertices_px=vertices_px,
            joints=joints,
            joints_px=joints_px,
            errors_px={
                name: np.linalg.norm(points - self.label_keypoints, axis=-1)
                for name, points in joints_px.items()
            },
            errors_mm={
                name: measure_errors(points, self.label_joints, self.pelvis)
                for name, points in joints.items()
            },
            silhouette_crop=silhouette,
            body_note="" if visible else "part of the body lies behind the camera",
        )


def measure_errors(joints: FloatArray, labels: FloatArray, pelvis: int) -> FloatArray:
    """Pelvis-aligned distance of each joint to its label, metres (17, 3) -> millimetres (17,)."""
    offsets = (joints - joints[pelvis]) - (labels - labels[pelvis])
    return 1000 * np.linalg.norm(offsets, axis=-1)


def load_frame(
    project: Project, row: int, *, source: str, regressors: Mapping[str, Regressor], mesh: ClosedMesh
) -> FrameData:
    """Load one frame whole; what is missing is None and its note says why.

    Args:
        project: the frame's project.
        row: of the project.
        source: where the body is read from: ``initial``, an estimator or a run.
        regressors: name -> regressor to read joints with.
        mesh: the body's faces.
    """
    vertices, note = load_vertices(project, row, source=source)
    scene = load_scene(project, row, load_labels(project, row, row + 1))
    return scene.with_body(vertices, note, regressors=regressors, mesh=mesh)


@dataclass(frozen=True, eq=False)
class LabelBlock:
    """Labels of consecutive frames: reading many rows of an array takes hardly longer than reading one.

    Attributes:
        start: first row.
        joints: (n, J, 3), NaN where absent.
        keypoints: pixels, (n, J, 2), NaN where absent.
        crops: as :class:`FrameData` has them, (n, 3).
    """

    start: int
    joints: FloatArray
    keypoints: FloatArray
    crops: FloatArray

    @property
    def nbytes(self) -> int:
        """Of the three arrays."""
        return self.joints.nbytes + self.keypoints.nbytes + self.crops.nbytes


def load_labels(project: Project, start: int, stop: int) -> LabelBlock:
    """Labels of the rows from ``start`` to before ``stop``, or to the project's last."""
    rows = np.arange(start, min(stop, len(project.keys)))
    return LabelBlock(start, project.labels(rows), project.keypoints(rows), project.crops(rows))


def load_scene(project: Project, row: int, labels: LabelBlock) -> FrameData:
    """Picture, mask and labels of a frame, without a body.

    Args:
        project: the frame's project.
        row: of the project.
        labels: a block that has the row.
    """
    camera = level_camera(project.camera(row), find_level(project.cameras.values()))
    place = row - labels.start
    crop = labels.crops[place]
    mask_path = project.mask_path(row)
    picture = project.image_path(row)
    if picture == project.dataset_root:  # nothing below the data set's folder is named
        image, image_note = None, "the data set has no picture for this frame"
    else:
        image, image_note = _read_or_note(lambda: read_image(picture))
    if mask_path is None:
        mask, mask_note = None, "the data set has no mask for this frame"
    else:
        mask, mask_note = _read_or_note(lambda: read_mask(mask_path, camera.width, camera.height))
    return FrameData(
        row=row,
        key=project.keys[row],
        camera=camera,
        crop=crop,
        image=image,
        image_note=image_note,
        mask=mask,
        mask_note=mask_note,
        mask_crop=None if mask is None else crop_mask(mask, crop),
        label_joints=labels.joints[place],
        label_keypoints=labels.keypoints[place],
        flagged=project.flag_mask(np.array([row]))[0],
        pelvis=project.joint_set.pelvis,
    )


def load_vertices(project: Project, row: int, *, source: str) -> tuple[FloatArray | None, str]:
    """Vertices of a frame's body, (V, 3) metres, camera frame; or None and why there are none."""
    rows = np.array([row])
    if not project.bodies_present(source, rows)[0]:
        return None, f"{source} has no body for this frame"
    parameters = project.read_bodies(source, rows)
    if not np.isfinite(parameters.transl).all():
        return None, f"{source} does not say where the body stands"
    return pose_vertices(project.body(), parameters)[0], ""


def _read_or_note(read: Callable[[], np.ndarray]) -> tuple[np.ndarray | None, str]:
    try:
        return read(), ""
    except DatasetError as error:
        return None, str(error)
