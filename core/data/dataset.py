"""A data set as every importer hands it over: frames, labels, cameras and where pictures and masks lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.cameras import Camera
from core.data.plausibility import Plausibility
from core.joints import H36M_17, JointSet
from core.types import BodyParameters, BoolArray, FloatArray, FrameKey

#: Where labels can come from. Scoring against regressed ones is circular.
LABEL_ORIGINS = ("mocap", "regressed", "synthetic", "unknown")


@dataclass(frozen=True, eq=False)
class Dataset:
    """N labelled frames.

    Attributes:
        root: the data set's folder.
        format: name of the importer, e.g. ``h36m-fetch``.
        synthetic: whether a studio made it.
        keys: sorted, each once.
        joints: labels (N, J, 3) float32, metres, camera frame, right side first; NaN where absent.
        keypoints: labels (N, J, 2) float32, pixels of the whole image; NaN where absent.
        cameras: by subject and name; extrinsics and lenses are NaN where the data set has none.
        images: pictures, relative to the root.
        masks: masks, relative to the root; None where there is none.
        label_origin: one of :data:`LABEL_ORIGINS`.
        pictures_on_demand: whether pictures may be absent because a studio makes them when asked.
        joint_set: that the labels follow.
        absolute_labels: whether ``joints`` tell where the person stands, or are relative to the pelvis.
        crops: square crops (N, 3) where the data set tells them: left, top, crop pixels per image pixel.
        file_order: rows in the order of the data set's own file, where it has one.
        notes: what a person should know of such files; sentences.
        labels_file: that tells labels, pictures and masks row by row, where one file does.
        labels_name: what the format calls its 3D labels.
        labels_in_file: unit and frame that they have in the file, where these are others than ``joints`` has.
        test_subjects: those that are evaluated on and nothing is fitted to; Human3.6M's if none is named.
        world_labels: whether 3D labels come in the world, so that views agree wherever cameras are said to
            stand.
        projected_keypoints: whether 2D labels are projected 3D ones, so that the two agree whatever is wrong.
    """

    root: Path
    format: str
    synthetic: bool
    keys: list[FrameKey]
    joints: FloatArray
    keypoints: FloatArray
    cameras: dict[tuple[str, str], Camera]
    images: list[str]
    masks: list[str | None]
    label_origin: str
    pictures_on_demand: bool = False
    joint_set: JointSet = H36M_17
    absolute_labels: bool = True
    crops: FloatArray | None = None
    file_order: NDArray[np.intp] | None = None
    notes: tuple[str, ...] = ()
    labels_file: Path | None = None
    labels_name: str = "joints"
    labels_in_file: str = ""
    test_subjects: tuple[str, ...] = ()
    world_labels: bool = False
    projected_keypoints: bool = False

    @property
    def has_intrinsics(self) -> bool:
        """Whether every camera's lens is known."""
        return all(bool(np.isfinite(camera.lens.f).all()) for camera in self.cameras.values())

    def camera(self, row: int) -> Camera:
        """The camera of a frame."""
        key = self.keys[row]
        return self.cameras[key.subject, key.camera]


@dataclass(frozen=True, eq=False)
class Estimates:
    """Somebody's bodies for the frames of a data set, row by row.

    Attributes:
        parameters: N bodies, camera frame; ``transl`` is NaN where the method has no metric one.
        present: for which rows there is a body, (N,).
        matching: how the file's rows found their frames, and how well they fit there; a sentence.
        fit: how well they fit there; None before that is measured.
    """

    parameters: BodyParameters
    present: BoolArray
    matching: str = ""
    fit: Plausibility | None = None
