"""A thin line that fills as work is done."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PyQt6.QtWidgets import QSizePolicy, QWidget

_HEIGHT = 6


class ProgressLine(QWidget):
    """Shows a share between nothing and all.

    Qt's own progress bar repaints at once whenever its value is set, and everything above it with it: too
    slow for values that change thirty times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)

    @property
    def share(self) -> float:
        """0 to 1."""
        return self._share

    def set_share(self, share: float) -> None:
        """Fill a share of the line, 0 to 1."""
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        """As long as there is room."""
        return QSize(80, _HEIGHT)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The ground, and the filled part over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box, round_ = QRectF(self.rect()), _HEIGHT / 2
        for role, width in (
            (QPalette.ColorRole.Mid, box.width()),
            (QPalette.ColorRole.Highlight, box.width() * self._share),
        ):
            painter.setBrush(QColor(self.palette().color(role)))
            painter.drawRoundedRect(QRectF(0, 0, width, _HEIGHT), round_, round_)
        painter.end()
