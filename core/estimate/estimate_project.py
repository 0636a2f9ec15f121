"""Estimate a body in every picture of a project, and keep the bodies as an estimator's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from core.data.estimate_files import hash_files
from core.data.images import read_image
from core.errors import ProjectError
from core.estimate.hmr import load_hmr
from core.progress import ProgressCallback
from core.rotations import matrix_to_axis_angle
from core.types import BETAS, BODY_JOINTS, BodyParameters

if TYPE_CHECKING:
    from core.project.project import Project


SIDE = 224
#: ImageNet's mean and deviation a channel, RGB from 0 to 1 (SPIN's ``constants.py``).
MEAN, DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
_BATCH = 16


def estimate_project(
    project: Project,
    *,
    checkpoint: Path | str,
    mean_parameters: Path | str | None = None,
    name: str = "spin",
    device: str = "cpu",
    progress: ProgressCallback | None = None,
) -> int:
    """Run SPIN's network on the crops around the labels.

    Its camera is a weak perspective, so bodies are left without a place.

    Args:
        project: open for writing; its pictures must be there.
        checkpoint: SPIN's published one.
        mean_parameters: SPIN's mean body, where the checkpoint has none.
        name: of the estimator.
        device: of torch.
        progress: called with (done, total, message).

    Returns:
        How many bodies were estimated.

    Raises:
        DatasetError: a file or picture is missing or damaged.
        UntrustedFileError: the checkpoint holds more than tensors.
        ProjectError: the name is taken, or the project is read-only.
    """
    project.database.check_writable()
    if name in project.estimators():
        raise ProjectError(f"{name!r} is an estimator of the project already; choose another name")
    model = load_hmr(checkpoint, mean_parameters).to(device)
    frames = len(project.keys)
    pose, betas = np.zeros((frames, 3 * BODY_JOINTS), np.float32), np.zeros((frames, BETAS), np.float32)
    for start in range(0, frames, _BATCH):
        rows = np.arange(start, min(start + _BATCH, frames))
        crops = project.crops(rows)
        pictures = np.stack(
            [
                cut_picture(read_image(project.image_path(row)), crop)
                for row, crop in zip(rows.tolist(), crops)
            ]
        )
        with torch.no_grad():
            found = model(torch.from_numpy(pictures).to(device))
        pose[rows] = matrix_to_axis_angle(found.rotations).reshape(len(rows), -1).cpu().numpy()
        betas[rows] = found.betas.cpu().numpy()
        if progress is not None:
            progress(int(rows[-1]) + 1, frames, "estimating bodies")
    unknown = np.full((frames, 3), np.nan, np.float32)
    files = [Path(checkpoint)] + ([] if mean_parameters is None else [Path(mean_parameters)])
    project.add_estimates(
        name,
        BodyParameters(pose[:, :3], pose[:, 3:], betas, unknown),
        np.ones(frames, bool),
        {"model": "SPIN", "file": files[0].name, "sha256": hash_files(files), "matching": "from pictures"},
    )
    return frames


def cut_picture(picture: NDArray[np.uint8], crop: NDArray[np.floating]) -> NDArray[np.float32]:
    """The crop of a picture as the network takes it.

    Args:
        picture: (H, W, 3) RGB.
        crop: (3,) left and top edge in pixels of the whole image, and crop pixels per image pixel.

    Returns:
        (3, 224, 224) float32, black outside the picture, normalised.
    """
    left, top, scale = (float(value) for value in crop)
    # Pixel centres lie at halves in our convention, at whole numbers in OpenCV's.
    shift = np.array([scale * (0.5 - left) - 0.5, scale * (0.5 - top) - 0.5])
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    if scale < 1:  # average first, as shrinking by interpolation alone would flicker
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.5 / scale), np.uint8)
    cut = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    return ((cut / 255 - MEAN) / DEVIATION).transpose(2, 0, 1).astype(np.float32)
