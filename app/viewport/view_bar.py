"""The strip above the viewport: from where it looks, what it compares, and what its colours mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from app.session.changes import Change
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, HAIR, ICON, TIGHT

VIEWS = {
    "frame": ("view_frame", "Camera", "Exactly through the frame's camera  (1)"),
    "front": ("view_front", "Front", "From the person's front  (2)"),
    "side": ("view_side", "Side", "From the person's left  (3)"),
    "top": ("view_top", "Top", "From above  (4)"),
}
LAYOUTS = {
    "single": ("single", "One variant", "The active variant alone  (Ctrl+1)"),
    "ghosts": ("ghosts", "Ghosts", "The other variants as ghosts around it  (Ctrl+2)"),
    "split": ("split", "Side by side", "All variants side by side  (Ctrl+3)"),
}
SOFTWARE = "Software OpenGL: the processor draws this view, and does not smooth its edges"


class ViewBar(QFrame):
    """Buttons for views, for what tells of the live run, and for the layout of its variants.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
        software: whether the processor draws.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any], *, software: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self._session = session
        self._invoke = invoke
        self._icons: list[tuple[QToolButton, str]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GAP, TIGHT, GAP, TIGHT)
        self._row.setSpacing(HAIR)
        self.buttons = {view: self._add(*words) for view, words in VIEWS.items()}
        for view, button in self.buttons.items():
            button.clicked.connect(partial(self._look, view))
        self._row.addStretch(1)
        if software:
            self.software = self._add("processor", "Drawn by the processor", SOFTWARE)
            self.software.setCheckable(False)
        self._row.addSpacing(TIGHT)
        self.pulls = self._add("pulls", "Pulls", "Which term pulls where  (W; on the mesh Shift+W)")
        self.pulls.clicked.connect(self._toggle_pulls)
        self.displacement = self._add(
            "displacement", "Displacement", "Colour by distance from the run's start  (H)"
        )
        self.displacement.clicked.connect(self._toggle_displacement)
        self._separator: QWidget = QFrame()
        self._separator.setFixedWidth(GAP)
        self._row.addWidget(self._separator)
        self.layouts = {layout: self._add(*words) for layout, words in LAYOUTS.items()}
        for layout, button in self.layouts.items():
            button.clicked.connect(partial(self._lay_out, layout))
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def _add(self, image: str, title: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(tip)
        button.setAccessibleName(title)
        button.setCheckable(True)
        button.setIconSize(QSize(ICON, ICON))
        self._icons.append((button, image))
        self._row.addWidget(button)
        return button

    def refresh(self, change: Change) -> None:
        """Follow the session's view, live run and theme."""
        session = self._session
        if change & Change.THEME:
            for button, image in self._icons:
                button.setIcon(icon(image, shades_of(session)))
        if change & Change.CAMERA_VIEW:
            self.mark(session.appearance.camera_view)
        if change & (Change.RUN_VIEW | Change.OPTIMISATION):
            self._follow_run()

    def mark(self, view: str | None) -> None:
        """Mark the view that is shown; None where the user turned it away from all of them."""
        for name, button in self.buttons.items():
            button.setChecked(name == view)

    def _follow_run(self) -> None:
        run, run_view = self._session.optimisation, self._session.run_view
        self.pulls.setChecked(run_view.pull_place != "off")
        self.displacement.setChecked(run_view.displacement)
        several = len(run.variants) > 1
        self._separator.setVisible(several)
        for layout, button in self.layouts.items():
            button.setVisible(several)
            button.setChecked(layout == run_view.layout)

    def _look(self, view: str, _checked: bool) -> None:
        self._invoke("camera.view", view=view)
        self.mark(self._session.appearance.camera_view)

    def _lay_out(self, layout: str, _checked: bool) -> None:
        self._invoke("optimize.layout", layout=layout)
        self._follow_run()

    def _toggle_pulls(self, _checked: bool) -> None:
        place = self._session.run_view.pull_place
        self._invoke("optimize.pulls", place="joints" if place == "off" else place)
        self._follow_run()

    def _toggle_displacement(self, _checked: bool) -> None:
        self._invoke("optimize.displacement")
        self._follow_run()
