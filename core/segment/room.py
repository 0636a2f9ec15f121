"""What a camera sees when the person is not there, from pictures with the person in different places.

At every pixel it is a quantile over the pictures in which nobody covers it, a little above the median, since
shadows darken. Pictures of the frame's own sequence come first, where enough of them leave a pixel free: a
stool that was there in one sequence and not in another is then part of that sequence's room alone. What
somebody covers in every picture is filled in from around it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

#: Free pictures of a sequence that are enough to leave the others aside, which may have a stool there.
_ENOUGH = 1
_QUANTILE = 0.6
#: What is filled in is first made so many times smaller, so that it takes no time.
_SHRINK, _RADIUS = 4, 3


def estimate_room(
    pictures: NDArray[np.uint8], people: NDArray[np.bool_], own: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """The room without the person.

    Args:
        pictures: of one camera, (N, H, W, 3).
        people: where the person may be in each, (N, H, W).
        own: which pictures are of the sequence that the room is wanted for, (N,).

    Returns:
        (H, W, 3).
    """
    room = np.zeros(pictures.shape[1:], np.uint8)
    hidden = np.zeros(pictures.shape[1:3], np.uint8)
    for line in range(pictures.shape[1]):  # one line at a time keeps the memory small
        free = ~people[:, line]
        enough = (free & own[:, None]).sum(axis=0) >= _ENOUGH
        seen = free & (own[:, None] | ~enough)  # [N, W]
        values = np.where(seen[..., None], pictures[:, line].astype(np.int16), np.int16(999))
        rank = np.round(_QUANTILE * np.maximum(seen.sum(axis=0) - 1, 0)).astype(np.intp)
        found = np.take_along_axis(np.sort(values, axis=0), rank[None, :, None], axis=0)[0]
        hidden[line] = ~seen.any(axis=0)
        room[line] = np.where(found == 999, 0, found)
    return _fill_in(room, hidden) if hidden.any() else room


def _fill_in(room: NDArray[np.uint8], hidden: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = hidden.shape
    size = (max(1, width // _SHRINK), max(1, height // _SHRINK))
    seen = cv2.resize((1 - hidden).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(room.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = np.clip(small / np.maximum(seen, 1e-3)[..., None], 0, 255).astype(np.uint8)
    filled = cv2.inpaint(small, (seen < 0.5).astype(np.uint8), _RADIUS, cv2.INPAINT_TELEA)
    whole = cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(hidden[..., None] > 0, whole, room).astype(np.uint8)
