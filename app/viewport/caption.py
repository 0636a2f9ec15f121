"""Words in a tile's lower left corner, drawn by Qt: VTK's own letters run into each other at small sizes."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkImageMapper

from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, RADIUS, TIGHT


class Caption:
    """A plate with a few lines of text; hidden while there are none.

    Attributes:
        actor: to be added to a renderer.
    """

    def __init__(self) -> None:
        self._shown: tuple[str, str, str, float] | None = None
        self._pixels = np.zeros((0, 4), np.uint8)  # VTK draws from this memory
        self._image = vtkImageData()
        self._mapper = vtkImageMapper()
        self._mapper.SetInputData(self._image)
        self._mapper.SetColorWindow(255)
        self._mapper.SetColorLevel(127.5)
        self.actor = vtkActor2D()
        self.actor.SetMapper(self._mapper)
        self.actor.SetVisibility(False)

    def write(self, text: str, *, ink: str, ground: str, ratio: float) -> None:
        """Show other words.

        Args:
            text: lines; empty hides the plate.
            ink: colour of the first line, ``#rrggbb``.
            ground: of the plate.
            ratio: the screen's pixels per device-independent one.
        """
        self.actor.SetVisibility(bool(text))
        if not text or (text, ink, ground, ratio) == self._shown:
            return
        self._shown = text, ink, ground, ratio
        pixels = draw_plate(text, ink=ink, ground=ground, ratio=ratio)
        height, width, channels = pixels.shape
        self._image.SetDimensions(width, height, 1)
        self._pixels = np.ascontiguousarray(pixels[::-1]).reshape(-1, channels)  # VTK counts rows from below
        self._image.GetPointData().SetScalars(numpy_to_vtk(self._pixels))
        self._image.Modified()
        self.actor.SetPosition(round(GAP * ratio), round(GAP * ratio))


def draw_plate(text: str, *, ink: str, ground: str, ratio: float) -> np.ndarray:
    """Lines of text on a rounded plate, (H, W, 4) uint8, not premultiplied."""
    bold, plain = text_font(SMALL_POINTS, bold=True), text_font(SMALL_POINTS)
    lines = text.splitlines()
    fonts = [bold, *[plain] * (len(lines) - 1)]
    line = QFontMetricsF(bold).height()
    width = max(QFontMetricsF(font).horizontalAdvance(words) for font, words in zip(fonts, lines))
    size = round((width + 2 * GAP) * ratio), round((line * len(lines) + 2 * TIGHT) * ratio)
    image = QImage(*size, QImage.Format.Format_RGBA8888)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plate = QColor(ground)
    plate.setAlpha(225)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(plate)
    painter.drawRoundedRect(QRectF(0, 0, size[0] / ratio, size[1] / ratio), RADIUS, RADIUS)
    painter.setPen(QColor(ink))
    for number, (font, words) in enumerate(zip(fonts, lines)):
        painter.setFont(font)
        box = QRectF(GAP, TIGHT + number * line, width + GAP, line)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
    painter.end()
    memory = image.constBits()
    assert memory is not None
    rows = np.frombuffer(bytes(memory.asarray(image.sizeInBytes())), np.uint8).reshape(image.height(), -1)
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)
