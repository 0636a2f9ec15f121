"""Table I: errors of every estimator under every regressor, to be read, copied and saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.session.changes import Change
from app.session.evaluation import COLUMNS, Evaluation
from app.session.session import Session
from app.theme.controls import make_button, make_choice, make_label, make_note
from app.theme.fonts import TITLE_POINTS, text_font
from app.theme.spacing import GAP, ROOMY

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class EvaluationDialog(QDialog):
    """One part of the table at a time: the errors, or what they are less those of one regressor.

    Args:
        parent: the window that it belongs to.
        session: whose evaluation is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, parent: QWidget, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Errors of all estimators under all regressors")
        self.resize(660, 480)
        self.title = make_label()
        self.title.setFont(text_font(TITLE_POINTS, bold=True))
        self.title.setWordWrap(True)
        self.part = make_choice("Errors, or differences")
        self.part.setMinimumContentsLength(18)
        self.part.activated.connect(self._show_part)
        self.table = QTableWidget(0, len(COLUMNS))
        self._build_table()
        self.notes = make_note()
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy_text, self.copy_latex = make_button("Copy as text"), make_button("Copy as LaTeX")
        self.save = make_button("Save…")
        self.copy_text.clicked.connect(lambda: _copy(self.shown.to_text()))
        self.copy_latex.clicked.connect(lambda: _copy(self.shown.latex))
        self.save.clicked.connect(lambda: invoke("table.save"))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.part)
        row.addStretch(1)
        for button in (self.copy_text, self.copy_latex, self.save):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(GAP)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addWidget(self.notes)
        session.changed.connect(self.refresh)
        self.refresh(Change.EVALUATION)

    @property
    def shown(self) -> Evaluation:
        """The evaluation that is looked at."""
        assert self._session.evaluation is not None
        return self._session.evaluations[self._session.evaluation]

    def refresh(self, change: Change) -> None:
        """Follow which evaluation is looked at."""
        if change & Change.EVALUATION and self._session.evaluation is not None:
            self.title.setText(self.shown.title)
            self.part.clear()
            self.part.addItems([part.title for part in self.shown.parts])
            self.notes.setText("\n".join(self.shown.notes))
            self._show_part()

    def ignore(self) -> None:
        """Listen no more; to be called before the window closes."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)

    def _build_table(self) -> None:
        self.table.setAccessibleName("Errors in millimetres")
        self.table.setHorizontalHeaderLabels(list(COLUMNS))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)  # Tab leaves the table
        self.table.setShowGrid(False)
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        assert rows is not None
        assert columns is not None
        rows.hide()
        rows.setDefaultSectionSize(26)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for place in range(len(COLUMNS)):
            heading = self.table.horizontalHeaderItem(place)
            assert heading is not None
            heading.setTextAlignment(_LEFT if place < 2 else _RIGHT)

    def _show_part(self) -> None:
        rows = self.shown.parts[max(self.part.currentIndex(), 0)].rows
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_LEFT if place < 2 else _RIGHT)
                self.table.setItem(number, place, item)


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
