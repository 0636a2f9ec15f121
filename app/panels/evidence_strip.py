"""The frames that show a finding best, as small pictures that lead there."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.panels.crop_picture import paint_crop
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import TIGHT

COUNT = 4
_CAPTION = 16


class EvidenceStrip(QWidget):
    """Up to four crops about the joint, with its label and the regressed joint.

    Args:
        session: its companions are drawn.

    Signals:
        picked: number of a frame, from 1.
    """

    picked = pyqtSignal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: tuple[int, ...] = ()
        self._joint: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click to go there (Alt+1 to Alt+4)")
        self.setAccessibleName("Frames that show the finding")

    def show_rows(self, rows: tuple[int, ...], joint: int | None) -> None:
        """Show other frames; ``joint`` is what they are about, None for the whole person."""
        self._rows, self._joint = rows[:COUNT], joint
        self._session.companions.want("evidence", self._rows)
        self.setVisible(bool(self._rows))
        self.update()

    def sizeHint(self) -> QSize:
        """Four squares and a line below them."""
        return QSize(280, round(self._side) + _CAPTION)

    def resizeEvent(self, event: object) -> None:
        """Squares stay squares."""
        self.setFixedHeight(self.sizeHint().height())

    @property
    def _side(self) -> float:
        return (max(self.width(), 200) - (COUNT - 1) * TIGHT) / COUNT

    def _box(self, number: int) -> QRectF:
        return QRectF(number * (self._side + TIGHT), 0, self._side, self._side)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Go to a frame."""
        if event is not None:
            number = int(event.position().x() // (self._side + TIGHT))
            if number < len(self._rows):
                self.picked.emit(number + 1)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The crops, the shown frame's with a border."""
        painter = QPainter(self)
        shades, project = shades_of(self._session), self._session.project
        names = self._session.appearance.shown_regressors[-1:]
        for number, row in enumerate(self._rows):
            frame, box = self._session.companions.frames.get(row), self._box(number)
            paint_crop(
                painter,
                box,
                frame,
                joint=self._joint,
                regressors=names,
                bones=project.joint_set.bones,
                near=0.36,
            )
            shown = row == self._session.row
            painter.setPen(QPen(QColor(shades.accent if shown else shades.border_strong), 2 if shown else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1) if shown else box.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setFont(text_font(SMALL_POINTS))
            painter.setPen(QColor(shades.text if shown else shades.muted))
            caption = QRectF(box.left(), box.bottom(), box.width(), _CAPTION)
            painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, f"frame {project.keys[row].frame}")
        painter.end()
