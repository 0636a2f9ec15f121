"""The scrollable, zoomable scene that the overlay draws in; one scene unit is one pixel of the picture."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QResizeEvent, QTransform, QWheelEvent
from PyQt6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from core.types import FloatArray

_STEP = 1.2 ** (1 / 120)  # of zoom for one unit of a wheel; 120 units are one notch
_SMALLEST, _LARGEST = 0.05, 60.0
_CLICK = 4  # a press that moves less, in screen pixels, is a click


class PictureView(QGraphicsView):
    """Zoom by wheel about the pointer, pan by dragging, fit by double click.

    Signals:
        moved: pixel of the picture under the pointer, or None when it leaves.
        clicked: pixel of the picture that was clicked.
        taken: the user zoomed or panned.
        seen: rectangle of the picture that is seen now.
    """

    moved = pyqtSignal(object)
    clicked = pyqtSignal(object)
    taken = pyqtSignal()
    seen = pyqtSignal(QRectF)

    def __init__(self) -> None:
        super().__init__()
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self._picture = QRectF(0, 0, 1000, 1000)
        self._fitted: QRectF | None = self._picture
        self._pressed: QPointF | None = None
        self._dragged = False

    @property
    def zoom(self) -> float:
        """Screen pixels per pixel of the picture."""
        return self.transform().m11()

    def set_canvas(self, color: str) -> None:
        """Colour behind the picture."""
        self.setBackgroundBrush(QBrush(QColor(color)))

    def set_picture_size(self, width: int, height: int) -> None:
        """Tell how large the picture is; a view that shows all of it keeps doing so."""
        picture = QRectF(0, 0, width, height)
        if picture == self._picture:
            return
        whole = self._fitted == self._picture
        self._picture = picture
        # Room around the picture lets one zoom about and pan to its edges.
        self.setSceneRect(picture.adjusted(-2 * width, -2 * height, 2 * width, 2 * height))
        if whole:
            self.fit(picture)

    def fit(self, rectangle: QRectF | None = None) -> None:
        """Show a rectangle of the picture, or all of it, and keep showing it when resized."""
        target = self._picture if rectangle is None else rectangle
        self._fitted = target
        width, height = self.viewport().width() - 16, self.viewport().height() - 16
        if width <= 0 or height <= 0 or target.isEmpty():
            return
        scale = min(width / target.width(), height / target.height())
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(target.center())
        self._tell_seen()

    def zoom_by(self, factor: float) -> None:
        """Enlarge about the middle of the view."""
        middle = self.map_to_picture(QPointF(self.viewport().rect().center()))
        scale = min(max(self.zoom * factor, _SMALLEST), _LARGEST)
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(QPointF(*map(float, middle)))
        self._release_fit()
        self._tell_seen()

    def map_to_picture(self, position: QPointF) -> FloatArray:
        """Position in the view -> pixels of the picture, (2,)."""
        inverse, _ = self.viewportTransform().inverted()
        point = inverse.map(position)
        return np.array([point.x(), point.y()])

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep what was fitted fitted."""
        super().resizeEvent(event)
        if self._fitted is not None:
            self.fit(self._fitted)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Zoom about the pointer."""
        if event is None:
            return
        factor = _STEP ** event.angleDelta().y()
        scale = min(max(self.zoom * factor, _SMALLEST), _LARGEST)
        before = self.map_to_picture(event.position())
        self.setTransform(QTransform.fromScale(scale, scale))
        after = self.map_to_picture(event.position())
        self._pan(QPointF(*(after - before)) * scale)
        self._release_fit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin a click or a pan."""
        if event is not None and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Pan while a button is down, else tell where the pointer is."""
        if event is None:
            return
        if self._pressed is None:
            self.moved.emit(self.map_to_picture(event.position()))
            return
        offset = event.position() - self._pressed
        if self._dragged or offset.manhattanLength() > _CLICK:
            self._dragged = True
            self._release_fit()
            self._pan(offset)
            self._pressed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End a pan, or click."""
        if event is None or self._pressed is None:
            return
        if not self._dragged and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self.map_to_picture(event.position()))
        self._pressed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Show all of the picture."""
        self._release_fit()
        self.fit()

    def leaveEvent(self, event: object) -> None:
        """The pointer is over nothing."""
        self.moved.emit(None)

    def _release_fit(self) -> None:
        self._fitted = None
        self.taken.emit()

    def _pan(self, offset: QPointF) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - round(offset.x()))
        down.setValue(down.value() - round(offset.y()))
        self._tell_seen()

    def _tell_seen(self) -> None:
        size = self.viewport().size()
        left, top = self.map_to_picture(QPointF(0, 0))
        right, bottom = self.map_to_picture(QPointF(size.width(), size.height()))
        self.seen.emit(QRectF(QPointF(left, top), QPointF(right, bottom)))
