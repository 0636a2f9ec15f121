"""What the frames of a project have to say about bodies: labels and masks, and which of them count.

A label counts unless it is missing or flagged.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.cameras import CROP_SIDE
from core.errors import DatasetError
from core.types import BoolArray, FloatArray

if TYPE_CHECKING:
    from core.project.project import Project


def read_labels(
    project: Project, rows: NDArray[np.intp], *, include_flagged: bool = False
) -> tuple[FloatArray, BoolArray]:
    """3D labels (n, J, 3) metres, camera frame, zero where they do not count; and (n, J) which count."""
    return _sift(project, rows, project.labels(rows), include_flagged=include_flagged)


def read_keypoints(project: Project, rows: NDArray[np.intp]) -> tuple[FloatArray, BoolArray]:
    """2D labels (n, J, 2) pixels, zero where they do not count; and (n, J) which count."""
    return _sift(project, rows, project.keypoints(rows), include_flagged=False)


def read_masks(
    project: Project, rows: NDArray[np.intp]
) -> tuple[NDArray[np.float32], BoolArray, tuple[str, ...]]:
    """Masks on the crops (n, 224, 224), zero where there is none; (n,) whether there is one; complaints.

    A mask file that is missing or broken costs its own frame the silhouette, not the whole batch.
    """
    complaints: list[str] = []
    try:
        masks = project.read_masks(rows)
    except DatasetError:
        masks = np.full((len(rows), CROP_SIDE, CROP_SIDE), np.nan, np.float32)
        for number, row in enumerate(rows):
            try:
                masks[number] = project.read_masks(np.array([row]))[0]
            except DatasetError as error:
                complaints.append(str(error))
    there = np.asarray(np.isfinite(masks).all(axis=(1, 2)))
    masks[~there] = 0
    return masks, there, tuple(complaints)


def describe_flags(project: Project) -> str:
    """Digest of which labels are flagged; the same again once a flag has been taken back."""
    flagged = sorted(
        json.dumps([flag.subject, flag.joint, flag.action, flag.frames]) for flag in project.flags()
    )
    return hashlib.sha256("\n".join(flagged).encode()).hexdigest()[:12]


def _sift(
    project: Project, rows: NDArray[np.intp], labels: FloatArray, *, include_flagged: bool
) -> tuple[FloatArray, BoolArray]:
    valid = np.asarray(np.isfinite(labels).all(axis=-1))
    if not include_flagged:
        valid &= ~project.flag_mask(rows)
    return np.where(valid[..., None], labels, 0), valid
