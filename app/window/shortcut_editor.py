"""The keys of all commands, to be looked up and changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.commands.command import Command, Entry
from app.commands.keymap import KeyMap
from app.theme.controls import make_button, make_label, set_role
from app.theme.spacing import GAP, ROOMY, TIGHT

_NAME = Qt.ItemDataRole.UserRole


class ShortcutEditor(QDialog):
    """A table of entries and their keys, and a line that records another one for the chosen entry.

    Args:
        parent: the window that it opens over.
        entries: of every command.
        keys: which key runs which.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(
        self, parent: QWidget, entries: list[tuple[Command, Entry]], keys: KeyMap, invoke: Callable[..., Any]
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._invoke = invoke
        self.setWindowTitle("Keys")
        self.resize(620, 560)
        self.filter_box = QLineEdit()
        self.filter_box.setPlaceholderText("Filter by command or key")
        self.filter_box.setClearButtonEnabled(True)
        self.table = QTableWidget(len(entries), 2)
        self._fill(entries)
        self.recorder = QKeySequenceEdit()
        self.recorder.setMaximumSequenceLength(1)
        self.recorder.setClearButtonEnabled(True)
        self.conflict = make_label(role="muted")
        self.assign = make_button("Assign", primary=True)
        self.reset = make_button("Default key")
        self.reset_all = make_button("Reset all keys")
        self._lay_out()
        self.filter_box.textChanged.connect(self._filter)
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.recorder.keySequenceChanged.connect(lambda: self._show_conflict())
        self.assign.clicked.connect(self._assign)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(self._reset_all)
        self.table.selectRow(0)

    @property
    def chosen(self) -> str:
        """Name of the entry whose key is to be changed, or empty."""
        items = self.table.selectedItems()
        return str(items[0].data(_NAME)) if items else ""

    def show_keys(self) -> None:
        """Follow the keys."""
        for row in range(self.table.rowCount()):
            name = str(self.table.item(row, 0).data(_NAME))
            item = self.table.item(row, 1)
            item.setText(self._keys.key_of(name))
            font = item.font()
            font.setBold(name in self._keys.own)
            item.setFont(font)
        self._show_chosen()

    def _fill(self, entries: list[tuple[Command, Entry]]) -> None:
        self.table.setHorizontalHeaderLabels(["Command", "Key"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)  # Tab leaves the table
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(1, 150)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.verticalHeader().setDefaultSectionSize(24)
        for row, (command, entry) in enumerate(entries):
            name = command.id + entry.suffix
            title = QTableWidgetItem(f"{entry.menu}: {entry.title}" if entry.menu else entry.title)
            title.setToolTip(name)
            title.setData(_NAME, name)
            key = QTableWidgetItem(self._keys.key_of(name))
            key.setData(_NAME, name)
            self.table.setItem(row, 0, title)
            self.table.setItem(row, 1, key)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(TIGHT)
        line.addWidget(make_label("New key", "muted"))
        line.addWidget(self.recorder, 1)
        line.addWidget(self.assign)
        line.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(GAP)
        column.addWidget(self.filter_box)
        column.addWidget(self.table, 1)
        column.addLayout(line)
        foot = QHBoxLayout()
        foot.addWidget(self.conflict, 1)
        foot.addWidget(self.reset_all)
        column.addLayout(foot)

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for row in range(self.table.rowCount()):
            shown = " ".join(self.table.item(row, column).text().lower() for column in range(2))
            self.table.setRowHidden(row, not all(word in shown for word in words))
        chosen = self.table.currentRow()
        listed = [row for row in range(self.table.rowCount()) if not self.table.isRowHidden(row)]
        if chosen not in listed:
            self.table.selectRow(listed[0]) if listed else self.table.clearSelection()

    def _show_chosen(self) -> None:
        name = self.chosen
        self.recorder.setEnabled(bool(name))
        self.reset.setEnabled(name in self._keys.own)
        if name:
            self.recorder.setKeySequence(QKeySequence(self._keys.key_of(name)))
        self._show_conflict()

    def _show_conflict(self) -> None:
        key = self._recorded()
        owner = self._keys.owner_of(key)
        taken = owner is not None and owner != self.chosen
        self.assign.setText("Take it" if taken else "Assign")
        self.assign.setEnabled(bool(self.chosen) and key != self._keys.key_of(self.chosen))
        told = f"{key} runs “{self._keys.title_of(owner)}” now; it would lose it." if taken and owner else ""
        self.conflict.setText(told)
        set_role(self.conflict, "warning" if taken else "muted")

    def _recorded(self) -> str:
        return self.recorder.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def _assign(self) -> None:
        self._invoke("keys.set", entry=self.chosen, key=self._recorded(), take=True)
        self.show_keys()

    def _reset(self) -> None:
        self._invoke("keys.reset", entry=self.chosen)
        self.show_keys()

    def _reset_all(self) -> None:
        self._invoke("keys.reset")
        self.show_keys()
