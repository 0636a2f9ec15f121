"""What the overlay writes over itself: legend, callout at a joint, readout, and why something is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, RADIUS, TIGHT

# Over pictures, so the same in both themes.
_PLATE = QColor(14, 17, 22, 225)
_TEXT = QColor("#f1f3f6")
_QUIET = QColor("#b4bdc9")
_NOTE_WIDTH = 230.0
_LONGEST_NAME, _SHORT_NAME = 130, 76  # pixels of a name in the legend
_LEGEND_SHARE = 0.3  # of the view's height that a legend with figures may take


@dataclass(frozen=True)
class LegendRow:
    """One line of the legend.

    Attributes:
        name: of what is drawn.
        color: that it is drawn in.
        figure: to be read beside it, or empty.
        region: whether it is an area, not joints.
    """

    name: str
    color: str
    figure: str = ""
    region: bool = False


def draw_legend(
    painter: QPainter, rows: list[LegendRow], *, within: QRectF, avoid: list[QPointF], corner: int = 0
) -> int:
    """A plate with a mark, a name and a figure a row, in a corner where it covers least.

    Where it would take too much of the view or cover the person, it goes without figures and with shorter
    names.

    Args:
        painter: on screen pixels.
        rows: what is drawn.
        within: the view.
        avoid: what it should not cover: the person's joints.
        corner: where it stood before: it stays there while it covers nothing.

    Returns:
        The number of the corner, clockwise from the upper left.
    """
    if not rows:
        return corner
    font = text_font(SMALL_POINTS)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    line = metrics.height() + TIGHT
    long = [replace(row, name=_elide(row.name, metrics, _LONGEST_NAME)) for row in rows]
    short = [replace(row, name=_elide(row.name, metrics, _SHORT_NAME), figure="") for row in rows]
    before, fits = corner, line * len(rows) <= _LEGEND_SHARE * within.height()
    for rows in (long, short) if fits else (short,):
        names = max(metrics.horizontalAdvance(row.name) for row in rows)
        figures = max(metrics.horizontalAdvance(row.figure) for row in rows)
        width = 28 + names + (figures + 16 if figures else 0) + GAP
        plates = _list_corners(width, line * len(rows) + GAP, within)
        corner = _choose_corner(plates, avoid, before)
        plate = plates[corner]
        if not any(plate.contains(point) for point in avoid):
            break
    _draw_plate(painter, plate)
    for number, row in enumerate(rows):
        box = QRectF(plate.left(), plate.top() + TIGHT + number * line, width, line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.color))
        middle = QPointF(box.left() + 14, box.center().y())
        if row.region:
            painter.drawRect(QRectF(middle.x() - 5, middle.y() - 4, 10, 8))
        else:
            painter.drawEllipse(middle, 4, 4)
        painter.setPen(_TEXT)
        painter.drawText(box.adjusted(26, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, row.name)
        painter.setPen(_QUIET)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box.adjusted(0, 0, -GAP, 0), right, row.figure)
    return corner


def _elide(name: str, metrics: QFontMetricsF, longest: int) -> str:
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, longest)


def _list_corners(width: float, height: float, within: QRectF) -> list[QRectF]:
    """Where a plate may stand, clockwise from the upper left; the frame's name keeps the lower edge."""
    name = QFontMetricsF(text_font(SMALL_POINTS)).height() + TIGHT
    inner = within.adjusted(GAP, GAP, -GAP, -2 * GAP - name)
    right, bottom = inner.right() - width, inner.bottom() - height
    corners = ((inner.left(), inner.top()), (right, inner.top()), (right, bottom), (inner.left(), bottom))
    return [QRectF(x, y, width, height) for x, y in corners]


def _choose_corner(plates: list[QRectF], avoid: list[QPointF], before: int) -> int:
    """The one that stood there before if it covers no point, else the one that covers and nears fewest."""

    def count(corner: int, room: float) -> int:
        return sum(plates[corner].adjusted(-room, -room, room, room).contains(point) for point in avoid)

    if not count(before, GAP):
        return before
    return min(range(len(plates)), key=lambda corner: (count(corner, GAP), count(corner, 3 * GAP)))


