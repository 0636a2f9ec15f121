"""Masks without any weights, where cameras stand still: whether a picture shows the room or the person.

The room, its noise and the person's colours are learned from all of a camera's pictures. They make the
evidence of each pixel, the estimated body leans it a little, and a minimal cut divides the pixels; the
border is put where the picture is half person. Masks judge labels, so labels say where to look, and shape
nothing: what is far from them and from the body is left out, and of what is found the parts at their place
are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from core.data.images import read_image
from core.errors import DatasetError
from core.project.frame_index import Shot
from core.segment.body_silhouette import BodySilhouettes
from core.segment.colour_density import ColourDensity, sample, sample_changed
from core.segment.cut import cut
from core.segment.edge import refine_edge
from core.segment.evidence import weigh_room
from core.segment.room import Room, estimate_room
from core.segment.whereabouts import Whereabouts
from core.types import BoolArray

if TYPE_CHECKING:
    from core.project.project import Project

_Picture = NDArray[np.uint8]

#: Pictures of a shot, and of its camera's others, that the room is made of; fewer than these are too few.
_PICTURES, _FEWEST_PICTURES = 24, 4
#: How far beside estimated body and labelled limbs the person may lie, as a share of the person's size, and
#: the least trust in a picture as one of the room.
_MISPLACED, _LEAST_TRUST = 0.06, 0.02
#: Trust beyond which nobody covers a pixel, whatever its colour.
_FREE = 0.9
#: Parts and holes that are too small to be, as shares of the square of the person's size.
_LEAST_PART, _LARGEST_HOLE = 0.002, 0.0015
#: A hole through which the room is seen as it was, by the median of its colour steps, is one.
_SEEN_THROUGH = 12.0


class TooFewPicturesError(DatasetError):
    """A camera has too few pictures to tell the room from the person."""


@dataclass(eq=False)
class BackgroundSegmenter:
    """Segments the frames of one project; keeps what it learned of the shot that it was last asked for.

    Attributes:
        project: open; its pictures must be there.
    """

    project: Project
    _scenes: dict[Shot, tuple[Room, ColourDensity]] = field(default_factory=dict)
    _looks: dict[int, _Look] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bodies = BodySilhouettes(self.project)

    def segment(self, row: int) -> BoolArray | None:
        """The mask of a frame, (H, W) of its picture; None where nothing differs from the room.

        Raises:
            DatasetError: the picture is missing or damaged, the frame has neither labels nor body, or the
                camera has too few pictures.
        """
        picture = read_image(self.project.image_path(row))
        where = self._find_person(row, picture)
        if where is None:
            raise DatasetError(f"{self.project.keys[row]}: has neither 2D labels nor a placed body")
        room, colours = self.study(row)
        if picture.shape != room.picture.shape:
            raise DatasetError(f"{self.project.image_path(row)}: is not as large as its camera's others")
        return cut_out(picture, room, where, colours)

    def study(self, row: int) -> tuple[Room, ColourDensity]:
        """What a frame's camera would see without the person, and what colours the person has.

        Raises:
            TooFewPicturesError: the camera has too few pictures to tell.
        """
        shot = self.project.keys.shot_of(row)
        if shot not in self._scenes:
            rows = self._choose_pictures(shot)
            if len(rows) < _FEWEST_PICTURES:
                raise TooFewPicturesError(
                    f"{shot.subject}, camera {shot.camera}: has {len(rows)} pictures; the room takes "
                    f"{_FEWEST_PICTURES} or more"
                )
            self._looks = {other: self._looks.get(other) or self._look_at(other) for other in rows}
            looks = list(self._looks.values())
            own = np.array([shot.start <= other < shot.stop for other in rows])
            room = estimate_room(np.stack([look.picture for look in looks]), _trust_room(looks), own)
            samples = (sample_changed(look.picture, room.picture, room.noise, look.core) for look in looks)
            self._scenes = {shot: (room, ColourDensity(samples))}
        return self._scenes[shot]

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

    def _find_person(self, row: int, picture: _Picture) -> Whereabouts | None:
        keypoints = self.project.keypoints(np.array([row]))[0].astype(np.float64)
        bones = self.project.joint_set.bones
        return Whereabouts.find(picture.shape[:2], keypoints, bones, self._bodies.draw(row))

    def _look_at(self, row: int) -> _Look:
        picture = read_image(self.project.image_path(row))
        where = self._find_person(row, picture)
        if where is None:
            return _Look(picture, np.ones(picture.shape[:2], np.float32), np.zeros(picture.shape[:2], bool))
        free = (~where.cover()).astype(np.uint8)
        distance = cv2.distanceTransform(free, cv2.DIST_L2, cv2.DIST_MASK_5)
        trust = 1 - np.exp(-((distance / (_MISPLACED * where.side)) ** 2))
        return _Look(picture, np.maximum(trust, _LEAST_TRUST).astype(np.float32), where.core())


@dataclass(frozen=True, eq=False)
class _Look:
    """A picture (H, W, 3), how likely nobody covers each of its pixels, and which are surely the person's."""

    picture: _Picture
    trust: NDArray[np.float32]
    core: BoolArray


