"""One instant in all of its cameras, side by side and in step."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.overlay.annotations import draw_line
from app.overlay.frame_items import FrameItems
from app.overlay.picture_view import PictureView
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.spacing import HAIR

_OWNER = "cameras"


class CameraGrid(QWidget):
    """A tile a camera; a click on one makes it the camera that is shown.

    The tiles change together, when every camera's frame of the new instant is there.

    Args:
        session: what is shown; its companions are the other cameras.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._invoke = invoke
        self.tiles: dict[int, CameraTile] = {}  # by place
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(HAIR)

    def refresh(self, change: Change) -> None:
        """Follow the instant, its frames, layers and theme; nothing is loaded while it is hidden."""
        session = self._session
        rows = tuple(int(row) for row in session.project.keys.rows_at(session.key.instant))
        if not session.appearance.all_cameras:
            session.companions.want(_OWNER, ())
            for tile in self.tiles.values():
                tile.show_frame(None, chosen=False)
            return
        session.companions.want(_OWNER, tuple(row for row in rows if row != session.row))
        self._match_tiles(len(rows))
        if change & Change.THEME:
            for tile in self.tiles.values():
                tile.drawn.take_colors()
                tile.set_canvas(shades_of(session).canvas)
        if change & (Change.REGRESSORS | Change.THEME):
            for tile in self.tiles.values():
                tile.drawn.match_regressors()
        frames = [self._find_frame(row) for row in rows]
        if all(frame is not None for frame in frames):
            for tile, frame in zip(self.tiles.values(), frames):
                tile.show_frame(frame, chosen=frame is not None and frame.row == session.row)

    def _find_frame(self, row: int) -> FrameData | None:
        shown = self._session.shown.frame
        if shown is not None and shown.row == row == self._session.row:
            return shown
        return self._session.companions.frames.get(row)

    def _match_tiles(self, count: int) -> None:
        across = math.ceil(math.sqrt(count))
        for place in range(len(self.tiles), count):
            tile = CameraTile(self._session)
            tile.clicked.connect(lambda _position, place=place: self._choose(place))
            self.tiles[place] = tile
        for place, tile in self.tiles.items():
            self._grid.addWidget(tile, place // across, place % across)
            self._grid.setRowStretch(place // across, 1)
            self._grid.setColumnStretch(place % across, 1)
            tile.setVisible(place < count)

    def _choose(self, place: int) -> None:
        frame = self.tiles[place].frame
        if frame is not None:
            self._invoke("frame.go", key=str(frame.key))


class CameraTile(PictureView):
    """One camera's frame, fitted to its person.

    Args:
        session: gives layers and colours.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.drawn = FrameItems(self, session)
        self.drawn.match_regressors()
        self.drawn.take_colors()
        self.set_canvas(shades_of(session).canvas)
        self.frame: FrameData | None = None
        self._chosen = False
        self.setMinimumSize(100, 100)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # all alike

    def show_frame(self, frame: FrameData | None, *, chosen: bool) -> None:
        """Draw a frame; the chosen camera has a border."""
        moved = self.frame is None or frame is None or self.frame.row != frame.row
        self.frame, self._chosen = frame, chosen
        self.drawn.show_frame(frame)
        if frame is not None and moved:
            self.set_picture_size(frame.camera.width, frame.camera.height)
            self.fit(self.drawn.crop)
        self.viewport().update()

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:
        """The camera's name, why there is no picture, and the border."""
        if painter is None or self.frame is None:
            return
        painter.save()
        painter.resetTransform()
        within = QRectF(self.viewport().rect())
        lacks = "image" in self._session.appearance.layers and self.frame.image is None
        what = "no picture" if lacks else f"{self.frame.key.frame:06d}"  # a plate would cover the person
        draw_line(painter, f"{self.frame.key.camera}  ·  {what}", within=within)
        if self._chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(shades_of(self._session).accent), 3))
            painter.drawRect(within.adjusted(1, 1, -2, -2))
        painter.restore()
