"""The flags: which labels have one and why, and the form that flags more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QModelIndex, QSize, Qt
from PyQt6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
)

from app.panels.flag_table import FlagTable
from app.panels.panel import Panel
from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import make_button, make_choice, make_label, make_line, make_note, make_tool
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, TIGHT, WIDE

SUBJECT, SEQUENCE, FRAME = range(3)


class FlagsPanel(Panel):
    """Flags and unflags labels.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self.model = FlagTable(session)
        self.table = QTableView()
        self._build_table()
        self.empty = make_note()
        self.empty.setText(
            "No label is flagged. Click a joint in the picture, say why its label is wrong, and flag it; "
            "refits then leave it out."
        )
        self.unflag = make_button("Unflag")
        self.undo, self.redo = make_tool("Undo the last edit"), make_tool("Redo")
        self.joint = make_choice("Joint")
        self.joint.addItems(session.project.joint_set.names)
        self.scope = make_choice("Whose labels")
        self.scope.addItems(["", "", ""])
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("What is wrong with it?")
        self.reason.setAccessibleName("Reason")
        self.flag = make_button("Flag", primary=True)
        self._lay_out()
        self.unflag.clicked.connect(self._unflag)
        self.undo.clicked.connect(lambda: invoke("edit.undo"))
        self.redo.clicked.connect(lambda: invoke("edit.redo"))
        self.joint.activated.connect(lambda joint: invoke("joint.select", joint=joint))
        self.flag.clicked.connect(self._flag)
        self.reason.returnPressed.connect(self.flag.click)
        self.reason.textChanged.connect(lambda: self._enable())
        self.listen()

    def _build_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName("Flags")
        self.table.setTabKeyNavigation(False)  # Tab leaves the table
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setIconSize(QSize(14, 14))
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        rows.setDefaultSectionSize(40)
        rows.hide()
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        columns.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.doubleClicked.connect(self._go_to)
        self.table.selectionModel().selectionChanged.connect(lambda: self._enable())

    def _lay_out(self) -> None:
        edits = QHBoxLayout()
        edits.setSpacing(TIGHT)
        edits.addWidget(make_label("Flagged labels", "heading"), 1)
        edits.addWidget(self.undo)
        edits.addWidget(self.redo)
        edits.addWidget(self.unflag)
        form = QGridLayout()
        form.setHorizontalSpacing(GAP)
        form.setVerticalSpacing(TIGHT)
        form.setColumnStretch(1, 1)
        for line, (title, widget) in enumerate(
            (("Joint", self.joint), ("Labels of", self.scope), ("Reason", self.reason))
        ):
            form.addWidget(make_label(title, "muted"), line, 0)
            form.addWidget(widget, line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addWidget(make_label("Flag a label", "heading"))
        column.addLayout(form)
        column.addWidget(self.flag)
        column.addWidget(make_line())
        column.addLayout(edits)
        column.addWidget(self.empty)
        column.addWidget(self.table, 1)

    def refresh(self, change: Change) -> None:
        """Follow flags, the shown frame, the selected joint and the theme."""
        if change & Change.THEME:
            shades = shades_of(self.session)
            self.undo.setIcon(icon("undo", shades))
            self.redo.setIcon(icon("redo", shades))
            self.unflag.setIcon(icon("unflag", shades))
            self.flag.setIcon(icon("flagged", shades, color=shades.on_accent))
        if change & (Change.FLAGS | Change.THEME):
            self.model.reload()
            self.empty.setVisible(not self.session.visible_flags)
            self._enable()
        if change & Change.FRAME:
            self._show_scopes()
        if change & Change.SELECTION and self.session.selection is not None:
            self.joint.setCurrentIndex(self.session.selection)

    def _show_scopes(self) -> None:
        key = self.session.key
        self.scope.setItemText(SUBJECT, f"{key.subject}, all actions")
        self.scope.setItemText(SEQUENCE, f"{key.subject} {key.action}")
        self.scope.setItemText(FRAME, f"{key.subject} {key.action}, frame {key.frame}")

    def _enable(self) -> None:
        writable = not self.session.project.read_only
        self.flag.setEnabled(writable and bool(self.reason.text().strip()))
        self.unflag.setEnabled(writable and self.table.selectionModel().hasSelection())

    def _flag(self) -> None:
        key, scope = self.session.key, self.scope.currentIndex()
        arguments: dict[str, Any] = {"subject": key.subject, "joint": self.joint.currentText()}
        if scope in (SEQUENCE, FRAME):
            arguments["action"] = key.action
        if scope == FRAME:
            arguments["frames"] = [key.frame, key.frame]
        self.invoke("label.flag", **arguments, reason=self.reason.text().strip())
        self.reason.clear()

    def _unflag(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows:
            self.invoke("label.unflag", id=self.model.flag_at(rows[0].row()).id)

    def _go_to(self, index: QModelIndex) -> None:
        """Show the first frame that a flag covers, in the shown camera where it can, and its joint."""
        self.invoke("flag.go", id=self.model.flag_at(index.row()).id)
