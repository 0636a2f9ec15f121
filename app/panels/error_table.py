"""Per-joint errors of every regressor on the shown frame, or their differences to one, as a table's model."""

from __future__ import annotations

from typing import Any

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter
from PyQt6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.panels.flag_table import describe_flagged
from app.session.session import Session
from app.theme.colors import mix
from app.theme.current import data_colors, shades_of
from app.theme.fonts import SMALL_POINTS, text_font
from app.theme.icons import chip, icon
from core.types import FloatArray

UNITS = {"mm": "errors_mm", "px": "errors_px"}
_FULL = {"mm": 80.0, "px": 20.0}  # errors whose cells are tinted most
_FULL_DIFFERENCE = {"mm": 30.0, "px": 8.0}
_TINT = 0.42


class TintDelegate(QStyledItemDelegate):
    """Paints a cell's background, which style sheets otherwise hide."""

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Tint below, figure above."""
        tint = index.data(Qt.ItemDataRole.BackgroundRole)
        if painter is not None and tint is not None:
            painter.fillRect(option.rect.adjusted(1, 1, -1, -1), tint)
        super().paint(painter, option, index)


class ErrorTable(QAbstractTableModel):
    """One row a joint and one of their mean; one column a regressor.

    Args:
        session: what is shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.unit = "mm"
        self.minus: str | None = None  # the regressor whose errors are taken off the others'
        self._names: list[str] = []
        self._errors: FloatArray = np.zeros((0, 0))

    def reload(self) -> None:
        """Take over the shown frame's errors."""
        frame = self._session.shown.frame
        names = list(self._session.regressors)
        errors = getattr(frame, UNITS[self.unit]) if frame else {}
        joints = len(self._session.project.joint_set)
        columns = [errors.get(name, np.full(joints, np.nan)) for name in names]
        if self.minus in names:
            base = columns[names.index(self.minus)]
            columns = [
                column if name == self.minus else column - base for name, column in zip(names, columns)
            ]
        table = np.column_stack(columns) if columns else np.zeros((joints, 0))
        means = [np.nanmean(column) if np.isfinite(column).any() else np.nan for column in columns]
        same = names == self._names and len(self._errors) == joints + 1
        if not same:
            self.beginResetModel()
        self._names = names
        self._errors = np.vstack([table, means]) if columns else np.zeros((joints + 1, 0))
        if not same:
            self.endResetModel()
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Joints, and their mean."""
        return len(self._session.project.joint_set) + 1

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Regressors."""
        return len(self._names)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Figure, tint and alignment of a cell."""
        error = self._errors[index.row(), index.column()]
        mean = index.row() == self.rowCount() - 1
        signed = self.minus is not None and self._names[index.column()] != self.minus
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if not np.isfinite(error):
                    return "–"
                figure = _write(abs(error), signed=signed)
                sign = "+" if error > 0 else "−"
                return sign + figure if signed and float(figure) else figure
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Qt.ItemDataRole.FontRole:
                return text_font(SMALL_POINTS, bold=mean)
            case Qt.ItemDataRole.BackgroundRole if np.isfinite(error) and not mean:
                shades = shades_of(self._session)
                full = (_FULL_DIFFERENCE if signed else _FULL)[self.unit]
                strong = shades.cold if error < 0 else shades.warning
                return QBrush(QColor(mix(shades.surface, strong, _TINT * min(abs(error) / full, 1.0))))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of joints and regressors; regressors with their colour."""
        if orientation == Qt.Orientation.Horizontal:
            name = self._names[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return name
            if role == Qt.ItemDataRole.ToolTipRole:
                flags = self._session.fits.find(name)
                return f"{name} was {flags.sentence}" if flags is not None else name
            if role == Qt.ItemDataRole.DecorationRole:
                hidden = name not in self._session.appearance.layers
                return chip(data_colors().joints(name), hollow=hidden)
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            names = self._session.project.joint_set.names
            return names[section] if section < len(names) else "Mean"
        frame = self._session.shown.frame
        if frame is not None and section < self.rowCount() - 1 and frame.flagged[section]:
            if role == Qt.ItemDataRole.DecorationRole:
                return icon("flagged", shades_of(self._session), color=data_colors().label)
            if role == Qt.ItemDataRole.ToolTipRole:
                return "\n".join(map(describe_flagged, self._session.flags_on(section)))
        return None


def _write(error: float, *, signed: bool) -> str:
    """A figure of three digits or two, two with a sign: the narrowest column has room for so many."""
    return f"{error:.1f}" if error < (9.95 if signed else 99.95) else f"{error:.0f}"
