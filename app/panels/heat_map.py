"""A table of figures as colours: joints by groups, to be looked over, pointed at and clicked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.theme.colors import Shades, contrast, mix
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.spacing import GAP, HAIR, TIGHT
from core.types import FloatArray

_ROW = 20
_LEAST_FOR_TEXT = 24.0  # width of a cell in which a figure is written
_FINE = 10.0  # below it a tenth is written where there is room
_STRONGEST = 0.8  # share of the strong colour in the strongest cell
_LONGEST_TITLE = 92.0


@dataclass(frozen=True)
class HeatTable:
    """What a heat map shows.

    Attributes:
        rows: titles.
        columns: titles.
        values: (R, C); NaN where there is nothing.
        full: value that is coloured most.
        signed: whether values below zero have a colour of their own.
        unit: for the tool tip.
        marked: cells with a ring round them, (row, column).
        flagged: cells that are empty because all their labels are flagged.
        notes: what the tool tip of a cell says besides its figure.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    values: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    full: float = 1.0
    signed: bool = False
    unit: str = "mm"
    marked: frozenset[tuple[int, int]] = frozenset()
    flagged: frozenset[tuple[int, int]] = frozenset()
    notes: Mapping[tuple[int, int], str] = field(default_factory=dict)


class HeatMap(QWidget):
    """Cells of a table; arrow keys move, Enter or a click picks.

    Signals:
        picked: row and column of a cell.
    """

    picked = pyqtSignal(int, int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.table = HeatTable()
        self._shades: Shades | None = None
        self._row: int | None = None
        self._column: int | None = None
        self._cursor = (0, 0)
        self._arrange()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_table(self, table: HeatTable, shades: Shades) -> None:
        """Show another table."""
        grown = (table.rows, table.columns) != (self.table.rows, self.table.columns)
        self.table, self._shades = table, shades
        if grown:
            self._arrange()
            self.setFixedHeight(self.sizeHint().height())
        self.update()

    def set_current(self, row: int | None, column: int | None) -> None:
        """Underline a row and a column: what is selected and shown elsewhere."""
        if (row, column) != (self._row, self._column):
            self._row, self._column = row, column
            self.update()

    def sizeHint(self) -> QSize:
        """As tall as its rows."""
        return QSize(280, round(self._top + len(self.table.rows) * _ROW + GAP))

    def resizeEvent(self, event: object) -> None:
        """Titles may have to be turned."""
        self._arrange()
        self.setFixedHeight(self.sizeHint().height())

    # Where things are

    @property
    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(text_font(SMALL_POINTS))

    def _arrange(self) -> None:
        """Find where the cells are, once for a table and a width: every cell's painting asks."""
        advance = self._metrics.horizontalAdvance
        widest_row = max((advance(title) for title in self.table.rows), default=0.0)
        self._left = min(widest_row, _LONGEST_TITLE) + GAP
        self._width = (self.width() - self._left) / max(len(self.table.columns), 1)
        widest = max((advance(title) for title in self.table.columns), default=0.0)
        self._turned = widest + TIGHT > self._width
        self._top = min(widest, _LONGEST_TITLE) + GAP if self._turned else 20.0

    def _cell(self, row: int, column: int) -> QRectF:
        return QRectF(self._left + column * self._width, self._top + row * _ROW, self._width, _ROW)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Row and column under a position; None beside the table."""
        column = int((position.x() - self._left) // self._width)
        row = int((position.y() - self._top) // _ROW)
        if 0 <= row < len(self.table.rows) and 0 <= column < len(self.table.columns):
            return row, column
        return None

    # Pointer and keys

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Pick a cell."""
        cell = None if event is None else self.cell_at(event.position())
        if cell is not None:
            self._cursor = cell
            self.picked.emit(*cell)
            self.update()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Move between the cells; pick."""
        if event is None or not self.table.rows or not self.table.columns:
            return
        moves = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        if event.key() in moves:
            down, right = moves[Qt.Key(event.key())]
            row, column = self._cursor[0] + down, self._cursor[1] + right
            self._cursor = (row % len(self.table.rows), column % len(self.table.columns))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(*self._cursor)
        else:
            super().keyPressEvent(event)

    def event(self, event: object) -> bool:
        """Tell of the cell under the pointer."""
        if isinstance(event, QHelpEvent):
            cell = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.describe(*cell) if cell else "", self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def describe(self, row: int, column: int) -> str:
        """A cell in words."""
        value = self.table.values[row, column]
        known = f"{value:+.1f}" if self.table.signed else f"{value:.1f}"
        figure = f"{known} {self.table.unit}".replace("-", "−") if np.isfinite(value) else "not measured"
        if (row, column) in self.table.flagged:
            figure = "every label is flagged"
        told = (figure, self.table.notes.get((row, column), ""))
        cell = f"{self.table.rows[row]}, {self.table.columns[column]}"
        return f"{cell}: {'; '.join(part for part in told if part)}"

    # Drawing

    def color_of(self, value: float) -> str:
        """Colour of a value's cell."""
        assert self._shades is not None
        share = min(abs(value) / self.table.full, 1.0) * _STRONGEST
        strong = self._shades.cold if self.table.signed and value < 0 else self._shades.warm
        return mix(self._shades.surface, strong, share)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Titles, cells and rings."""
        if self._shades is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL_POINTS))
        self._paint_titles(painter, self._shades)
        for row, column in np.ndindex(self.table.values.shape):
            self._paint_cell(painter, self._shades, row, column)
        if self.hasFocus() and self.table.rows and self.table.columns:
            self._outline(painter, self._cursor, self._shades.text, 1.2)
        painter.end()

    def _paint_titles(self, painter: QPainter, shades: Shades) -> None:
        metrics = self._metrics
        for row, title in enumerate(self.table.rows):
            painter.setPen(QColor(shades.text if row == self._row else shades.muted))
            painter.setFont(text_font(SMALL_POINTS, bold=row == self._row))
            box = QRectF(0, self._top + row * _ROW, self._left - GAP, _ROW)
            shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        for column, title in enumerate(self.table.columns):
            painter.setPen(QColor(shades.text if column == self._column else shades.muted))
            painter.setFont(text_font(SMALL_POINTS, bold=column == self._column))
            if self._turned:
                if self._width < metrics.height() - 2 and column % 2:
                    continue  # too narrow for every title
                painter.save()
                painter.translate(self._left + (column + 0.5) * self._width, self._top - TIGHT)
                painter.rotate(-90)
                shown = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, _LONGEST_TITLE)
                half = metrics.height() / 2
                box = QRectF(0, -half, self._top, metrics.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
                painter.restore()
            else:
                box = QRectF(self._left + column * self._width, 0, self._width, self._top)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, title)

    def _paint_cell(self, painter: QPainter, shades: Shades, row: int, column: int) -> None:
        box = self._cell(row, column).adjusted(0.5, 0.5, -0.5, -0.5)
        value = float(self.table.values[row, column])
        known = np.isfinite(value)
        ground = self.color_of(value) if known else mix(shades.surface, shades.border, 0.5)
        painter.fillRect(box, QColor(ground))
        if (row, column) in self.table.flagged:
            _draw_flag(painter, box, shades)
        elif self._width >= _LEAST_FOR_TEXT:
            ink = max(("#101318", "#f6f8fb"), key=lambda color: contrast(color, ground))
            painter.setPen(QColor(ink if known else shades.faint))
            painter.setFont(text_font(SMALL_POINTS))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._write(value))
        if (row, column) in self.table.marked:
            self._outline(painter, (row, column), shades.danger, 2.0)
        elif (row, column) == (self._row, self._column):
            self._outline(painter, (row, column), shades.accent, 1.6)

    def _write(self, value: float) -> str:
        """A figure in as many digits as there is room for and use of."""
        if not np.isfinite(value):
            return "–"
        whole = round(value)
        written = f"{whole:+d}" if self.table.signed and whole else str(whole)
        if self.table.signed or abs(value) < _FINE:
            exact = f"{value:+.1f}" if self.table.signed else f"{value:.1f}"
            if self._metrics.horizontalAdvance(exact) <= self._width - HAIR:
                written = "0.0" if float(exact) == 0 else exact
        return written.replace("-", "−")

    def _outline(self, painter: QPainter, cell: tuple[int, int], color: str, width: float) -> None:
        painter.setPen(QPen(QColor(color), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self._cell(*cell).adjusted(1, 1, -1, -1), HAIR, HAIR)


def _draw_flag(painter: QPainter, box: QRectF, shades: Shades) -> None:
    """Stripes and a small flag: nothing is left of this cell's labels."""
    painter.fillRect(box, QBrush(QColor(shades.border), Qt.BrushStyle.BDiagPattern))
    foot = box.center() + QPointF(-3, 5)
    painter.setPen(QPen(QColor(shades.danger), 1.4))
    painter.drawLine(foot, foot + QPointF(0, -10))
    painter.setBrush(QColor(shades.danger))
    painter.drawPolygon(QPolygonF([foot + QPointF(x, y) for x, y in ((0, -10), (7, -7.5), (0, -5))]))
