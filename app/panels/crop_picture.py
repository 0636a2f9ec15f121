"""A part of a frame's picture with labels and regressed joints on it: thumbnails and figures."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from app.session.frame_data import FrameData
from app.theme.current import data_colors
from app.theme.fonts import SMALL_POINTS, text_font
from core.cameras import CROP_SIDE
from core.types import FloatArray

_HALO = QColor(8, 10, 14, 210)
_NEAR = 0.42  # of the person's crop: the part shown about one joint
_WIDE = 120  # pixels of a crop that has room for the reason why it is empty, above the joint
_CANVAS, _QUIET = QColor(14, 17, 22), QColor("#b4bdc9")


def find_region(frame: FrameData, joint: int | None, *, near: float = _NEAR) -> QRectF:
    """The part of the picture that shows a joint, or the person, in pixels of the whole image.

    Args:
        frame: what is shown.
        joint: that is to be in the middle; None for the person.
        near: side of the part about a joint, as a share of the person's crop.
    """
    left, top, scale = map(float, frame.crop)
    edge = CROP_SIDE / scale
    if joint is None or not np.isfinite(frame.label_keypoints[joint]).all():
        return QRectF(left, top, edge, edge)
    x, y = map(float, frame.label_keypoints[joint])
    side = edge * near
    return QRectF(x - side / 2, y - side / 2, side, side)


def paint_crop(
    painter: QPainter,
    box: QRectF,
    frame: FrameData | None,
    *,
    joint: int | None,
    regressors: tuple[str, ...],
    bones: tuple[tuple[int, int], ...],
    near: float = _NEAR,
    expected: tuple[float, float] | None = None,
) -> None:
    """Draw a square part of a frame's picture into ``box``.

    Args:
        painter: on screen pixels.
        box: where to; a square.
        frame: what is drawn; None while it is being read.
        joint: that is in the middle and drawn strongly; None for the person with all joints.
        regressors: whose joints are drawn beside the label.
        bones: (parent, child) of the labels' skeleton.
        near: as :func:`find_region` takes it.
        expected: where the joint should be, pixels of the whole image; an arrow leads from there to the
            label.
    """
    painter.save()
    painter.setClipRect(box)
    painter.fillRect(box, _CANVAS)
    if frame is None:
        _write(painter, box, "reading")
        painter.restore()
        return
    region = find_region(frame, joint, near=near)
    scale = box.width() / region.width()

    def place(point: FloatArray) -> QPointF:
        x, y = map(float, point)
        return QPointF(box.left() + (x - region.left()) * scale, box.top() + (y - region.top()) * scale)

    if frame.image is None:
        wide = box.width() >= _WIDE
        _write(painter, box, (wide and frame.image_note) or "no picture", Qt.AlignmentFlag.AlignTop)
    else:
        _draw_part(painter, box, frame.image, region)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colors = data_colors()
    keypoints = frame.label_keypoints
    present = [(a, b) for a, b in bones if np.isfinite(keypoints[[a, b]]).all()]
    _draw_bones(painter, [(place(keypoints[a]), place(keypoints[b])) for a, b in present], colors.label)
    shown = range(len(keypoints)) if joint is None else (joint,)
    radius = 2.6 if joint is None else max(3.5, box.width() * 0.022)
    for name in regressors:
        points = frame.joints_px.get(name)
        if points is not None:
            _draw_dots(painter, [place(points[at]) for at in shown], colors.joints(name), radius)
    labels = [
        place(frame.label_keypoints[at]) for at in shown if np.isfinite(frame.label_keypoints[at]).all()
    ]
    if expected is not None and labels:
        _draw_arrow(painter, place(np.array(expected)), labels[0], radius)
    _draw_dots(painter, labels, colors.label, radius)
    painter.restore()


def _draw_part(painter: QPainter, box: QRectF, image: np.ndarray, region: QRectF) -> None:
    height, width, _ = image.shape
    left, top = max(int(region.left()), 0), max(int(region.top()), 0)
    right, bottom = min(int(region.right()) + 1, width), min(int(region.bottom()) + 1, height)
    if right <= left or bottom <= top:
        return
    part = np.ascontiguousarray(image[top:bottom, left:right])
    memory = part.tobytes()  # the image does not keep it alive
    picture = QImage(memory, right - left, bottom - top, 3 * (right - left), QImage.Format.Format_RGB888)
    scale = box.width() / region.width()
    place = QRectF(
        box.left() + (left - region.left()) * scale,
        box.top() + (top - region.top()) * scale,
        (right - left) * scale,
        (bottom - top) * scale,
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, picture.convertToFormat(QImage.Format.Format_RGB32))


def _draw_bones(painter: QPainter, bones: list[tuple[QPointF, QPointF]], color: str) -> None:
    faint = QColor(color)
    faint.setAlphaF(0.75)
    for ink, width in ((_HALO, 3.0), (faint, 1.6)):
        painter.setPen(QPen(ink, width))
        for start, end in bones:
            painter.drawLine(start, end)


def _draw_dots(painter: QPainter, places: list[QPointF], color: str, radius: float) -> None:
    painter.setPen(QPen(_HALO, 1.2))
    painter.setBrush(QColor(color))
    for place in places:
        painter.drawEllipse(place, radius, radius)


def draw_ring(painter: QPainter, place: QPointF, radius: float) -> None:
    """Where a joint should be: a hollow ring, legible on any ground."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((_HALO, 4.6), (QColor(data_colors().expected), 2.4)):
        painter.setPen(QPen(ink, width))
        painter.drawEllipse(place, radius, radius)


def _draw_arrow(painter: QPainter, start: QPointF, end: QPointF, radius: float) -> None:
    """From the rim of a ring about ``start`` to the rim of a dot at ``end``, where there is room between."""
    ring = 1.5 * radius
    draw_ring(painter, start, ring)
    way = end - start
    length = float(np.hypot(way.x(), way.y()))
    if length <= ring + radius + 2:
        return
    along = way / length
    tail, tip = start + along * ring, end - along * radius
    across = QPointF(-along.y(), along.x())
    barb = min(2.0 * radius, 0.5 * (length - ring - radius))
    head = QPolygonF([tip, *(tip - along * barb + across * side for side in (0.6 * barb, -0.6 * barb))])
    for ink, width in ((_HALO, 5.0), (QColor(data_colors().label), 2.6)):
        painter.setPen(QPen(ink, width, cap=Qt.PenCapStyle.FlatCap))
        painter.drawLine(tail, tip - along * barb)
        painter.setPen(QPen(ink, width - 2.0 if width > 4 else 0.6))
        painter.setBrush(ink)
        painter.drawPolygon(head)


def _write(
    painter: QPainter, box: QRectF, text: str, height: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter
) -> None:
    painter.setFont(text_font(SMALL_POINTS))
    painter.setPen(_QUIET)
    flags = int(Qt.AlignmentFlag.AlignHCenter | height) | int(Qt.TextFlag.TextWordWrap)
    painter.drawText(box.adjusted(4, 4, -4, -4), flags, text)
