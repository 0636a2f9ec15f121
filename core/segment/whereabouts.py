"""Where in a picture a person may be, by the labels and the estimated body.

Masks judge labels, so labels say where to look, and shape nothing. The estimated body does not know the
labels; it makes a pixel likelier the deeper it lies inside, by little: evidence that is clear outweighs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import BoolArray, FloatArray

#: Lengths as shares of the longer side of the labels' box: how thick labelled limbs are drawn, and how much
#: flesh is around them where there is no body; how far beside them the person may lie; how deep inside the
#: body its colours are looked at.
_LIMB, _FLESH = 0.012, 0.035
_REACH = 0.055
_CORE = 0.03
#: Hands lie beyond the wrists by so much of the lower arm.
_BEYOND = 0.6
#: Depth inside the body that makes a pixel e times as likely to be the person, and the most that it may.
_DEPTH, _MOST = 0.015, 3.0

Bones = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """What is known of a person's place in a picture before it is looked at.

    Attributes:
        side: longer side of the person's box, pixels.
        near: (H, W) pixels of the body and of labelled limbs.
        hands: (H, W) pixels of labelled limbs and of the extremities beyond them.
        body: (H, W) pixels of the estimated body, if there is one.
    """

    side: float
    near: BoolArray
    hands: BoolArray
    body: BoolArray | None

    @classmethod
    def find(
        cls, shape: tuple[int, ...], keypoints: FloatArray, bones: Bones, body: BoolArray | None
    ) -> Self | None:
        """The whereabouts of a person; None where neither labels nor body tell them.

        Args:
            shape: (H, W) of the picture.
            keypoints: labels (J, 2) pixels, NaN where absent.
            bones: pairs of them that limbs lie between.
            body: pixels (H, W) of the estimated body, if there is one.
        """
        side = _measure_person(keypoints, body)
        if side is None:
            return None
        near = _draw_limbs(shape, keypoints, bones, _LIMB * side)
        near = near if body is None else near | body
        return cls(side, near, _draw_limbs(shape, keypoints, bones, _LIMB * side, beyond=_BEYOND), body)

    def reach(self) -> BoolArray:
        """Pixels (H, W) that the person may be at at all."""
        return _grow(self.near | self.hands, (_REACH if self.body is not None else 2 * _REACH) * self.side)

    def cover(self) -> BoolArray:
        """Pixels (H, W) that the person hides, roughly all of them."""
        return self.near if self.body is not None else _grow(self.near, _FLESH * self.side)

    def lean(self) -> FloatArray:
        """Log-odds (H, W) that the body's place alone lends to a pixel."""
        if self.body is None:
            return np.zeros(self.near.shape, np.float32)
        inside, outside = (
            cv2.distanceTransform(half.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
            for half in (self.body, ~self.body)
        )
        return np.clip((inside - outside) / (_DEPTH * self.side), -_MOST, _MOST)

    def core(self) -> BoolArray:
        """Pixels (H, W) that are very likely the person's."""
        if self.body is None:
            return self.near
        return cv2.erode(self.body.astype(np.uint8), _disk(_CORE * self.side)) > 0


def _measure_person(keypoints: FloatArray, body: BoolArray | None) -> float | None:
    """Longer side of the person's box; None where nothing tells it."""
    there = keypoints[np.isfinite(keypoints).all(axis=1)]
    if len(there) > 2:
        return float((there.max(axis=0) - there.min(axis=0)).max())
    if body is None or not body.any():
        return None
    return float(max(np.ptp(np.flatnonzero(body.any(axis=1))), np.ptp(np.flatnonzero(body.any(axis=0)))))


def _draw_limbs(
    shape: tuple[int, ...], keypoints: FloatArray, bones: Bones, width: float, *, beyond: float = 0.0
) -> BoolArray:
    """Lines between labelled joints; the last bones of limbs longer by a share of their length."""
    parents = {parent for parent, _ in bones}
    drawn = np.zeros(shape, np.uint8)
    for parent, child in bones:
        ends = keypoints[[parent, child]]
        if np.isfinite(ends).all():
            if child not in parents:
                ends[1] += beyond * (ends[1] - ends[0])
            (x0, y0), (x1, y1) = np.round(ends).astype(int).tolist()
            cv2.line(drawn, (x0, y0), (x1, y1), 1, max(1, round(width)))
    return drawn > 0


def _grow(mask: BoolArray, radius: float) -> BoolArray:
    return cv2.dilate(mask.astype(np.uint8), _disk(radius)) > 0


def _disk(radius: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
