"""Pictures of the window, its 3D view included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QImage, QPainter, QPixmap
from PyQt6.QtWidgets import QWidget

from app.viewport.viewport import Viewport
from core.errors import JointlensError


def grab_window(window: QWidget, viewport: Viewport) -> QPixmap:
    """The window as it stands.

    Qt cannot grab what VTK draws by itself, so the body's picture is put where it belongs, and words over it
    again.
    """
    pixmap = window.grab()
    if viewport.plotter is None or not viewport.isVisible():
        return pixmap
    body = grab_viewport(viewport)
    place = QRect(viewport.plotter.mapTo(window, QPoint(0, 0)), viewport.plotter.size())
    painter = QPainter(pixmap)
    painter.drawImage(place, body)
    for child in viewport.plotter.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if child.isVisible():  # words that stand over the body
            painter.drawPixmap(child.mapTo(window, QPoint(0, 0)), child.grab())
    painter.end()
    return pixmap


def grab_viewport(viewport: Viewport) -> QImage:
    """The body as it is seen."""
    pixels = np.ascontiguousarray(viewport.take_picture())
    height, width, _ = pixels.shape
    shared = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return shared.copy()


def write_viewport(viewport: Viewport, path: Path) -> None:
    """Write a picture of the body as it is seen.

    Raises:
        JointlensError: it cannot be written, or there is no 3D view.
    """
    if viewport.plotter is None:
        raise JointlensError("there is no 3D view here: this machine has no OpenGL")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not grab_viewport(viewport).save(str(path)):
        raise JointlensError(f"{path}: this picture cannot be written; expected a .png or .jpg in a folder")


def save_screenshot(window: QWidget, viewport: Viewport, path: Path) -> None:
    """Write a picture of the window.

    Raises:
        JointlensError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not grab_window(window, viewport).save(str(path)):
        raise JointlensError(f"{path}: this picture cannot be written; expected a .png or .jpg in a folder")
