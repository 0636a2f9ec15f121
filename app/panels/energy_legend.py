"""Entries of a legend, as many beside each other as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QToolButton, QWidget

from app.theme.icons import chip
from app.theme.spacing import HAIR


class EnergyLegend(QWidget):
    """Shows names with their colours; a click hides the curve of one, or shows it again.

    Its height is settled by its width, and not asked for: a layout that asks leaves the curves no room.

    Args:
        toggle: called with the name that was clicked.
    """

    def __init__(self, toggle: Callable[[str], None]) -> None:
        super().__init__()
        self._toggle = toggle
        self._shown: tuple[object, ...] = ()
        self.entries: dict[str, QToolButton] = {}

    def show_entries(self, names: Mapping[str, tuple[str, str]], hidden: frozenset[str]) -> None:
        """Show these entries: name -> title and colour."""
        state = (tuple(names.items()), hidden)
        if state == self._shown:
            return
        self._shown = state
        for name in self.entries.keys() - names.keys():
            gone = self.entries.pop(name)
            gone.hide()  # at once
            gone.deleteLater()
        self.entries = {name: self.entries.get(name) or self._make_entry(name) for name in names}
        for name, (title, color) in names.items():
            entry = self.entries[name]
            entry.setText(title)
            entry.setToolTip(f"Show or hide the curve of {title}")
            entry.setIcon(chip(color, hollow=name in hidden))
            entry.setChecked(name not in hidden)
            entry.show()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Begin lines where the width wants it."""
        self._arrange()

    def _arrange(self) -> None:
        left = top = bottom = 0
        for entry in self.entries.values():
            size = entry.sizeHint()
            if left and left + size.width() > self.width():
                left, top = 0, bottom
            entry.setGeometry(left, top, size.width(), size.height())
            left += size.width() + HAIR
            bottom = top + size.height()
        if bottom != self.height():
            self.setFixedHeight(bottom)

    def _make_entry(self, name: str) -> QToolButton:
        entry = QToolButton(self)
        entry.setProperty("role", "chip")
        entry.setCheckable(True)
        entry.setIconSize(QSize(12, 12))
        entry.setToolButtonStyle(entry.toolButtonStyle().ToolButtonTextBesideIcon)
        entry.clicked.connect(partial(self._click, name))
        return entry

    def _click(self, name: str, _checked: bool) -> None:
        self._toggle(name)
