"""The flagged labels as a table's model."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtGui import QColor

from app.session.session import Session
from app.theme.current import data_colors, shades_of
from app.theme.icons import icon
from core.project.flags import Flag

_TITLES = ("Joint", "Where and why")


class FlagTable(QAbstractTableModel):
    """One row a flag, newest first.

    Args:
        session: what is shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._flags: tuple[Flag, ...] = ()

    def reload(self) -> None:
        """Take over the session's flags."""
        self.beginResetModel()
        self._flags = tuple(reversed(self._session.visible_flags))
        self.endResetModel()

    def flag_at(self, row: int) -> Flag:
        """The flag of a row."""
        return self._flags[row]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Flags."""
        return len(self._flags)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        """Joint; where and why."""
        return len(_TITLES)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words of a cell; in full, with reviewer and time, in the tool tip."""
        flag = self._flags[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return flag.joint if index.column() == 0 else f"{describe_scope(flag)}\n{_give_reason(flag)}"
            case Qt.ItemDataRole.DecorationRole if index.column() == 0:
                shades, colors = shades_of(self._session), data_colors()
                return icon("flagged", shades, color=colors.label)
            case Qt.ItemDataRole.ForegroundRole if index.column() > 0:
                return QColor(shades_of(self._session).muted)
            case Qt.ItemDataRole.ToolTipRole:
                made = f"{flag.id}, {flag.reviewer or 'unknown'}, {flag.created.replace('T', ' ')}"
                return f"{flag.joint} of {describe_scope(flag)}\n{_give_reason(flag)}\n{made}"
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _TITLES[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


def _give_reason(flag: Flag) -> str:
    return flag.reason or "no reason given"


def describe_flagged(flag: Flag) -> str:
    """Why a label is marked as flagged: ``Flagged: S5, all actions. The foot slid.``"""
    return f"Flagged: {describe_scope(flag)}. {flag.reason or 'No reason given.'}"


def describe_scope(flag: Flag) -> str:
    """Whose labels a flag covers: ``S5, all actions`` or ``S5 Walking-1, frames 3-17``."""
    if flag.action is None:
        return f"{flag.subject}, all actions"
    if flag.frames is None:
        return f"{flag.subject} {flag.action}"
    first, last = flag.frames
    return f"{flag.subject} {flag.action}, frame{f's {first}-{last}' if last > first else f' {first}'}"
