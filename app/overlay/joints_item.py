"""The joints of one source over the picture, in marks that keep their size when one zooms."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import QLineF, QPointF
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.overlay.overlay_item import OverlayItem
from core.types import BoolArray, FloatArray

_HALO = QColor(8, 10, 14, 200)

_MARGIN = 40  # pixels of the image, wide enough for the marks at any sensible zoom

_USUAL_VIEW, _MOST_GROWTH = 640, 1.8  # pixels of the view in which marks have their usual size


class JointsItem(OverlayItem):
    """Discs at joints, and a skeleton between them where bones are given.

    Args:
        bones: (parent, child) pairs to draw lines between.
        radius: of a disc in screen pixels.
    """

    def __init__(self, bones: tuple[tuple[int, int], ...] = (), *, radius: float = 3.5) -> None:
        super().__init__()
        self._bones = bones
        self._radius = radius
        self._points = np.zeros((0, 2))
        self._flagged: BoolArray = np.zeros(0, bool)

    @property
    def points(self) -> FloatArray:
        """Pixels of the whole image, (J, 2); NaN where a joint is absent."""
        return self._points

    def set_joints(self, points: FloatArray, *, flagged: BoolArray | None = None) -> None:
        """Show other joints.

        Args:
            points: pixels of the whole image, (J, 2); NaN where a joint is absent.
            flagged: joints to strike out, (J,).
        """
        self._points = np.asarray(points, float)
        self._flagged = np.zeros(len(points), bool) if flagged is None else flagged
        self.bound(self._points[np.isfinite(self._points).all(axis=1)], margin=_MARGIN)

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Bones below, discs above them, strikes through flagged joints on top."""
        if painter is None:
            return
        pixel = 1 / painter.worldTransform().m11()  # one screen pixel in pixels of the image
        present = np.all(np.isfinite(self._points), axis=1)
        bones = [
            QLineF(QPointF(*self._points[parent]), QPointF(*self._points[child]))
            for parent, child in self._bones
            if present[parent] and present[child]
        ]
        growth = find_growth(widget)
        for color, width in ((_HALO, 4.0), (self._color, 2.0)):
            painter.setPen(_cosmetic(color, width * growth))
            for bone in bones:
                painter.drawLine(bone)
        painter.setPen(_cosmetic(_HALO, 1.2))
        painter.setBrush(self._color)
        radius = self._radius * pixel * growth
        for x, y in self._points[present]:
            painter.drawEllipse(QPointF(x, y), radius, radius)
        painter.setBrush(QColor(0, 0, 0, 0))
        for x, y in self._points[present & self._flagged]:
            strike_out(painter, QPointF(x, y), radius * 2.4)


def find_growth(view: QWidget | None) -> float:
    """How much larger marks are drawn in a large view, where the person is large too."""
    shorter = min(view.width(), view.height()) if view is not None else _USUAL_VIEW
    return min(max(math.sqrt(shorter / _USUAL_VIEW), 1.0), _MOST_GROWTH)


def strike_out(painter: QPainter, centre: QPointF, radius: float) -> None:
    """A struck ring: the mark of a flagged label."""
    reach = radius * math.sqrt(0.5) * 1.25
    stroke = QLineF(centre + QPointF(-reach, reach), centre + QPointF(reach, -reach))
    for color, width in ((_HALO, 4.5), (QColor("white"), 2.0)):
        painter.setPen(_cosmetic(color, width))
        painter.drawEllipse(centre, radius, radius)
        painter.drawLine(stroke)


def _cosmetic(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen
