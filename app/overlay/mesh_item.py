"""The body's wireframe over the picture: the edges that face the camera."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QLineF
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from pyqtgraph.Qt.internals import PrimitiveArray

from app.overlay.overlay_item import OverlayItem
from core.types import FloatArray


class MeshItem(OverlayItem):
    """Thin lines along the edges of front faces.

    Args:
        faces: (F, 3).
    """

    def __init__(self, faces: np.ndarray) -> None:
        super().__init__()
        self._faces = faces
        corners = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)  # [3 F, 2]
        self._edges, of_corner = np.unique(corners, axis=0, return_inverse=True)
        self._edge_of_corner = of_corner.reshape(-1, 3)  # [F, 3]
        self._lines = PrimitiveArray(QLineF, 4)
        self._edge = 0.0  # mean length in pixels of the image

    def set_vertices(self, pixels: FloatArray | None) -> None:
        """Show another body: pixels of the whole image, (V, 2), or none."""
        if pixels is None or not np.isfinite(pixels).all():
            self._lines.resize(0)
            self.bound(np.zeros((0, 2)))
            return
        a, b, c = (pixels[self._faces[:, corner]] for corner in range(3))
        # The image's y axis points down, so faces wound anticlockwise from outside turn clockwise here.
        front = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) < (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
        shown = np.zeros(len(self._edges), bool)
        shown[self._edge_of_corner[front]] = True
        ends = pixels[self._edges[shown]].reshape(-1, 4)
        self._lines.resize(len(ends))
        self._lines.ndarray()[:] = ends
        self._edge = float(np.hypot(*(ends[:, 2:] - ends[:, :2]).T).mean()) if len(ends) else 0.0
        self.bound(pixels)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """The lines, without antialiasing: thousands of them."""
        if painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        # The denser the lines lie on the screen, the fainter they are, so that the picture stays visible.
        spacing = self._edge * painter.worldTransform().m11()
        color = QColor(self._color)
        color.setAlphaF(min(max(0.03 * spacing, 0.04), 0.5))
        pen = QPen(color, 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(*self._lines.drawargs())
