"""Everything about the joint under the pointer, or else the selected one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout

from app.panels.controls import make_label, make_note
from app.panels.flag_table import describe_scope
from app.panels.panel import Panel
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.current import data_colors_of, shades_of
from app.theme.fonts import TITLE_POINTS, text_font
from app.theme.spacing import GAP, WIDE
from core.project.flags import mask_flagged


class Inspector(Panel):
    """Says where a joint's label lies, how far each regressor is from it, and which flags cover it.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self._pointed: int | None = None
        self.title = make_label()
        self.title.setFont(text_font(TITLE_POINTS, bold=True))
        self.place = make_label(role="muted")
        self.place.setToolTip("Pixels of the whole picture; metres from the camera: right, down, forward")
        self.figures = QLabel()
        self.figures.setTextFormat(Qt.TextFormat.RichText)
        self.figures.setToolTip("Distance to the label; its parts are relative to the pelvis, in millimetres")
        self.figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.flags = make_note()
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        for widget in (self.title, self.place, self.figures, self.flags):
            column.addWidget(widget)
        column.addStretch(1)
        self.listen()

    def point_at(self, joint: int | None) -> None:
        """Tell which joint is under the pointer; None for none."""
        if joint != self._pointed:
            self._pointed = joint
            self._show()

    def refresh(self, change: Change) -> None:
        """Follow the selection, the shown frame, the flags and the theme."""
        if change & (
            Change.SELECTION
            | Change.FRAME_DATA
            | Change.ITERATION
            | Change.FLAGS
            | Change.REGRESSORS
            | Change.THEME
        ):
            self._show()

    def _show(self) -> None:
        joint = self.session.selection if self._pointed is None else self._pointed
        frame = self.session.shown
        for widget in (self.place, self.figures, self.flags):
            widget.setVisible(frame is not None and joint is not None)
        self.title.setVisible(frame is not None and joint is not None)
        if frame is None or joint is None:
            self.flags.setText("Point at a joint in the picture, or click it to keep it here.")
            self.flags.setVisible(True)
            return
        self.title.setText(self.session.project.joint_set.names[joint])
        self.place.setText(_describe_label(frame, joint))
        self.figures.setText(self._tabulate(frame, joint))
        self.flags.setText(self._describe_flags(frame, joint))

    def _tabulate(self, frame: FrameData, joint: int) -> str:
        """A table of error in pixels, error in millimetres and its parts, a row a regressor."""
        shades, colors = shades_of(self.session), data_colors_of(self.session)
        head = "".join(f'<td align="right" style="color:{shades.faint}">{name}</td>' for name in _COLUMNS)
        rows = [f"<tr><td></td>{head}</tr>"]
        for name, joints in frame.joints.items():
            offset = 1000 * ((joints - joints[0]) - (frame.label_joints - frame.label_joints[0]))[joint]
            sizes = (frame.errors_px[name][joint], frame.errors_mm[name][joint])
            figures = [f"{value:.1f}" for value in sizes] + [f"{value:+.0f}" for value in offset]
            cells = "".join(
                f'<td align="right">{"–" if "nan" in figure else figure.replace("-", "−")}</td>'
                for figure in figures
            )
            mark = f'<span style="color:{colors.joints(name)}">●</span>'
            rows.append(f"<tr><td>{mark} {_shorten(name)}</td>{cells}</tr>")
        return f'<table cellpadding="2">{"".join(rows)}</table>'

    def _describe_flags(self, frame: FrameData, joint: int) -> str:
        project, rows = self.session.project, np.array([frame.row])
        lines = [
            f"Flagged: {describe_scope(flag)}. {flag.reason or 'No reason given.'}"
            for flag in self.session.flags
            if mask_flagged([flag], project.keys, project.joint_set, rows)[0, joint]
        ]
        return "\n".join(lines) or "Not flagged."


_FOLLOWED = (
    Change.SELECTION | Change.FRAME_DATA | Change.ITERATION | Change.FLAGS | Change.REGRESSORS | Change.THEME
)
_COLUMNS = ("px", "mm", "Δx", "Δy", "Δz")


def _describe_label(frame: FrameData, joint: int) -> str:
    pixels, metres = frame.label_keypoints[joint], frame.label_joints[joint]
    if not np.isfinite(metres).all():
        return "This frame has no label of it."
    x, y, z = metres
    return f"Label at {pixels[0]:.1f}, {pixels[1]:.1f} px\n{x:.3f}, {y:.3f}, {z:.3f} m"


def _shorten(name: str, *, longest: int = 12) -> str:
    return name if len(name) <= longest else f"{name[: longest - 4]}…{name[-3:]}"
