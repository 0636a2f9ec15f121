"""Views written to files: PNG at twice the screen's resolution, or SVG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QPoint, QRectF, QSize
from PyQt6.QtGui import QImage, QPainter, QRegion
from PyQt6.QtSvg import QSvgGenerator
from PyQt6.QtWidgets import QWidget

from core.errors import JointlensError

#: Pixels of a PNG for one of the screen.
SCALE = 2


def write_widget(widget: QWidget, path: Path) -> None:
    """Write a widget as it is drawn.

    Raises:
        JointlensError: it cannot be written, or is neither .png nor .svg.
    """

    def draw(painter: QPainter) -> None:
        QWidget.render(widget, painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)

    write_drawing(draw, widget.size(), path)


def write_drawing(draw: Callable[[QPainter], None], size: QSize, path: Path) -> None:
    """Write what a function draws into ``size`` units.

    Raises:
        JointlensError: it cannot be written, or is neither .png nor .svg.
    """
    if path.suffix.lower() not in (".png", ".svg"):
        raise JointlensError(f"{path}: expected a file that ends in .png or .svg")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JointlensError(f"{path}: its folder cannot be made ({error.strerror})") from error
    if path.suffix.lower() == ".svg":
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setSize(size)
        generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
        painter = QPainter()
        if not painter.begin(generator):
            raise JointlensError(f"{path}: this drawing cannot be written")
        draw(painter)
        painter.end()
        return
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCALE, SCALE)
    draw(painter)
    painter.end()
    if not image.save(str(path)):
        raise JointlensError(f"{path}: this picture cannot be written")
