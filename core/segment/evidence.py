"""How likely a picture shows the room, pixel by pixel: lit as it always is, or in a shadow.

A shadow makes the room's colour darker, changes it by no more than the noise of the room's pictures, and
lies smoothly. Clothes have colours of their own, and folds. Both are told as densities of colour, so that
they can be compared, and little has to be known but the noise. (Shadows as colours that have only lost
brightness: Horprasert, Harwood, Davis, FRAME-RATE 1999.)
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import FloatArray

#: Shares of the room's pixels around a person that are lit as ever, that lie in shadow, and the rest.
_LIT, _SHADED, _OTHER = 0.93, 0.05, 0.02
#: The brightness that the darkest shadow leaves, and the tint of a shadow as a share of what it takes.
_DARKEST, _TINT = 0.4, 0.015
#: Noise of brightness as a multiple of that of colour, lit and where the darkest shadow ends.
_BRIGHTNESS, _DARK_END = 1.5, 4.0
#: How much cloth varies over a window in steps of 255, the room as a multiple of its noise, and the share of
#: cloth that is as plain as the room; by how much the variation may speak for the person.
_FOLDS, _PLAIN_ROOM, _PLAIN_CLOTH = 5.0, 1.5, 0.35
_MOST = 4.0
#: Noise that a mean has at least, since room and pictures are whole numbers.
_LEAST_NOISE = 0.8
#: Pixels from the middle of a window to its side.
_RADIUS = 2
_ANY = 3 * np.log(256)


def weigh_room(
    seen: NDArray[np.uint8], room: NDArray[np.uint8], noise: FloatArray, *, averaged: float = 1.0
) -> FloatArray:
    """Log-density (H, W) of a picture's colours if they are the room's.

    Args:
        seen: the picture, (H, W, 3).
        room: the same without the person.
        noise: standard deviation of the room's colours, (H, W), in steps of 255.
        averaged: the share of it that means over a window have: most of a compressed picture's, little of a
            sensor's.
    """
    empty = np.maximum(room.astype(np.float32), 1)
    bright = np.linalg.norm(empty, axis=-1)
    share = (seen * empty).sum(-1) / bright**2
    off = seen - share[..., None] * empty
    even = cv2.blur(bright, (9, 9))  # else the room's own pattern would vary in the shares
    off, share, spread = _average_steadiest(off, share, share * even)
    colour = np.linalg.norm(off, axis=-1)
    tinge = np.maximum(averaged * noise, _LEAST_NOISE)
    brightness = (share - 1) * bright
    lit = np.log(_LIT) + _gauss(colour, tinge, dimensions=2) + _gauss(brightness, _BRIGHTNESS * noise)
    tint = np.hypot(tinge, _TINT * np.maximum(-brightness, 0))
    shaded = np.log(_SHADED) + _gauss(colour, tint, dimensions=2) + _weigh_shade(share, bright, noise)
    whatever = np.log(_OTHER) - _ANY
    colours = np.logaddexp(np.logaddexp(lit, shaded), whatever)
    return np.asarray(colours + _weigh_evenness(spread, noise), np.float32)


def _weigh_shade(share: FloatArray, bright: FloatArray, noise: FloatArray) -> FloatArray:
    """Log-density of brightness in a shadow: any is as likely as another, down to the darkest."""
    beyond = np.where(share > 1, (share - 1) / _BRIGHTNESS, np.maximum(_DARKEST - share, 0) / _DARK_END)
    return np.asarray(-np.log((1 - _DARKEST) * bright) - 0.5 * (beyond * bright / noise) ** 2)


def _weigh_evenness(spread: FloatArray, noise: FloatArray) -> FloatArray:
    """Log-odds for the room by how much colours vary over a window, shadows being even and cloth in folds."""
    folds = _gauss(spread, np.hypot(_FOLDS, _PLAIN_ROOM * noise)) - _gauss(spread, _PLAIN_ROOM * noise)
    even = -np.log(_PLAIN_CLOTH + (1 - _PLAIN_CLOTH) * np.exp(np.minimum(folds, 2 * _MOST)))
    return np.maximum(even, -_MOST)


def _gauss(value: FloatArray, deviation: FloatArray, *, dimensions: int = 1) -> FloatArray:
    """Log-density of a distance from the mean of a Gaussian that is as wide in every dimension."""
    scale = dimensions * (np.log(deviation) + 0.5 * np.log(2 * np.pi))
    return np.asarray(-0.5 * (value / deviation) ** 2 - scale)


def _average_steadiest(
    off: FloatArray, share: FloatArray, level: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Means over the window, of those that touch a pixel, in which colours vary least.

    Beside a border there is always a window on the pixel's own side (Kuwahara et al., 1976).

    Args:
        off: by what the colours (H, W, 3) are off the room's.
        share: brightness as a share of the room's, (H, W).
        level: brightness in steps, (H, W).

    Returns:
        Means of ``off`` and ``share``, and the deviation (H, W) over the window.
    """
    side = 2 * _RADIUS + 1
    values = np.dstack([off, level])
    means = cv2.blur(np.dstack([off, share, level]), (side, side))
    squares = cv2.blur((values * values).sum(-1), (side, side))
    variance = np.maximum(squares - (means[..., [0, 1, 2, 4]] ** 2).sum(-1), 0)
    height, width = variance.shape
    edge = ((_RADIUS, _RADIUS), (_RADIUS, _RADIUS))
    around, mean_around = np.pad(variance, edge, "edge"), np.pad(means[..., :4], (*edge, (0, 0)), "edge")
    least, best = variance, means[..., :4].copy()
    for down in range(0, side, _RADIUS):
        for right in range(0, side, _RADIUS):
            here = np.s_[down : down + height, right : right + width]
            better = around[here] < least
            least = np.where(better, around[here], least)
            best[better] = mean_around[here][better]
    return np.asarray(best[..., :3]), np.asarray(best[..., 3]), np.asarray(np.sqrt(least))
