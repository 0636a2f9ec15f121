"""What is painted over the picture in one colour, within bounds that follow what is shown."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QGraphicsItem

from core.types import FloatArray


class OverlayItem(QGraphicsItem):
    """An item that knows its colour and its bounds; what it paints is its heirs' business."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._color = QColor("white")

    @property
    def color(self) -> str:
        """``#rrggbb``."""
        return self._color.name()

    def set_color(self, color: str) -> None:
        """Draw in another colour."""
        self._color = QColor(color)
        self.update()

    def boundingRect(self) -> QRectF:
        """Where it paints, in pixels of the image."""
        return self._bounds

    def bound(self, points: FloatArray, *, margin: float = 0.0) -> None:
        """Let it paint as far around some points as told: (n, 2) and pixels of the image; none is nowhere."""
        self.prepareGeometryChange()
        if len(points):
            low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
            self._bounds = QRectF(QPointF(*map(float, low)), QPointF(*map(float, high)))
        else:
            self._bounds = QRectF()
