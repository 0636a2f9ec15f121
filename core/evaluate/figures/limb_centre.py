"""Where labels lie across a limb, told by masks alone, without any body or regressor.

Across the labelled bone the mask shows the limb from one side to the other, and a label lies so far from its
middle. Each view sees the part of this that is across its line of sight, so that views from several sides,
or of one leg that turns, tell both directions across the bone. A joint need not lie in the middle of a limb;
what matters is whether one subject's labels lie elsewhere than the others'. Along the bone nothing is told.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.types import BoolArray, FloatArray

#: Metres to either side of the label that are looked at, and the widths that a lower leg can have.
_REACH = 0.15
_WIDTHS = (0.03, 0.15)
#: Pixels between the places where the mask is read.
_STEP = 0.25
#: Least share of the bone's length that has to be seen for its direction in the picture to mean anything.
_LEAST_SEEN = 0.5
#: Places whose error is more than this many robust standard deviations are left out.
_FARTHEST = 2.5


@dataclass(frozen=True)
class Crossings:
    """Labels on some frames against the limbs that the masks show.

    Attributes:
        axes: (n, 3, 3) along the bone, to the body's left and to the front as rows, camera frame.
        scales: (n,) pixels a metre at the limb.
        offsets: (n,) metres from the limb's middle to the label, along what the view sees across the bone;
            NaN where the mask does not show the limb by itself.
        directions: (n, 2) that direction in the last two axes.
    """

    axes: FloatArray
    scales: FloatArray
    offsets: FloatArray
    directions: FloatArray

    def fit(self, rows: NDArray[np.intp]) -> FloatArray:
        """(2,) metres to the left and to the front of the limb's middle; NaN where too little is seen."""
        rows = rows[np.isfinite(self.offsets[rows])]
        found = np.full(2, np.nan)
        for _ in range(4):
            if len(rows) < 6 or np.linalg.matrix_rank(self.directions[rows], tol=0.5) < 2:
                return np.full(2, np.nan)
            found = np.linalg.lstsq(self.directions[rows], self.offsets[rows])[0]
            errors = np.abs(self.offsets[rows] - self.directions[rows] @ found)
            rows = rows[errors <= _FARTHEST * 1.4826 * np.median(errors) + 1e-6]
        return found


def measure_crossings(
    ends: FloatArray, pixels: FloatArray, across: FloatArray, masks: FloatArray
) -> Crossings:
    """Hold the labels of a bone's lower end against masks.

    Args:
        ends: (n, 2, 3) labelled upper and lower end, metres, camera frame.
        pixels: (n, 2, 2) where they are seen, pixels of the masks.
        across: (n, 3) towards the body's left, camera frame.
        masks: (n, H, W), 0 to 1.
    """
    bones, seen = ends[:, 1] - ends[:, 0], pixels[:, 1] - pixels[:, 0]
    in_view = np.linalg.norm(bones[:, :2], axis=1)
    scales = np.linalg.norm(seen, axis=1) / np.maximum(in_view, 1e-6)
    axes = find_bone_axes(bones, across)
    along = seen / np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-6)
    sideways = np.stack([-along[:, 1], along[:, 0]], axis=1)
    usable = in_view > _LEAST_SEEN * np.linalg.norm(bones, axis=1)
    offsets = np.array(
        [
            _find_offset(mask, place, direction, scale) if good else np.nan
            for mask, place, direction, scale, good in zip(
                masks, pixels[:, 1], sideways, scales, usable, strict=True
            )
        ]
    )
    flat = np.concatenate([sideways, np.zeros((len(sideways), 1))], axis=1)
    directions = np.einsum("nij,nj->ni", axes, flat)[:, 1:]
    return Crossings(axes, scales, offsets, directions)


def find_bone_axes(bones: FloatArray, across: FloatArray) -> FloatArray:
    """Axes that turn with a bone: along it, to the body's left, and to the front.

    Args:
        bones: (n, 3) from the bone's upper to its lower end.
        across: (n, 3) towards the body's left.

    Returns:
        (n, 3, 3) unit axes as rows.
    """
    along = bones / np.linalg.norm(bones, axis=1, keepdims=True)
    left = across - (across * along).sum(axis=1, keepdims=True) * along
    left = left / np.linalg.norm(left, axis=1, keepdims=True)
    return np.stack([along, left, np.cross(along, left)], axis=1)


def _find_offset(mask: FloatArray, place: FloatArray, direction: FloatArray, scale: float) -> float:
    """Metres from the middle of the limb to a place, along a direction in the picture; NaN if unclear."""
    steps = np.arange(-_REACH * scale, _REACH * scale, _STEP)
    at = (place + steps[:, None] * direction - 0.5).astype(np.float32)[None]  # OpenCV counts from centres
    inside = cv2.remap(mask.astype(np.float32), at[..., 0], at[..., 1], cv2.INTER_LINEAR)[0] > 0.5
    runs = _list_runs(np.asarray(inside))
    if not runs:
        return float("nan")
    # The limb that the label is in or, where it lies beside all, nearest to.
    first, last = min(runs, key=lambda run: max(steps[run[0]], -steps[run[1]], 0.0))
    width = (steps[last] - steps[first]) / scale
    if first == 0 or last == len(steps) - 1 or not _WIDTHS[0] < width < _WIDTHS[1]:
        return float("nan")
    return float(-(steps[first] + steps[last]) / 2 / scale)


def _list_runs(inside: BoolArray) -> list[tuple[int, int]]:
    """First and last place of each stretch that is inside."""
    edges = np.diff(np.concatenate([[0], inside.astype(np.int8), [0]]))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True)
    )
