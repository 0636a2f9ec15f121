"""Where exactly a mask's border lies, once it is roughly known and the room behind it is too.

A pixel on the border mixes the person's colour with the room's. The person's colour is that of the mask's
inside nearby, the room's is known, darkened as the floor beside the mask is; the border is where the picture
stands half way between the two. Brightness varies with folds and shadows, so colour counts for more.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import BoolArray, FloatArray

_Picture = NDArray[np.uint8]

#: Pixels inside and outside the mask's border that may change sides.
_INSIDE, _OUTSIDE = 2, 3
#: Pixels over which colours and shadows nearby are averaged.
_NEARBY = 3.0
#: Difference of colours below which the border stays where it is.
_LEAST_DIFFERENCE = 20.0
#: What colour counts for against brightness.
_CHROMA = 1.5
#: Brightness that a shadow leaves of a pixel's; what lies outside is no shadow of the room.
_SHADE = (0.4, 1.1)
_LEAST_WEIGHT = 1e-3


def refine_edge(mask: BoolArray, picture: _Picture, room: _Picture) -> BoolArray:
    """The mask with its border where the picture is half person, half room.

    Args:
        mask: (H, W).
        picture: RGB (H, W, 3).
        room: the same without the person.
    """
    inside = cv2.erode(mask.astype(np.uint8), _disk(_INSIDE)) > 0
    outside = cv2.dilate(mask.astype(np.uint8), _disk(_OUTSIDE)) == 0
    seen, empty = _split(picture), _split(_darken(room, picture, outside))
    person, known = average_nearby(seen, inside)
    step = np.linalg.norm(person - empty, axis=-1)
    share = np.linalg.norm(seen - empty, axis=-1) / np.maximum(step, 1)
    decided = ~inside & ~outside & (known > _LEAST_WEIGHT) & (step > _LEAST_DIFFERENCE)
    return np.where(decided, share > 0.5, mask)


def _darken(room: _Picture, picture: _Picture, outside: BoolArray) -> _Picture:
    """The room as dark as it is seen just outside the mask."""
    seen, empty = picture.astype(np.float32), room.astype(np.float32)
    brightness = (seen * empty).sum(-1) / np.maximum((empty * empty).sum(-1), 1)
    low, high = _SHADE
    shade, known = average_nearby(brightness[..., None], outside & (brightness > low) & (brightness < high))
    shade = np.where((known > _LEAST_WEIGHT)[..., None], np.clip(shade, low, high), 1)
    return np.clip(empty * shade, 0, 255).astype(np.uint8)


def _split(picture: _Picture) -> FloatArray:
    """Brightness and colour, colour counting for more."""
    split = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    split[..., 1:] *= _CHROMA
    return split


def average_nearby(
    values: FloatArray, where: BoolArray, radius: float = _NEARBY
) -> tuple[FloatArray, FloatArray]:
    """Means (H, W, C) of the values nearby that lie ``where``, and the share (H, W) that does."""
    weight = where.astype(np.float32)
    near = np.asarray(cv2.GaussianBlur(weight, (0, 0), radius), np.float32)
    total = cv2.GaussianBlur(values.astype(np.float32) * weight[..., None], (0, 0), radius)
    return total.reshape(values.shape) / np.maximum(near, _LEAST_WEIGHT)[..., None], near


def _disk(radius: int) -> NDArray[np.uint8]:
    return np.asarray(
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8
    )
