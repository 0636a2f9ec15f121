"""From where the viewport looks: as the session says, until a person's hand takes the camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.session.frame_data import FrameData
from app.session.session import Session
from app.viewport.camera_poses import (
    Region,
    find_middle,
    find_person,
    look_at_person,
    look_through,
    world_of,
)
from app.viewport.canvas import Canvas
from app.viewport.tiling import arrange_tiles
from core.cameras import CROP_SIDE
from core.types import FloatArray

_THROUGH = "frame"
_CAPTION_HEIGHT = 40  # pixels


class Viewpoint:
    """Puts the canvas's camera where the session wants it.

    Args:
        session: which frame is shown, and from where.
        canvas: whose camera it is.
        mark: told the view that is taken, None where a person has turned away from it.

    Attributes:
        through: whether it shows exactly what the frame's camera sees.
    """

    def __init__(self, session: Session, canvas: Canvas, *, mark: Callable[[str | None], None]) -> None:
        self.through = False
        self._session = session
        self._canvas = canvas
        self._mark = mark
        self._middle: FloatArray = np.zeros(3)
        self._region: Region | None = None  # of the picture, None for all of it
        self._turned = False  # by a person, away from the session's view

    def show_region(self, region: Region) -> bool:
        """Show this part of the picture while looking through the camera; whether it is another one."""
        changed = region != self._region
        self._region = region
        return changed

    def look(self, tiles: int, *, turn: bool) -> None:
        """Put the camera where the session wants it.

        Args:
            tiles: how many share the canvas.
            turn: whether to come back from where a person turned it; otherwise a camera that was turned
                away follows the body and keeps its direction.
        """
        session, frame = self._session, self._session.shown.frame
        if frame is None:
            return
        joints = world_of(frame.label_joints, frame.camera)
        labelled = np.isfinite(joints).all(axis=1).any()
        points = joints if labelled or frame.vertices is None else world_of(frame.vertices, frame.camera)
        middle = find_middle(points)
        if turn:
            self._turned = False
            self._mark(session.appearance.camera_view)
        if self._turned:
            self._canvas.move_camera(middle - self._middle)
        else:
            view = session.appearance.camera_view
            self.through = view == _THROUGH
            if self.through:
                width, height = self._tile_size(tiles)
                region = self._choose_region(frame, tiles)
                pose = look_through(frame.camera, region, width=width, height=height)
            else:
                pose = look_at_person(joints, middle, view, session.project.joint_set)
            self._canvas.set_pose(pose)
        self._middle = middle

    def turn_away(self) -> bool:
        """A person takes the camera; whether it looked through the lens until now."""
        if self._turned:
            return False
        self._turned = True
        self._mark(None)
        through, self.through = self.through, False
        if through:
            self._canvas.leave_lens(self._middle)
        return through

    def _tile_size(self, tiles: int) -> tuple[int, int]:
        place = arrange_tiles(tiles, *self._canvas.size)[0][0]
        width, height = self._canvas.size
        return (
            max(round(width * (place.right - place.left)), 1),
            max(round(height * (place.top - place.bottom)), 1),
        )

    def _choose_region(self, frame: FrameData, tiles: int) -> Region:
        """The part of the picture that the overlay shows; the person alone where several share the room."""
        if tiles > 1:
            region = find_person(frame.label_keypoints) or _take_crop(frame)
            free = 1 - _CAPTION_HEIGHT / max(self._tile_size(tiles)[1], 4 * _CAPTION_HEIGHT)
            return replace(region, height=region.height / free)  # the feet stand above the caption
        return self._region or Region(0, 0, frame.camera.width, frame.camera.height)


def _take_crop(frame: FrameData) -> Region:
    side = CROP_SIDE / float(frame.crop[2])
    return Region(float(frame.crop[0]), float(frame.crop[1]), side, side)
