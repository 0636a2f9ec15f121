"""How likely colours are, learned from samples: the clothes that a person wears in all pictures of a session.

A shirt that hardly differs from the wall behind it has been seen before the floor, too; a shadow has not the
clothes' colour.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from core.types import BoolArray, FloatArray

#: Cells of the histogram along each of red, green and blue, and the blur that makes a density of it.
_CELLS, _BLUR = 32, 2.0
_WIDTH = 256 // _CELLS
#: Share of the pixels that may have any colour.
_UNSEEN = 0.1
_ANY = 1 / 256**3
#: One pixel in so many along each axis is enough.
_EVERY = 2
#: Times the noise by which a colour is off, and brightness below and above, that nobody's shadow makes.
_SURE, _SHADE = 4.0, (0.4, 1.1)


class ColourDensity:
    """Density of colours.

    Args:
        samples: colours (n, 3) of 255, in as many parts as they come in; without any, every colour is as
            likely as the others.
    """

    def __init__(self, samples: Iterable[NDArray[np.uint8]] = ()) -> None:
        counts = np.zeros(_CELLS**3)
        for colours in samples:
            counts += np.bincount(_find_cells(colours), minlength=_CELLS**3)
        density = np.full(counts.shape, _ANY)
        if counts.any():
            smooth = gaussian_filter(counts.reshape(_CELLS, _CELLS, _CELLS), _BLUR, mode="nearest").ravel()
            density = (1 - _UNSEEN) * smooth / (smooth.sum() * _WIDTH**3) + _UNSEEN * _ANY
        self._log_density = np.log(density).astype(np.float32)

    def weigh(self, seen: NDArray[np.uint8]) -> FloatArray:
        """Log-density (...) of colours (..., 3)."""
        return self._log_density[_find_cells(seen)]


def _find_cells(colours: NDArray[np.uint8]) -> NDArray[np.intp]:
    red, green, blue = np.moveaxis((colours // _WIDTH).astype(np.intp), -1, 0)
    return np.asarray((red * _CELLS + green) * _CELLS + blue)


def sample(picture: NDArray[np.uint8], where: BoolArray) -> NDArray[np.uint8]:
    """Colours (n, 3) of some of a picture's pixels ``where`` (H, W)."""
    part = np.s_[::_EVERY, ::_EVERY]
    return picture[part][where[part]]


def sample_changed(
    picture: NDArray[np.uint8], room: NDArray[np.uint8], noise: FloatArray, where: BoolArray
) -> NDArray[np.uint8]:
    """Colours (n, 3) of pixels ``where`` (H, W) that are surely not the room, shaded or not.

    Args:
        picture: (H, W, 3).
        room: the same without the person.
        noise: of the room's colours, (H, W).
        where: the person is expected, (H, W).
    """
    part = np.s_[::_EVERY, ::_EVERY]
    there = where[part]
    colours = picture[part][there]
    seen, empty = colours.astype(np.float32), room[part][there].astype(np.float32)
    brightness = (seen * empty).sum(-1) / np.maximum((empty * empty).sum(-1), 1)
    off = np.linalg.norm(seen - brightness[:, None] * empty, axis=-1)
    low, high = _SHADE
    return colours[(off > _SURE * noise[part][there]) | (brightness < low) | (brightness > high)]
