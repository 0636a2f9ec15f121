"""Masks without any weights, where cameras stand still: the room's picture, then GrabCut on the difference.

GrabCut (Rother, Kolmogorov, Blake, SIGGRAPH 2004) then separates the difference to the room, in which what
has not changed is grey whatever colour it has. A shadow leaves a pixel's colour and never makes it brighter
than the floor beside it, and is told by that; the estimated body tells GrabCut where to begin. Masks judge
labels, so labels say where to look, and shape nothing: what is far from them and from the body is left out,
and of what is found the parts at their place are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.images import read_image
from core.errors import DatasetError
from core.project.frame_index import Shot
from core.segment.body_silhouette import BodySilhouettes
from core.segment.edge import average_nearby, refine_edge
from core.segment.room import estimate_room
from core.types import BoolArray, FloatArray

if TYPE_CHECKING:
    from core.project.project import Project

_Picture = NDArray[np.uint8]
_Trust = NDArray[np.float32]

#: Pictures of a shot, and of its camera's others, that the room is made of; fewer than these are too few.
_PICTURES, _FEWEST_PICTURES = 24, 4
#: Lengths as shares of the longer side of the labels' box.
_CORE = 0.02
_BESIDE = 0.02
_SHADOW_BLUR = 0.01
#: How far beside the person labelled limbs and the estimated body may lie.
_MISPLACED = 0.06
_REACH = 0.055
_LIMB = 0.012
_GIRTH = 0.08
_LEAST_PART = 0.002
#: Hands lie beyond the wrists by so much of the lower arm.
_BEYOND = 0.6
_LARGEST_HOLE = 0.0015
#: A hole through which the room is seen as it was, by the median of its colour steps, is one.
_SEEN_THROUGH = 12.0
#: Colour steps and brightness beyond which more tells no more: so GrabCut sees edges where the person ends,
#: and not where clothes change.
_SATURATED, _SATURATED_BRIGHTNESS = 40.0, 1.6
#: Brightness that a shadow may leave of a pixel's; what the floor beside the person may have of the room's.
_SHADOW, _FLOOR = (0.55, 1.0), (0.4, 1.1)
#: Steps of 255 by which colours differ, and those of brightness that the surroundings leave open.
_COLOUR_STEP, _SHADE_STEP = 18.0, 6.0
#: Side of a patch in pixels and what its colour counts for: clothes nearly as coloured as the floor is in
#: shadow differ little from it, but all alike, as noise does not.
_PATCH, _PATCH_WEIGHT = 5, 2.0
_ITERATIONS = 2
#: Share of a pixel's surroundings that must be floor for its shade to be known.
_KNOWN = 1e-3
#: Trust in a picture as one of the room where the estimated body covers it.
_LEAST_TRUST = 0.02


class TooFewPicturesError(DatasetError):
    """A camera has too few pictures to tell the room from the person."""


@dataclass(eq=False)
class BackgroundSegmenter:
    """Segments the frames of one project; keeps the room of the shot that it was last asked for.

    Attributes:
        project: open; its pictures must be there.
    """

    project: Project
    _rooms: dict[Shot, _Picture] = field(default_factory=dict)
    _looked_at: dict[int, tuple[_Picture, _Trust]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bodies = BodySilhouettes(self.project)

    def segment(self, row: int) -> BoolArray | None:
        """The mask of a frame, (H, W) of its picture; None where nothing differs from the room.

        Raises:
            DatasetError: the picture is missing or damaged, the frame has neither labels nor body, or the
                camera has too few pictures.
        """
        keypoints = self.project.keypoints(np.array([row]))[0].astype(np.float64)
        body = self._bodies.draw(row)
        side = _measure_person(keypoints, body)
        if side is None:
            raise DatasetError(f"{self.project.keys[row]}: has neither 2D labels nor a placed body")
        picture, room = read_image(self.project.image_path(row)), self.find_room(row)
        if picture.shape != room.shape:
            raise DatasetError(f"{self.project.image_path(row)}: is not as large as its camera's others")
        return cut_out(picture, room, keypoints, self.project.joint_set.bones, body, side=side)

    def find_room(self, row: int) -> _Picture:
        """What a frame's camera would see without the person, (H, W, 3).

        Raises:
            TooFewPicturesError: the camera has too few pictures to tell.
        """
        shot = self.project.keys.shot_of(row)
        if shot not in self._rooms:
            rows = self._choose_pictures(shot)
            if len(rows) < _FEWEST_PICTURES:
                raise TooFewPicturesError(
                    f"{shot.subject}, camera {shot.camera}: has {len(rows)} pictures; the room takes "
                    f"{_FEWEST_PICTURES} or more"
                )
            self._looked_at = {other: self._looked_at.get(other) or self._look_at(other) for other in rows}
            pictures, trust = zip(*self._looked_at.values())
            own = np.array([shot.start <= other < shot.stop for other in rows])
            self._rooms = {shot: estimate_room(np.stack(pictures), np.stack(trust), own)}
        return self._rooms[shot]

    def _choose_pictures(self, shot: Shot) -> list[int]:
        """Rows with a picture, spread over the shot and over all of the subject's of its camera."""
        spread = [
            some[np.linspace(0, len(some) - 1, min(len(some), _PICTURES)).astype(np.intp)]
            for some in (
                np.arange(shot.start, shot.stop),
                self.project.rows_of(shot.subject, camera=shot.camera),
            )
        ]
        rows = np.unique(np.concatenate(spread)).tolist()
        return [row for row in rows if self.project.image_path(row).is_file()]

    def _look_at(self, row: int) -> tuple[_Picture, _Trust]:
        picture = read_image(self.project.image_path(row))
        return picture, self._trust_room(row, picture.shape)

    def _trust_room(self, row: int, shape: tuple[int, ...]) -> _Trust:
        """How likely nobody covers a pixel, by the distance to the labelled limbs and the estimated body."""
        body = self._bodies.draw(row)
        keypoints = self.project.keypoints(np.array([row]))[0].astype(np.float64)
        side = _measure_person(keypoints, body)
        if side is None:
            return np.ones(shape[:2], np.float32)
        bones = self.project.joint_set.bones
        limbs = _draw_limbs(shape[:2], keypoints, bones, (_GIRTH if body is None else _LIMB) * side)
        cover = limbs if body is None else limbs | body
        distance = cv2.distanceTransform((~cover).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        trust = 1 - np.exp(-((distance / (_MISPLACED * side)) ** 2))
        return np.maximum(trust, _LEAST_TRUST).astype(np.float32)


def cut_out(
    picture: _Picture,
    room: _Picture,
    keypoints: FloatArray,
    bones: tuple[tuple[int, int], ...],
    body: BoolArray | None,
    *,
    side: float,
) -> BoolArray | None:
    """The person in a picture (H, W, 3) of a room (H, W, 3).

    Args:
        picture: RGB.
        room: the same without the person.
        keypoints: labels (J, 2) pixels, NaN where absent.
        bones: pairs of them that limbs lie between.
        body: pixels (H, W) of the estimated body, if there is one.
        side: longer side of the person's box, pixels.

    Returns:
        (H, W); None where nothing differs from the room there.
    """
    limbs = _draw_limbs(picture.shape[:2], keypoints, bones, _LIMB * side)
    near = limbs if body is None else limbs | body
    hands = _draw_limbs(picture.shape[:2], keypoints, bones, _LIMB * side, beyond=_BEYOND)
    reach = _grow(near | hands, _REACH * side if body is not None else 2 * _REACH * side)
    rows, columns = np.flatnonzero(reach.any(axis=1)), np.flatnonzero(reach.any(axis=0))
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    seen, empty = picture[window].astype(np.float32), room[window].astype(np.float32)
    steps = np.linalg.norm(seen - empty, axis=-1)
    brightness = (seen * empty).sum(-1) / np.maximum((empty * empty).sum(-1), 1)
    place = _grow(near | hands, _BESIDE * side)[window]
    recoloured = _compare(seen, empty, brightness, place, _SHADOW_BLUR * side)

    labels = np.full(steps.shape, cv2.GC_PR_BGD, np.uint8)
    labels[recoloured > _COLOUR_STEP] = cv2.GC_PR_FGD
    if body is not None:
        labels[body[window] & (recoloured > _COLOUR_STEP / 2)] = cv2.GC_PR_FGD
        core = cv2.erode(body[window].astype(np.uint8), _disk(_CORE * side)) > 0
        labels[core & (recoloured > _COLOUR_STEP)] = cv2.GC_FGD
    labels[~reach[window]] = cv2.GC_BGD
    if not (labels & 1).any() or (labels & 1).all():
        return None
    evidence = np.stack(
        [recoloured / _SATURATED, steps / _SATURATED, brightness / _SATURATED_BRIGHTNESS], axis=-1
    )
    mask = _grab((255 * np.clip(evidence, 0, 1)).astype(np.uint8), labels)
    mask = _keep_parts(mask, near[window], _LEAST_PART * side**2)
    mask = refine_edge(_fill_holes(mask, steps, _LARGEST_HOLE * side**2), picture[window], room[window])
    if not mask.any():
        return None
    whole = np.zeros(picture.shape[:2], bool)
    whole[window] = mask
    return whole


def _compare(
    seen: FloatArray, empty: FloatArray, brightness: FloatArray, place: BoolArray, blur: float
) -> FloatArray:
    """Steps (H, W) by which a picture differs from the room (H, W, 3), whatever shadows lie on it.

    What has the room's colour and is darker is shadow; what is brighter than the shadows around it is not.

    Args:
        seen: the picture.
        empty: the room.
        brightness: the picture's as a share of the room's, (H, W).
        place: where the person is expected, and the surroundings are not looked at if others are at hand.
        blur: pixels over which shadows nearby are averaged.
    """
    changed = seen - np.clip(brightness, *_SHADOW)[..., None] * empty
    recoloured = np.linalg.norm(changed, axis=-1)
    nearby = np.linalg.norm(cv2.medianBlur(changed, _PATCH), axis=-1)  # noise differs, clothes do not
    low, high = _FLOOR
    floor = (recoloured < _COLOUR_STEP) & (brightness > low) & (brightness < high)
    shade = np.ones(brightness.shape, np.float32)
    for where, radius in ((floor, 2 * blur), (floor & ~place, blur)):  # the better known last
        mean, known = average_nearby(np.minimum(brightness, 1)[..., None], where, radius)
        shade = np.where(known > _KNOWN, mean[..., 0], shade)
    off = np.linalg.norm(seen - shade[..., None] * empty, axis=-1)
    lit = np.linalg.norm(seen - empty, axis=-1)  # as the room was, beside a shadow's edge
    brighter = np.where(brightness > shade, np.minimum(off, lit) - _SHADE_STEP, 0)
    return np.maximum.reduce([recoloured, brighter, _PATCH_WEIGHT * nearby])


def _measure_person(keypoints: FloatArray, body: BoolArray | None) -> float | None:
    """Longer side of the person's box; None where nothing tells it."""
    there = keypoints[np.isfinite(keypoints).all(axis=1)]
    if len(there) > 2:
        return float((there.max(axis=0) - there.min(axis=0)).max())
    if body is None or not body.any():
        return None
    return float(max(np.ptp(np.flatnonzero(body.any(axis=1))), np.ptp(np.flatnonzero(body.any(axis=0)))))


def _draw_limbs(
    shape: tuple[int, ...],
    keypoints: FloatArray,
    bones: tuple[tuple[int, int], ...],
    width: float,
    *,
    beyond: float = 0.0,
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


def _grab(evidence: _Picture, labels: NDArray[np.uint8]) -> BoolArray:
    if len(np.unique(labels & 1)) == 2:
        cv2.setRNGSeed(0)  # its clustering draws at random
        background, person = np.zeros((1, 65)), np.zeros((1, 65))
        rectangle: Any = None  # the labels are given instead
        cv2.grabCut(evidence, labels, rectangle, background, person, _ITERATIONS, cv2.GC_INIT_WITH_MASK)
    return (labels & 1) > 0


def _keep_parts(mask: BoolArray, near: BoolArray, least: float) -> BoolArray:
    """Parts that are large enough and lie at the body's place."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    keep = stats[:, cv2.CC_STAT_AREA] > least
    touched = np.bincount(parts[near], minlength=count) > 0
    keep &= touched
    keep[0] = False
    return np.asarray(keep[parts])


def _fill_holes(mask: BoolArray, steps: FloatArray, largest: float) -> BoolArray:
    """Small holes closed, but for those through which the room is seen."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8))
    filled = stats[:, cv2.CC_STAT_AREA] < largest
    filled[0] = False
    for part in np.flatnonzero(filled):
        left, top, width, height = stats[part, : cv2.CC_STAT_AREA]
        box = np.s_[top : top + height, left : left + width]
        filled[part] = np.median(steps[box][parts[box] == part]) > _SEEN_THROUGH
    return mask | filled[parts]
