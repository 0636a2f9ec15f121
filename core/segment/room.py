"""What a camera sees when the person is not there, from pictures with the person in different places.

At every pixel it is the brightness that most pictures agree on, each counted by how likely nobody covers the
pixel there: a room looks the same whenever it is seen, a person in folded clothes hardly ever. Pictures of
the frame's own sequence come first where nearly all of them agree: a stool that was there in one sequence
and not in another is then part of that sequence's room alone. Shadows are not: where some see the same colour
brighter, it is theirs. What is never seen is filled in from around it. How far those pictures differ
from each other is the room's noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import BoolArray, FloatArray

#: Trust in pictures of a sequence that agree, and share of them that must, for the others to be left aside.
_ENOUGH, _NEARLY_ALL = 1.0, 0.9
#: Trust below which a pixel was never seen.
_LEAST = 0.25
#: Trust in pictures that are brighter, and brightness as a share of theirs, that make a shadow of what most
#: agree on, and the steps by which a shadow's colour may be off.
_SURE, _SHADE, _TINT = 1.5, (0.4, 0.97), 4.0
#: Steps of brightness that the pictures are counted in; those within one step of the fullest agree.
_STEP, _STEPS = 5, 52
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_LINES_AT_ONCE = 16
#: What is filled in is first made so many times smaller, so that it takes no time.
_SHRINK, _RADIUS = 4, 3
#: Pictures in which noise is compared with its means, side of the window, and trust of pixels that are surely
#: the room's.
_MEASURED, _WINDOW, _FREE = 4, 5, 0.9
#: Pixels over which noise is averaged; steps of colour that it is at least, since pictures are whole numbers,
#: and that it is where the room was never seen.
_NOISE_BLUR, _LEAST_NOISE, _UNSEEN_NOISE = 2.0, 0.8, 4.0


@dataclass(frozen=True, eq=False)
class Room:
    """What a camera sees without the person.

    Attributes:
        picture: (H, W, 3) RGB.
        noise: (H, W) standard deviation of a colour in a picture of it, in steps of 255.
        averaged: the share of it that means over a small window have.
    """

    picture: NDArray[np.uint8]
    noise: NDArray[np.float32]
    averaged: float = 1.0


def estimate_room(pictures: NDArray[np.uint8], trust: NDArray[np.float32], own: NDArray[np.bool_]) -> Room:
    """The room without the person.

    Args:
        pictures: of one camera, (N, H, W, 3).
        trust: how likely nobody covers each pixel of them, 0 to 1, (N, H, W).
        own: which pictures are of the sequence that the room is wanted for, (N,).
    """
    picture = np.zeros(pictures.shape[1:], np.uint8)
    most, squares = np.zeros((2, *pictures.shape[1:3]), np.float32)
    for start in range(0, len(picture), _LINES_AT_ONCE):  # a few lines at a time keep the memory small
        lines = np.s_[start : start + _LINES_AT_ONCE]
        shape = picture[lines].shape
        seen = pictures[:, lines].reshape(len(pictures), -1, 3)
        found = _find_agreement(seen, trust[:, lines].reshape(len(pictures), -1), own)
        picture[lines] = found[0].reshape(shape)
        squares[lines], most[lines] = (values.reshape(shape[:2]) for values in found[1:])
    hidden = (most < _LEAST).astype(np.uint8)
    variance = _blur(squares * most) / np.maximum(_blur(most), 1e-6)
    noise = np.where(hidden > 0, _UNSEEN_NOISE, np.maximum(np.sqrt(variance), _LEAST_NOISE))
    picture = _fill_in(picture, hidden) if hidden.any() else picture
    return Room(picture, noise.astype(np.float32), _measure_averaged(pictures, trust, picture))


def _measure_averaged(
    pictures: NDArray[np.uint8], trust: NDArray[np.float32], room: NDArray[np.uint8]
) -> float:
    """Noise of means over a window as a share of a pixel's: that of colours, which shadows leave alone."""
    toward = room / np.maximum(np.linalg.norm(room.astype(np.float32), axis=-1, keepdims=True), 1)
    every = max(1, len(pictures) // _MEASURED)
    squares = []
    for seen, free in zip(pictures[::every], trust[::every]):
        off = (seen.astype(np.float32) - room).astype(np.float32)
        off -= (off * toward).sum(axis=-1, keepdims=True) * toward
        there = free > _FREE
        mean = cv2.blur(off, (_WINDOW, _WINDOW))
        squares.append([float((values[there] ** 2).sum()) for values in (off, mean)])
    alone, together = np.sum(squares, axis=0)
    return min(1.0, float(np.sqrt(together / alone))) if alone > 0 else 1.0


def _blur(values: FloatArray) -> FloatArray:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), _NOISE_BLUR))


