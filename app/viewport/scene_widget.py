"""The widget that shows what VTK draws."""

from __future__ import annotations

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 - draws what the core describes
from PyQt6.QtCore import QPointF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkRenderWindow

#: Screen pixels that the pointer may move between press and release of a click.
_STILL = 3
#: How much nearer the camera comes for one notch of a wheel.
_NOTCH = 1.05
_NOTCH_UNITS = 120  # of a wheel's angle


class SceneWidget(QWidget):
    """Has VTK draw off the screen, and paints its pixels like any picture.

    An OpenGL widget would have Qt put the whole window together with OpenGL at every paint of any part of it.
    Where the processor draws in place of a graphics card, that takes longer than drawing the body.

    Args:
        parent: that it is shown in.
        samples: a pixel, that edges are smoothed with.

    Signals:
        dragged: the left button moved the pointer, screen pixels (:class:`QPointF`).
        pushed: the middle button did, or the left one with Shift.
        zoomed: factor that the distance to what is looked at changes by.
        clicked: pixel that was clicked, counted from the lower left as VTK does (x, y).
    """

    dragged = pyqtSignal(QPointF)
    pushed = pyqtSignal(QPointF)
    zoomed = pyqtSignal(float)
    clicked = pyqtSignal(int, int)

    def __init__(self, parent: QWidget, *, samples: int) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.WheelFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.window_of_vtk: vtkRenderWindow | None = vtkRenderWindow()
        self.window_of_vtk.SetOffScreenRendering(True)
        self.window_of_vtk.SetMultiSamples(samples if samples > 1 else 0)
        self._bytes = vtkUnsignedCharArray()
        self._picture = b""  # four bytes a pixel, the uppermost row first
        self._shape = 0, 0  # its height and width
        self._stale = True
        self._pressed: QPointF | None = None
        self._last = QPointF()

    def sizeHint(self) -> QSize:
        """Of a view that is not laid out."""
        return QSize(400, 400)

    # What is seen

    def draw(self) -> None:
        """Draw anew when Qt next paints."""
        self._stale = True
        self.update()

    def take_picture(self) -> np.ndarray:
        """What is drawn now, (H, W, 3) uint8."""
        self._render()
        return np.frombuffer(self._picture, np.uint8).reshape(*self._shape, 4)[..., :3].copy()

    def finish(self) -> None:
        """Give back the graphics context; nothing is drawn afterwards."""
        if self.window_of_vtk is not None:
            self.window_of_vtk.Finalize()
            self.window_of_vtk = None

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Paint what VTK has drawn; have it drawn first where it has changed."""
        if self._stale or self._shape != self._find_shape():
            self._render()
        height, width = self._shape
        if not width:
            return
        image = QImage(self._picture, width, height, 4 * width, QImage.Format.Format_RGBX8888)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(self)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(0, 0, image)
        painter.end()

    def _find_shape(self) -> tuple[int, int]:
        """Height and width in the screen's pixels."""
        ratio = self.devicePixelRatioF()
        return max(round(self.height() * ratio), 1), max(round(self.width() * ratio), 1)

    def _render(self) -> None:
        window, (height, width) = self.window_of_vtk, self._find_shape()
        if window is None:
            return
        if window.GetSize() != (width, height):
            window.SetSize(width, height)
        window.Render()
        window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._bytes, 0)
        from_below = vtk_to_numpy(self._bytes).reshape(height, width, 4)
        self._picture, self._shape = from_below[::-1].tobytes(), (height, width)
        self._stale = False

    # What the pointer does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin a click or a drag."""
        if event is not None:
            self._pressed = self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Drag."""
        if event is None or self._pressed is None:
            return
        moved, self._last = event.position() - self._last, event.position()
        buttons, shift = event.buttons(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if buttons & Qt.MouseButton.RightButton:
            self.zoomed.emit(float(_NOTCH ** (0.2 * moved.y())))
        elif buttons & Qt.MouseButton.MiddleButton or shift:
            self.pushed.emit(moved)
        elif buttons & Qt.MouseButton.LeftButton:
            self.dragged.emit(moved)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """End a drag, or click."""
        if event is None or self._pressed is None:
            return
        moved, self._pressed = event.position() - self._pressed, None
        if event.button() == Qt.MouseButton.LeftButton and moved.manhattanLength() <= _STILL:
            ratio = self.devicePixelRatioF()
            at = event.position()
            self.clicked.emit(round(at.x() * ratio), round((self.height() - at.y() - 1) * ratio))

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Come nearer or go away."""
        if event is not None:
            self.zoomed.emit(float(_NOTCH ** (-event.angleDelta().y() / _NOTCH_UNITS)))
            event.accept()
