"""Transport buttons, the shown frame's name, and the axes below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import SteadyLabel, make_tool
from app.theme.current import shades_of
from app.theme.fonts import fixed_font, text_font
from app.theme.icons import icon
from app.theme.spacing import GAP, HAIR, TIGHT
from app.timeline.time_axes import TimeAxes


class Timeline(QWidget):
    """Goes through frames and iterations.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.axes = TimeAxes(session, invoke)
        self.previous = make_tool("Previous frame")
        self.play = make_tool("Play")
        self.next = make_tool("Next frame")
        self.previous.clicked.connect(lambda: invoke("frame.previous"))
        self.play.clicked.connect(lambda: invoke("playback.toggle"))
        self.next.clicked.connect(lambda: invoke("frame.next"))
        self.name = SteadyLabel()
        self.name.setFont(fixed_font(9.5))
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.count = SteadyLabel()
        self.count.setProperty("role", "muted")
        self.count.setFont(text_font())
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(HAIR)
        for widget in (self.previous, self.play, self.next):
            row.addWidget(widget)
        row.addSpacing(GAP)
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(bar)
        column.addWidget(self.axes)
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def refresh(self, change: Change) -> None:
        """Follow the shown frame, playback, flags, the live run and the theme."""
        if change & (Change.THEME | Change.PLAYBACK):
            shades = shades_of(self._session)
            self.previous.setIcon(icon("previous", shades))
            self.next.setIcon(icon("next", shades))
            self.play.setIcon(icon("pause" if self._session.playing else "play", shades))
            self.play.setToolTip("Pause" if self._session.playing else "Play")
        if change & Change.FRAME:
            shot = self._session.project.keys.shot_of(self._session.row)
            self.name.setText(str(self._session.key))
            self.count.setText(f"{self._session.row - shot.start + 1} of {shot.stop - shot.start}")
        if change & _FOLLOWED:
            self.axes.refresh(change)

    def ignore(self) -> None:
        """Listen no more; to be called before the window closes."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)


_FOLLOWED = (
    Change.FRAME
    | Change.FRAME_DATA
    | Change.FLAGS
    | Change.REGRESSORS
    | Change.LAYERS
    | Change.SURVEY
    | Change.HEAT
    | Change.OPTIMISATION
    | Change.ITERATION
    | Change.TERMS
    | Change.THEME
)