def draw_callout(painter: QPainter, position: QPointF, heading: str, line: str, *, within: QRectF) -> None:
    """Two lines beside a joint, kept inside the view."""
    bold, plain = text_font(SMALL_POINTS, bold=True), text_font(SMALL_POINTS)
    metrics = QFontMetricsF(bold)
    width = max(metrics.horizontalAdvance(heading), QFontMetricsF(plain).horizontalAdvance(line)) + 2 * GAP
    height = 2 * metrics.height() + GAP + TIGHT
    plate = QRectF(position.x() + 14, position.y() - height - 6, width, height)
    if plate.right() > within.right() - GAP:
        plate.moveRight(position.x() - 14)
    if plate.left() < within.left() + GAP:
        plate.moveLeft(within.left() + GAP)
    if plate.top() < within.top() + GAP:
        plate.moveTop(position.y() + 14)
    _draw_plate(painter, plate, opaque=True)  # it may lie over the legend
    inner = plate.adjusted(GAP, TIGHT, -GAP, -TIGHT)
    painter.setFont(bold)
    painter.setPen(_TEXT)
    painter.drawText(inner, Qt.AlignmentFlag.AlignTop, heading)
    painter.setFont(plain)
    painter.setPen(_QUIET)
    painter.drawText(inner, Qt.AlignmentFlag.AlignBottom, line)


def draw_line(painter: QPainter, text: str, *, within: QRectF) -> None:
    """One line on a plate in the lower left corner, cut off where the view ends."""
    font = text_font(SMALL_POINTS)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    corner = within.bottomLeft() + QPointF(GAP, -GAP)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, within.width() - 4 * GAP)
    height = metrics.height() + TIGHT
    plate = QRectF(corner.x(), corner.y() - height, metrics.horizontalAdvance(text) + 2 * GAP, height)
    _draw_plate(painter, plate)
    painter.setPen(_QUIET)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def draw_notice(painter: QPainter, within: QRectF, title: str, reason: str) -> None:
    """Why there is nothing to see, in the middle of where it would be."""
    plate = _measure_notice(title, reason, min(within.width() - 4 * GAP, 380.0), around=2 * GAP)
    plate.moveCenter(within.center())
    _write_notice(painter, plate, title, reason, around=2 * GAP)


def draw_note(
    painter: QPainter, title: str, reason: str, *, within: QRectF, avoid: list[QPointF], corner: int
) -> tuple[int, list[QPointF]]:
    """Why a part of what is seen is missing, in the corner where it covers least of the rest.

    Args:
        painter: on screen pixels.
        title: what is missing.
        reason: why.
        within: the view.
        avoid: what it should not cover: the person.
        corner: where it stood before, clockwise from the upper left: it stays there while it covers nothing.

    Returns:
        The corner, and points all over the note for a legend to avoid.
    """
    size = _measure_notice(title, reason, min(0.6 * within.width(), _NOTE_WIDTH), around=GAP)
    plates = _list_corners(size.width(), size.height(), within)
    corner = _choose_corner(plates, avoid, corner)
    plate = plates[corner]
    _write_notice(painter, plate, title, reason, around=GAP)
    inner = plate.adjusted(GAP, GAP, -GAP, -GAP)  # a legend keeps as far from it
    across, down = (
        (inner.left(), inner.center().x(), inner.right()),
        (inner.top(), inner.center().y(), inner.bottom()),
    )
    return corner, [QPointF(x, y) for x in across for y in down]


def _measure_notice(title: str, reason: str, widest: float, *, around: int) -> QRectF:
    """A plate at the origin, as large as its words with some room around them."""
    bold, plain = QFontMetricsF(text_font(bold=True)), QFontMetricsF(text_font(SMALL_POINTS))
    text = plain.boundingRect(QRectF(0, 0, widest - 2 * around, 1000), Qt.TextFlag.TextWordWrap, reason)
    width = max(text.width(), bold.horizontalAdvance(title)) + 2 * around + 1
    return QRectF(0, 0, width, bold.height() + text.height() + 2 * around)


def _write_notice(painter: QPainter, plate: QRectF, title: str, reason: str, *, around: int) -> None:
    bold, plain = text_font(bold=True), text_font(SMALL_POINTS)
    _draw_plate(painter, plate)
    inner = plate.adjusted(around, 0.75 * around, -around, -0.75 * around)
    centred = Qt.AlignmentFlag.AlignHCenter
    painter.setFont(bold)
    painter.setPen(_TEXT)
    painter.drawText(inner, Qt.AlignmentFlag.AlignTop | centred, title)
    painter.setFont(plain)
    painter.setPen(_QUIET)
    painter.drawText(
        inner, int(Qt.AlignmentFlag.AlignBottom | centred) | int(Qt.TextFlag.TextWordWrap), reason
    )


def _draw_plate(painter: QPainter, plate: QRectF, *, opaque: bool = False) -> None:
    painter.setPen(QPen(QColor(255, 255, 255, 28), 1))
    painter.setBrush(QColor(_PLATE.rgb()) if opaque else _PLATE)
    painter.drawRoundedRect(plate, RADIUS, RADIUS)
