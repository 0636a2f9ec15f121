"""What segmenters now and then get wrong altogether: a hand missed, a shadow on the floor taken along."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.body.model import BodyModel
from core.cameras import Camera, project, to_camera
from core.studio.silhouettes import Silhouette
from core.studio.skeleton import BODY_JOINT
from core.types import BoolArray, FloatArray

#: Share of the images in which a hand may be missed, and in which a shadow is taken along.
_MISSED_HANDS = 0.06
_SHADOWS = 0.04
#: A hand with more of the body than this around it is before the trunk, and never missed.
_MOST_BODY_AROUND_HAND = 0.6
#: Half the width of a shadow in crop pixels, and its half height over that.
_SHADOW_WIDTHS = (6.0, 14.0)
_SHADOW_FLATNESS = 0.3


@dataclass(frozen=True)
class Extremities:
    """Where the parts that segmenters get wrong are, in pixels of the image, left side first.

    Attributes:
        hands: (2, 2).
        reaches: (2,) radius around each hand.
        feet: (2, 2).
    """

    hands: FloatArray
    reaches: FloatArray
    feet: FloatArray


def find_extremities(vertices: FloatArray, body: BodyModel, camera: Camera) -> Extremities:
    """Hands and feet of a posed body, world vertices (V, 3), as a camera sees them."""
    hands, reaches, feet = [], [], []
    for side in ("left", "right"):
        hand = _see_part(vertices, body, camera, f"{side}_wrist", f"{side}_hand")
        hands.append(hand.mean(axis=0))
        reaches.append(np.linalg.norm(hand - hands[-1], axis=1).max())
        feet.append(_see_part(vertices, body, camera, f"{side}_foot").mean(axis=0))
    return Extremities(np.array(hands), np.array(reaches), np.array(feet))


def spoil(
    mask: BoolArray, silhouette: Silhouette, extremities: Extremities, stream: np.random.Generator
) -> BoolArray:
    """The mask (h, w) of a silhouette's box with the failures that ``stream`` decides on, mostly none."""
    if not silhouette.inside.any():
        return mask
    corner = np.array([silhouette.left, silhouette.top])
    if stream.random() < _MISSED_HANDS:
        hand = stream.integers(2)
        reach = extremities.reaches[hand]
        disc = _fill_ellipse(mask.shape, extremities.hands[hand] - corner, reach, reach)
        if disc.any() and silhouette.inside[disc].mean() < _MOST_BODY_AROUND_HAND:
            mask = mask & ~disc
    if stream.random() < _SHADOWS:
        width = stream.uniform(*_SHADOW_WIDTHS) * silhouette.crop_pixel
        aside = np.array([stream.choice([-0.7, 0.7]) * width, 0.0])
        middle = extremities.feet[stream.integers(2)] - corner + aside
        mask = mask | _fill_ellipse(mask.shape, middle, width, _SHADOW_FLATNESS * width)
    return mask


def _see_part(vertices: FloatArray, body: BodyModel, camera: Camera, *joints: str) -> FloatArray:
    carried = body.weights[:, [BODY_JOINT[joint] for joint in joints]].sum(axis=1) > 0.5
    return project(to_camera(vertices[carried].astype(np.float64), camera.R, camera.t), camera.lens)


def _fill_ellipse(shape: tuple[int, ...], middle: FloatArray, width: float, height: float) -> BoolArray:
    """Whether each pixel (h, w) is in an upright ellipse; ``middle`` is (column, row), sizes are halves."""
    filled = np.zeros(shape, np.uint8)
    centre = round(float(middle[0])), round(float(middle[1]))
    cv2.ellipse(filled, centre, (round(float(width)), round(float(height))), 0, 0, 360, 1, -1)
    return filled > 0
