"""The strip below the viewport that tells what its colours mean; hidden while there is nothing to tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.theme.colors import Shades
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, TIGHT, WIDE

_ROW = 22
_DISC = 8


@dataclass(frozen=True)
class Scale:
    """A range of colours, (n, 3) uint8, and what stands at its two ends."""

    title: str
    start: str
    end: str
    colors: np.ndarray


@dataclass(frozen=True)
class Mark:
    """A colour and its name."""

    color: str
    name: str


class Legend(QWidget):
    """A colour bar, marks, or both, a row each; it takes its room from the viewport, never from a head."""

    def __init__(self) -> None:
        super().__init__()
        self._scale: Scale | None = None
        self._marks: tuple[Mark, ...] = ()
        self._shades: Shades | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hide()

    def explain(self, scale: Scale | None, marks: tuple[Mark, ...], shades: Shades) -> None:
        """Show a scale and marks, either of which may be missing."""
        self._scale, self._marks, self._shades = scale, marks, shades
        self.setAccessibleName(", ".join(([scale.title] if scale else []) + [mark.name for mark in marks]))
        self.setFixedHeight(max(self.sizeHint().height(), 1))
        self.setVisible(bool(scale or marks))
        self.update()

    @property
    def rows(self) -> list[list[Mark]]:
        """The marks, as many beside each other as there is room for."""
        metrics = QFontMetricsF(text_font(SMALL_POINTS))
        rows: list[list[Mark]] = []
        left = float(self.width())
        for mark in self._marks:
            width = _DISC + TIGHT + metrics.horizontalAdvance(mark.name) + WIDE
            if not rows or left + width > self.width() - WIDE:
                rows.append([])
                left = WIDE
            rows[-1].append(mark)
            left += width
        return rows

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(200, _ROW * (len(self.rows) + bool(self._scale)) + TIGHT)

    def resizeEvent(self, event: object) -> None:
        """More or fewer marks fit beside each other."""
        self.setFixedHeight(max(self.sizeHint().height(), 1))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Rows of marks, the scale below."""
        if self._shades is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL_POINTS))
        top = TIGHT / 2
        for row in self.rows:
            self._paint_marks(painter, row, top)
            top += _ROW
        if self._scale is not None:
            self._paint_scale(painter, self._scale, top)
        painter.end()

    def _paint_marks(self, painter: QPainter, marks: list[Mark], top: float) -> None:
        assert self._shades is not None
        metrics = QFontMetricsF(painter.font())
        left = float(WIDE)
        for mark in marks:
            painter.setPen(
                QColor(self._shades.border_strong)
            )  # the body's own colour is the ground's, nearly
            painter.setBrush(QColor(mark.color))
            painter.drawEllipse(QRectF(left, top + (_ROW - _DISC) / 2, _DISC, _DISC))
            left += _DISC + TIGHT
            painter.setPen(QColor(self._shades.text))
            width = metrics.horizontalAdvance(mark.name)
            painter.drawText(QRectF(left, top, width + 2, _ROW), Qt.AlignmentFlag.AlignVCenter, mark.name)
            left += width + WIDE

    def _paint_scale(self, painter: QPainter, scale: Scale, top: float) -> None:
        assert self._shades is not None
        metrics = QFontMetricsF(painter.font())
        painter.setPen(QColor(self._shades.muted))
        named = metrics.horizontalAdvance(scale.title)
        painter.drawText(QRectF(WIDE, top, named + 2, _ROW), Qt.AlignmentFlag.AlignVCenter, scale.title)
        start, end = scale.start, scale.end
        left = WIDE + named + GAP + metrics.horizontalAdvance(start) + TIGHT
        right = self.width() - WIDE - metrics.horizontalAdvance(end) - TIGHT
        middle = top + _ROW / 2 + metrics.capHeight() / 2
        painter.setPen(QColor(self._shades.text))
        painter.drawText(QPointF(left - metrics.horizontalAdvance(start) - TIGHT, middle), start)
        painter.drawText(QPointF(right + TIGHT, middle), end)
        pixels = np.ascontiguousarray(scale.colors)
        memory = pixels.tobytes()
        image = QImage(memory, len(pixels), 1, 3 * len(pixels), QImage.Format.Format_RGB888)
        painter.drawImage(QRectF(left, top + 6, max(right - left, 1), _ROW - 12), image)
