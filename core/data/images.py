"""Pictures and masks, whole and on the square crop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core.cameras import CROP_SIDE
from core.errors import DatasetError
from core.types import BoolArray, FloatArray
from core.whole_file import open_whole


def read_image(path: Path | str) -> NDArray[np.uint8]:
    """Decode a picture, (H, W, 3) uint8 RGB.

    Raises:
        DatasetError: it is missing or damaged.
    """
    return _decode(path, cv2.IMREAD_COLOR_RGB, "picture")


def read_mask(path: Path | str, width: int, height: int) -> BoolArray:
    """Decode a mask, (H, W), True on the body.

    The mask files of Hedlin et al. carry their validity in the first pixel: zero there means that the
    segmenter found nobody. The 2x2 pixels in that corner are no part of the body.

    Raises:
        DatasetError: it is missing, damaged, marked invalid, or not ``height`` x ``width``.
    """
    mask = read_valid_mask(path, width, height)
    if mask is None:
        raise DatasetError(
            f"{path}: the mask is marked invalid (its first pixel is zero); segment this frame again"
        )
    return mask


def read_valid_mask(path: Path | str, width: int, height: int) -> BoolArray | None:
    """As :func:`read_mask`, (H, W), but None where the mask is marked invalid.

    Raises:
        DatasetError: it is missing, damaged, or not ``height`` x ``width``.
    """
    grey = _decode(path, cv2.IMREAD_GRAYSCALE, "mask")
    check_size(path, grey.shape[1], grey.shape[0], width, height)
    if grey[0, 0] < 128:
        return None
    mask = grey >= 128
    mask[:2, :2] = False
    return mask


def write_mask(path: Path, mask: BoolArray | None, width: int, height: int) -> None:
    """Write a mask (H, W) as PNG, whole or not at all; None marks it invalid, as nobody was found.

    Raises:
        DatasetError: it cannot be written.
    """
    picture = np.zeros((height, width), np.uint8) if mask is None else mask.astype(np.uint8) * 255
    if mask is not None:
        picture[:2, :2] = 255
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_whole(path) as stream:
            stream.write(cv2.imencode(".png", picture)[1].tobytes())
    except OSError as error:
        raise DatasetError(f"{path}: the mask cannot be written ({error.strerror or error})") from error


def check_size(path: Path | str, width: int, height: int, expected_width: int, expected_height: int) -> None:
    """Raise DatasetError where a picture or mask is not as large as its camera's pictures."""
    if (width, height) != (expected_width, expected_height):
        raise DatasetError(
            f"{path}: is {width} x {height} pixels; "
            f"its camera's pictures are {expected_width} x {expected_height}"
        )


def read_size(path: Path | str) -> tuple[int, int]:
    """Width and height from a picture's header, without decoding it.

    Raises:
        DatasetError: it is missing or no picture.
    """
    try:
        with Image.open(path) as image:
            return image.size
    except UnidentifiedImageError as error:
        raise DatasetError(f"{path}: is no picture, or a damaged one") from error
    except Image.DecompressionBombError as error:
        raise DatasetError(
            f"{path}: says that it is larger than any picture of a camera ({error}); fetch or write it again"
        ) from error
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror or error})") from error


def crop_mask(mask: NDArray[Any], crop: FloatArray, side: int = CROP_SIDE) -> NDArray[np.float32]:
    """Share of each crop pixel that the mask covers.

    Exact for any crop: the mask is constant on its pixels, so its integral image is bilinear within them
    and its values at the crop's pixel edges give every area. Outside the picture the mask is empty.

    Args:
        mask: (H, W) bool or shares.
        crop: (3,) left and top edge in pixels of the whole image, and crop pixels per image pixel.
        side: pixels of the crop.

    Returns:
        (side, side) float32 between 0 and 1.
    """
    left, top, scale = (float(value) for value in crop)
    height, width = mask.shape
    x = np.clip(left + np.arange(side + 1) / scale, 0, width)
    y = np.clip(top + np.arange(side + 1) / scale, 0, height)
    first_x, first_y = int(x[0]), int(y[0])
    window = mask[first_y : int(np.ceil(y[-1])), first_x : int(np.ceil(x[-1]))]
    if not window.size:
        return np.zeros((side, side), np.float32)
    integral = cv2.integral(
        window.astype(np.uint8 if window.dtype == bool else np.float32), sdepth=cv2.CV_64F
    )
    edges = _interpolate(_interpolate(integral, y - first_y).T, x - first_x).T  # [side + 1, side + 1]
    return (np.diff(np.diff(edges, axis=0), axis=1) * scale**2).astype(np.float32)


def _interpolate(rows: NDArray[Any], positions: FloatArray) -> FloatArray:
    """Values of piecewise linear columns at fractional row positions."""
    below = np.minimum(positions.astype(np.intp), len(rows) - 2)
    share = (positions - below)[:, None]
    return rows[below] * (1 - share) + rows[below + 1] * share


def _decode(path: Path | str, flags: int, what: str) -> NDArray[np.uint8]:
    try:
        encoded = np.fromfile(path, np.uint8)
    except OSError as error:
        raise DatasetError(f"{path}: the {what} cannot be read ({error.strerror})") from error
    decoded = cv2.imdecode(encoded, flags | cv2.IMREAD_IGNORE_ORIENTATION) if encoded.size else None
    if decoded is None:
        raise DatasetError(f"{path}: the {what} is damaged; fetch or make it again")
    return np.asarray(decoded)