def _trust_room(looks: list[_Look]) -> NDArray[np.float32]:
    """How likely nobody covers each pixel (N, H, W), by its place and by whose colour it has."""
    person = ColourDensity(sample(look.picture, look.core) for look in looks)
    free = ColourDensity(sample(look.picture, look.trust > _FREE) for look in looks)
    trust = np.stack([look.trust for look in looks])
    for look, revised in zip(looks, trust):
        doubtful = look.trust < _FREE
        colours, before = look.picture[doubtful], look.trust[doubtful]
        covered = (1 - before) * np.exp(person.weigh(colours) - free.weigh(colours))
        revised[doubtful] = before / (before + covered)
    return trust


def cut_out(picture: _Picture, room: Room, where: Whereabouts, colours: ColourDensity) -> BoolArray | None:
    """The person in a picture.

    Args:
        picture: RGB (H, W, 3).
        room: the same without the person.
        where: the person may be.
        colours: of the person.

    Returns:
        (H, W); None where nothing differs from the room there.
    """
    reach = where.reach()
    rows, columns = np.flatnonzero(reach.any(axis=1)), np.flatnonzero(reach.any(axis=0))
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    seen, empty = picture[window], room.picture[window]
    of_room = weigh_room(seen, empty, room.noise[window], averaged=room.averaged)
    odds = colours.weigh(seen) - of_room + where.lean()[window]
    mask = cut(odds, ~reach[window])
    mask = _keep_parts(mask, where.near[window], _LEAST_PART * where.side**2)
    mask = _fill_holes(mask, seen, empty, _LARGEST_HOLE * where.side**2)
    mask = refine_edge(mask, seen, empty)
    if not mask.any():
        return None
    whole = np.zeros(picture.shape[:2], bool)
    whole[window] = mask
    return whole


def _keep_parts(mask: BoolArray, near: BoolArray, least: float) -> BoolArray:
    """Parts that are large enough and lie at the body's place."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    keep = stats[:, cv2.CC_STAT_AREA] > least
    touched = np.bincount(parts[near], minlength=count) > 0
    keep &= touched
    keep[0] = False
    return np.asarray(keep[parts])


def _fill_holes(mask: BoolArray, seen: _Picture, empty: _Picture, largest: float) -> BoolArray:
    """Small holes closed, but for those through which the room is seen."""
    steps = np.linalg.norm(seen.astype(np.float32) - empty, axis=-1)
    _, parts, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8))
    filled = stats[:, cv2.CC_STAT_AREA] < largest
    filled[0] = False
    for part in np.flatnonzero(filled):
        left, top, width, height = stats[part, : cv2.CC_STAT_AREA]
        box = np.s_[top : top + height, left : left + width]
        filled[part] = np.median(steps[box][parts[box] == part]) > _SEEN_THROUGH
    return mask | filled[parts]
