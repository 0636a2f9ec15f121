"""Masks: what a segmenter makes of the silhouettes, with ragged borders and small holes.

Sizes are in pixels of the 224-pixel crop that masks are used on, two to three pixels of the image.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.errors import DatasetError
from core.studio.silhouettes import Silhouette
from core.types import BoolArray, FloatArray

#: Standard deviation of the border's place, and the length over which it is correlated.
_BORDER_NOISE = 1.0
_BORDER_LENGTH = 4.0
#: A whole mask may be too small or too large by this much.
_BORDER_BIAS = (-1.0, 0.0, 1.0)
_MOST_HOLES = 2
_HOLE_RADII = (1.5, 4.0)


def segment(
    silhouette: Silhouette,
    stream: np.random.Generator,
    *,
    looseness: float = 0.0,
    noise: float = 1.0,
) -> BoolArray:
    """The mask (h, w) of a silhouette's box that a segmenter would give.

    Args:
        silhouette: the true one.
        stream: decides border and holes.
        looseness: by how many crop pixels clothes stand off the body.
        noise: factor on how far the border is off; holes stay as they are.
    """
    inside = silhouette.inside.astype(np.uint8)
    if not inside.any():
        return silhouette.inside
    crop_pixel = silhouette.crop_pixel
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3) - cv2.distanceTransform(
        1 - inside, cv2.DIST_L2, 3
    )
    border = _draw_field(inside.shape, _BORDER_LENGTH * crop_pixel, stream) * _BORDER_NOISE
    off = noise * (border + stream.choice(_BORDER_BIAS)) + looseness
    mask = distance + off * crop_pixel > 0
    rows, columns = np.nonzero(inside)
    for _ in range(stream.integers(0, _MOST_HOLES + 1)):
        chosen = stream.integers(len(rows))
        radius = stream.uniform(*_HOLE_RADII) * crop_pixel
        hole = np.zeros_like(inside)
        cv2.circle(hole, (int(columns[chosen]), int(rows[chosen])), round(radius), 1, -1)
        mask &= hole == 0
    return mask


def _draw_field(shape: tuple[int, ...], length: float, stream: np.random.Generator) -> FloatArray:
    """A smooth random field of unit variance; drawn coarse and enlarged, which costs little."""
    coarse_shape = [int(np.ceil(side / length)) + 3 for side in shape]
    coarse = cv2.GaussianBlur(stream.normal(size=coarse_shape), (0, 0), 1.0)
    field: FloatArray = cv2.resize(
        coarse / coarse.std(), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC
    ).astype(np.float64)
    return field


def write_mask(path: Path, mask: BoolArray) -> None:
    """Write an 8-bit JPEG whose pixel (0, 0) is set, which marks it valid; readers clear the corner.

    Raises:
        DatasetError: the file cannot be written.
    """
    picture = mask.astype(np.uint8) * 255
    picture[:2, :2] = 255
    if not cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 95]):
        raise DatasetError(f"{path}: the mask cannot be written; is the disk full?")
