"""Two subjects' labels of one joint side by side, to be looked at and exported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.panels.subject_figure import SubjectFigure
from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import make_button, make_choice, make_label
from app.theme.spacing import GAP, ROOMY, TIGHT


class SubjectDialog(QDialog):
    """The figure, with lists of subjects and joints above it.

    Args:
        parent: the window that it belongs to.
        session: what is compared.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, parent: QWidget, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(parent)
        self._session = session
        self._invoke = invoke
        self.setWindowTitle("Two subjects' labels side by side")
        self.figure = SubjectFigure(session)
        self.joint, self.subject, self.other = (
            make_choice(name) for name in ("Joint", "Subject", "Other subject")
        )
        self.joint.addItems(session.project.joint_set.names)
        for box in (self.subject, self.other):
            box.addItems(session.project.keys.subjects)
        self.other.setCurrentIndex(min(1, self.other.count() - 1))
        for box in (self.joint, self.subject, self.other):
            box.setMinimumContentsLength(10)
            box.activated.connect(lambda: self._ask())
        self.save = make_button("Save the figure…")
        self.save.clicked.connect(lambda: invoke("view.save", view="subjects"))
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(self.joint)
        row.addWidget(make_label("of", "muted"))
        row.addWidget(self.subject)
        row.addWidget(make_label("and", "muted"))
        row.addWidget(self.other)
        row.addStretch(1)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(GAP)
        column.addLayout(row)
        column.addWidget(self.figure, 1)
        session.changed.connect(self.refresh)
        self.refresh(Change.COMPARISON)

    def refresh(self, change: Change) -> None:
        """Follow what is compared."""
        comparison = self._session.comparison
        if change & Change.COMPARISON and comparison is not None:
            self.joint.setCurrentIndex(comparison.joint)
            self.subject.setCurrentText(comparison.subjects[0])
            self.other.setCurrentText(comparison.subjects[1])

    def ignore(self) -> None:
        """Listen no more; to be called before the window closes."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)
        self.figure.ignore()

    def _ask(self) -> None:
        self._invoke(
            "subjects.compare",
            joint=self.joint.currentText(),
            subject=self.subject.currentText(),
            other=self.other.currentText(),
        )
