"""Tells of an error that nobody foresaw, with everything that a report needs, to be copied."""

from __future__ import annotations

import platform
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.theme.controls import make_button, make_label, make_note
from app.theme.fonts import TITLE_POINTS, fixed_font, text_font
from app.theme.spacing import GAP, ROOMY
from core.version import code_version


class ErrorDialog(QDialog):
    """One dialog for all errors until it is closed: later ones are added below.

    Args:
        parent: the window that it opens over.
        log: file that holds all errors.
    """

    def __init__(self, parent: QWidget, log: Path) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.resize(680, 420)
        self.title = make_label("Something went wrong that should not have")
        self.title.setFont(text_font(TITLE_POINTS, bold=True))
        told = make_note()
        told.setText(
            "Every confirmed edit is on disk. You can go on; if the window behaves oddly, close it and open"
            " the project again. A report is most useful with these details."
        )
        self.details = QPlainTextEdit(describe_machine())
        self.details.setReadOnly(True)
        self.details.setFont(fixed_font())
        where = make_note()
        where.setText(f"They are in {log} too.")
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy, close = make_button("Copy the details", primary=True), make_button("Close")
        copy.clicked.connect(self.copy_details)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(GAP)
        for widget in (self.title, told, self.details, where):
            column.addWidget(widget)
        column.addLayout(row)

    def add_error(self, trace: str) -> None:
        """Tell of one more."""
        self.details.appendPlainText(trace)

    def copy_details(self) -> None:
        """Put the details on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.details.toPlainText())


def describe_machine() -> str:
    """Version of the program and of what it runs on."""
    return f"Jointlens {code_version()}, Python {platform.python_version()}, {platform.platform()}\n"
