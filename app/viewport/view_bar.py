"""The strip above the viewport: from where it looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton

from app.session.changes import Change
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, HAIR, ICON, TIGHT

VIEWS = {
    "frame": ("view_frame", "Camera", "Exactly through the frame's camera"),
    "front": ("view_front", "Front", "From the person's front"),
    "side": ("view_side", "Side", "From the person's left"),
    "top": ("view_top", "Top", "From above"),
}


class ViewBar(QFrame):
    """One button a view, and what the mesh is painted with.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self._session = session
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        row.setSpacing(HAIR)
        for view, (_, title, tip) in VIEWS.items():
            button = QToolButton()
            button.setToolTip(tip)
            button.setAccessibleName(title)
            button.setCheckable(True)
            button.setIconSize(QSize(ICON, ICON))
            button.clicked.connect(partial(self._look, invoke, view))
            self.buttons[view] = button
            row.addWidget(button)
        row.addStretch(1)
        self.painted = QLabel()
        self.painted.setProperty("role", "muted")
        row.addWidget(self.painted)
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def refresh(self, change: Change) -> None:
        """Follow the session's view, paint and theme."""
        if change & Change.THEME:
            for view, button in self.buttons.items():
                button.setIcon(icon(VIEWS[view][0], shades_of(self._session)))
        if change & Change.CAMERA_VIEW:
            self.mark(self._session.camera_view)
        if change & Change.PAINT:
            paint = self._session.paint
            joints = self._session.project.joint_set.names
            self.painted.setText(f"weights of {paint[0]}, {joints[paint[1]]}" if paint else "")

    def mark(self, view: str | None) -> None:
        """Mark the view that is shown; None where the user turned it away from all of them."""
        for name, button in self.buttons.items():
            button.setChecked(name == view)

    def _look(self, invoke: Callable[..., Any], view: str, _checked: bool) -> None:
        invoke("camera.view", view=view)
        self.mark(self._session.camera_view)
