"""The colours that a person wears: the same in every picture of a session, so that all of them tell.

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
#: Share of the person's pixels that may have any colour.
_UNSEEN = 0.1
_ANY = 1 / 256**3
#: One pixel in so many along each axis is enough.
_EVERY = 2
#: Times the noise by which a colour is off, and brightness below and above, that nobody's shadow makes.
_SURE, _SHADE = 4.0, (0.4, 1.1)


class PersonColours:
    """Density of a person's colours.

    Args:
        samples: colours (n, 3) of 255 that were seen on the person, in as many parts as they come in; without
            any, every colour is as likely as the others.
    """

    def __init__(self, samples: Iterable[NDArray[np.uint8]] = ()) -> None:
        counts = np.zeros(_CELLS**3)
        for colours in samples:
            red, green, blue = (colours // _WIDTH).astype(np.intp).T
            counts += np.bincount((red * _CELLS + green) * _CELLS + blue, minlength=_CELLS**3)
        density = np.full(counts.shape, _ANY)
        if counts.any():
            smooth = gaussian_filter(counts.reshape(_CELLS, _CELLS, _CELLS), _BLUR, mode="nearest").ravel()
            density = (1 - _UNSEEN) * smooth / (smooth.sum() * _WIDTH**3) + _UNSEEN * _ANY
        self._log_density = np.log(density).astype(np.float32)

    def weigh(self, seen: NDArray[np.uint8]) -> FloatArray:
        """Log-density (H, W) of a picture's colours (H, W, 3) if they are the person's."""
        red, green, blue = np.moveaxis((seen // _WIDTH).astype(np.intp), -1, 0)
        return self._log_density[(red * _CELLS + green) * _CELLS + blue]


def sample_person(
    picture: NDArray[np.uint8], room: NDArray[np.uint8], noise: FloatArray, core: BoolArray
) -> NDArray[np.uint8]:
    """Colours (n, 3) of pixels well inside the person that are surely not the room, shaded or not.

    Args:
        picture: (H, W, 3).
        room: the same without the person.
        noise: of the room's colours, (H, W).
        core: where the person is expected, (H, W).
    """
    part = np.s_[::_EVERY, ::_EVERY]
    there = core[part]
    colours = picture[part][there]
    seen, empty = colours.astype(np.float32), room[part][there].astype(np.float32)
    brightness = (seen * empty).sum(-1) / np.maximum((empty * empty).sum(-1), 1)
    off = np.linalg.norm(seen - brightness[:, None] * empty, axis=-1)
    low, high = _SHADE
    return colours[(off > _SURE * noise[part][there]) | (brightness < low) | (brightness > high)]
