"""The paper's Figure 8 for any two subjects: crops about one joint with its labels, one row a subject."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.panels.crop_picture import paint_crop
from app.session.changes import Change
from app.session.label_comparison import LabelComparison
from app.session.session import Session
from app.theme.current import data_colors, shades_of
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, HAIR, WIDE

#: Columns of crops, at most.
COLUMNS = 3
_GUTTER = 46
_CAPTION = 18
_FOOT = 88  # the legend, and four lines


class SubjectFigure(QWidget):
    """Draws the session's comparison.

    Args:
        session: what is compared; its companions are drawn.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(420, 340)
        self.setAccessibleName("Two subjects' labels side by side")
        session.changed.connect(self.refresh)

    def sizeHint(self) -> QSize:
        """Crops of 230 pixels."""
        comparison = self._session.comparison
        columns = len(comparison.rows) if comparison is not None and comparison.rows else COLUMNS
        return QSize(_GUTTER + columns * 238, 2 * (230 + _CAPTION) + _FOOT)

    def refresh(self, change: Change) -> None:
        """Follow the comparison and its frames."""
        if change & (Change.COMPARISON | Change.COMPANIONS | Change.LAYERS | Change.THEME):
            self.update()

    def ignore(self) -> None:
        """Listen no more; to be called before the window closes."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The figure on the theme's ground."""
        painter = QPainter(self)
        self.draw(painter, QRectF(self.rect()))
        painter.end()

    def draw_whole(self, painter: QPainter) -> None:
        """Draw the figure at its own size."""
        self.draw(painter, QRectF(0, 0, self.sizeHint().width(), self.sizeHint().height()))

    def draw(self, painter: QPainter, within: QRectF) -> None:
        """Draw the figure anywhere: on the screen, into a picture, into an SVG."""
        shades, comparison = shades_of(self._session), self._session.comparison
        painter.fillRect(within, QColor(shades.surface))
        if comparison is None:
            painter.setPen(QColor(shades.muted))
            painter.drawText(
                within, Qt.AlignmentFlag.AlignCenter, "Choose a joint, and two subjects to compare."
            )
            return
        columns = len(comparison.rows) or COLUMNS
        across = (within.width() - _GUTTER - WIDE) / columns - GAP
        down = (within.height() - _FOOT - GAP) / 2 - _CAPTION - HAIR
        side = max(min(across, down), 40.0)
        for line, (subject, rows) in enumerate(
            zip(comparison.subjects, (comparison.rows, comparison.other_rows))
        ):
            top = within.top() + GAP + line * (side + _CAPTION + HAIR)
            painter.setFont(text_font(bold=True))
            painter.setPen(QColor(shades.text))
            name = QRectF(within.left() + WIDE, top, _GUTTER - WIDE, side)
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, subject)
            for column in range(columns):
                box = QRectF(within.left() + _GUTTER + column * (side + GAP), top, side, side)
                row = rows[column] if column < len(rows) else None
                self._draw_crop(painter, box, row, comparison.joint)
        self._draw_foot(painter, within, comparison)

    def _draw_crop(self, painter: QPainter, box: QRectF, row: int | None, joint: int) -> None:
        session = self._session
        frame = None if row is None else session.companions.frames.get(row)
        paint_crop(
            painter,
            box,
            frame,
            joint=joint,
            regressors=session.appearance.shown_regressors[-1:],
            bones=session.project.joint_set.bones,
            near=0.34,
        )
        if row is not None:
            key = session.project.keys[row]
            painter.setFont(text_font(SMALL_POINTS))
            painter.setPen(QColor(shades_of(session).muted))
            caption = QRectF(box.left(), box.bottom(), box.width(), _CAPTION)
            text = painter.fontMetrics().elidedText(
                f"{key.action} {key.camera} {key.frame}", Qt.TextElideMode.ElideMiddle, round(box.width())
            )
            painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_foot(self, painter: QPainter, within: QRectF, comparison: LabelComparison) -> None:
        session, shades = self._session, shades_of(self._session)
        foot = QRectF(within.left() + WIDE, within.bottom() - _FOOT, within.width() - 2 * WIDE, _FOOT - GAP)
        joint = session.project.joint_set.names[comparison.joint]
        regressor = session.appearance.shown_regressors[-1:]
        x = foot.left()
        entries = [
            ("label", data_colors().label),
            *((name, data_colors().joints(name)) for name in regressor),
        ]
        painter.setFont(text_font(SMALL_POINTS))
        metrics = painter.fontMetrics()
        for name, color in entries:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color))
            painter.drawEllipse(QRectF(x, foot.top() + 4, 9, 9))
            painter.setPen(QColor(shades.muted))
            painter.drawText(QRectF(x + 14, foot.top(), 200, 17), Qt.AlignmentFlag.AlignVCenter, name)
            x += 14 + metrics.horizontalAdvance(name) + WIDE
        origin = "  Synthetic studio." if session.project.synthetic else ""
        above, below = comparison.subjects
        told = f"Label of {joint}."
        finding = session.review.finding
        if finding is not None and (finding.subject, finding.joint) == (above, joint):
            told = finding.sentence
        told = f"{told} {above} above; below, {describe_likeness(comparison, below)}.{origin}"
        painter.setPen(QColor(shades.text))
        lines = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(foot.adjusted(0, 20, 0, 0), lines, told)


def describe_likeness(comparison: LabelComparison, other: str) -> str:
    """How the other subject's frames were chosen, and how like their poses are.

    ``S9's frames whose other labels lie nearest in the camera's frame, pelvis on pelvis: 48 mm on average``
    """
    told = f"{other}'s frames whose other labels lie nearest in the camera's frame, pelvis on pelvis"
    known = [1000 * distance for distance in comparison.distances if np.isfinite(distance)]
    if not known:
        return told
    low, high = f"{min(known):.0f}", f"{max(known):.0f}"
    return f"{told}: {low if low == high else f'{low} to {high}'} mm on average"
