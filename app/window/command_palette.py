"""The command palette: type a few letters of what you want, press Enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.theme.controls import make_label
from app.theme.spacing import GAP, ROOMY, TIGHT
from core.errors import DatasetError
from core.types import parse_key

_CHOICE = Qt.ItemDataRole.UserRole
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True)
class Choice:
    """One line of the palette.

    Attributes:
        title: what a person reads.
        command: id.
        args: of the command.
        key: that does the same, or empty.
    """

    title: str
    command: str
    args: dict[str, Any] = field(default_factory=dict)
    key: str = ""


class CommandPalette(QDialog):
    """Lists choices that contain every word typed; a frame's key goes there.

    Args:
        parent: the window that it opens over.
        choices: everything that can be chosen.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, parent: QWidget, choices: list[Choice], invoke: Callable[..., Any]) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._choices = choices
        self._invoke = invoke
        self.line = QLineEdit()
        self.line.setPlaceholderText("Type a command, or a frame such as S5/Walking-1/000123")
        self.list = QListWidget()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP, GAP, GAP, GAP)
        column.setSpacing(TIGHT)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.line.textChanged.connect(self._list_matches)
        self.line.returnPressed.connect(self._choose)
        self.list.itemClicked.connect(self._choose)
        self.line.installEventFilter(self)
        self._list_matches("")

    def open_over(self, parent: QWidget) -> None:
        """Show it at the top of a window, ready to be typed in."""
        width = min(620, parent.width() - 2 * ROOMY)
        self.resize(width, min(420, parent.height() - 120))
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - width) // 2, corner.y() + 72)
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Arrow keys move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.keyPressEvent(event)
            return True
        return False

    def _list_matches(self, text: str) -> None:
        self.list.clear()
        for choice in find_matches(text, self._choices):
            item = QListWidgetItem()
            item.setData(_CHOICE, choice)
            self.list.addItem(item)
            self.list.setItemWidget(item, _make_row(choice))
        self.list.setCurrentRow(0)

    def _choose(self, _item: QListWidgetItem | None = None) -> None:
        item = self.list.currentItem()
        if item is not None:
            choice: Choice = item.data(_CHOICE)
            self.hide()
            self._invoke(choice.command, **choice.args)  # may ask, in an event loop of its own
            self.accept()  # which may delete this


def find_matches(text: str, choices: list[Choice]) -> list[Choice]:
    """Choices that contain every word, a frame's key before all.

    First those whose title, with its menu or without, begins with the text, then those that contain it as it
    stands, then those of whose words more are begun by the words.
    """
    sought = text.lower().strip()
    words = sought.split()
    found = [
        choice
        for choice in choices
        if all(word in f"{choice.title} {choice.command}".lower() for word in words)
    ]
    found.sort(key=lambda choice: _rank(choice.title.lower(), sought, words))
    try:
        return [Choice(f"Go to {parse_key(text)}", "frame.go", {"key": text.strip()}), *found]
    except DatasetError:
        return found


def _rank(title: str, sought: str, words: list[str]) -> tuple[bool, bool, int]:
    begun = sum(f" {word}" in f" {title}" for word in words)
    without_menu = title.partition(": ")[2]
    return not (title.startswith(sought) or without_menu.startswith(sought)), sought not in title, -begun


def _make_row(choice: Choice) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(GAP, 0, GAP, 0)
    line.addWidget(make_label(choice.title), 1)
    line.addWidget(make_label(choice.key, "muted"))
    return row
