"""A data set as every importer hands it over: frames, labels, cameras and where pictures and masks lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.cameras import Camera
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
        joints: labels (N, 17, 3) float32, metres, camera frame, right side first; NaN where absent.
        keypoints: labels (N, 17, 2) float32, pixels of the whole image; NaN where absent.
        cameras: by subject and name; extrinsics are NaN where the data set has none.
        images: pictures, relative to the root.
        masks: masks, relative to the root; None where there is none.
        label_origin: one of :data:`LABEL_ORIGINS`.
        pictures_on_demand: whether pictures may be absent because a studio makes them when asked.
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
    """

    parameters: BodyParameters
    present: BoolArray
    matching: str = ""