def _find_agreement(
    seen: NDArray[np.uint8], trust: NDArray[np.float32], own: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], FloatArray, FloatArray]:
    """Colour (P, 3) that most pictures (N, P, 3) agree on, its variance (P,), and the trust (P,) in it."""
    steps = (seen @ _LUMA / _STEP).astype(np.intp)  # [N, P]
    pixels = np.arange(seen.shape[1])
    counts = np.zeros((2, len(pixels), _STEPS + 2), np.float32)  # of the others, of the sequence's own
    for mine, step, weight in zip(own.tolist(), steps, trust):
        counts[int(mine), pixels, step + 1] += weight
    wide = counts[..., :-2] + counts[..., 1:-1] + counts[..., 2:]  # [2, P, STEPS]
    of_own, of_all = wide[1], wide.sum(axis=0)
    favourite = of_own.argmax(axis=1)
    alike = ((np.abs(steps - favourite) <= 1) & own[:, None]).sum(axis=0)
    enough = (of_own.max(axis=1) >= _ENOUGH) & (alike >= _NEARLY_ALL * own.sum())
    best = np.where(enough, favourite, of_all.argmax(axis=1))
    agree = (np.abs(steps - best) <= 1) & (own[:, None] | ~enough)
    colour, variance = _average(seen, np.where(agree, trust, 0))
    most = np.where(enough, of_own.max(axis=1), of_all.max(axis=1))
    brighter = np.where(np.arange(_STEPS) > best[:, None] + 2, of_all, 0)
    doubtful = np.flatnonzero(brighter.max(axis=1) > _SURE)
    agree = np.abs(steps[:, doubtful] - brighter[doubtful].argmax(axis=1)) <= 1
    lit, lit_variance = _average(seen[:, doubtful], np.where(agree, trust[:, doubtful], 0))
    shaded = _is_shade(colour[doubtful], lit)
    there = doubtful[shaded]
    colour[there], variance[there] = lit[shaded], lit_variance[shaded]
    most[there] = brighter[there].max(axis=1)
    return (colour + 0.5).astype(np.uint8), variance, most


def _average(seen: NDArray[np.uint8], weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean (P, 3) of colours (N, P, 3), and their variance (P,)."""
    weights = weights[..., None]
    total = np.maximum(weights.sum(axis=0), 1e-6)
    mean = (weights * seen).sum(axis=0) / total
    return mean, ((weights * (seen - mean) ** 2).sum(axis=0) / total).mean(axis=-1)


def _is_shade(colour: FloatArray, lit: FloatArray) -> BoolArray:
    """Whether colours (P, 3) are others in shadow, (P,)."""
    brightness = (colour * lit).sum(-1) / np.maximum((lit * lit).sum(-1), 1)
    low, high = _SHADE
    off = np.linalg.norm(colour - brightness[:, None] * lit, axis=-1)
    return (brightness > low) & (brightness < high) & (off < _TINT)


def _fill_in(room: NDArray[np.uint8], hidden: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = hidden.shape
    size = (max(1, width // _SHRINK), max(1, height // _SHRINK))
    seen = cv2.resize((1 - hidden).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(room.astype(np.float32) * (1 - hidden)[..., None], size, interpolation=cv2.INTER_AREA)
    small = np.clip(small / np.maximum(seen, 1e-3)[..., None], 0, 255).astype(np.uint8)
    filled = cv2.inpaint(small, (seen < 0.5).astype(np.uint8), _RADIUS, cv2.INPAINT_TELEA)
    whole = cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(hidden[..., None] > 0, whole, room).astype(np.uint8)
