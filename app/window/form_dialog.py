"""What a person is asked before something long begins, with what the answers lead to below."""

from __future__ import annotations

from typing import Any

from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.commands.form import Form, Question
from app.theme.controls import make_button, make_choice, make_note, set_role
from app.theme.spacing import GAP, ROOMY
from core.errors import JointlensError

_WIDTH = 480


class FormDialog(QDialog):
    """One line a question; Enter starts, Escape leaves.

    Args:
        parent: the window that it opens over.
        form: what is asked.
    """

    def __init__(self, parent: QWidget, form: Form) -> None:
        super().__init__(parent)
        self._form = form
        self.setWindowTitle(form.title)
        self.setFixedWidth(_WIDTH)
        self.fields: dict[str, QComboBox | QLineEdit] = {
            question.argument: self._make_field(question) for question in form.questions
        }
        self.told = make_note()
        self.start = make_button(form.button, primary=True)
        self.start.setDefault(True)
        self.leave = make_button("Cancel")
        self.start.clicked.connect(self.accept)
        self.leave.clicked.connect(self.reject)
        lines = QFormLayout()
        lines.setHorizontalSpacing(ROOMY)
        lines.setVerticalSpacing(GAP)
        lines.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for question in form.questions:
            lines.addRow(question.title, self.fields[question.argument])
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(ROOMY)
        column.addLayout(lines)
        column.addWidget(self.told)
        column.addStretch(1)
        column.addLayout(row)
        self._tell()

    @property
    def answers(self) -> dict[str, Any]:
        """What is answered now, by argument."""
        return {
            name: field.currentData() if isinstance(field, QComboBox) else field.text().strip()
            for name, field in self.fields.items()
        }

    def _make_field(self, question: Question) -> QComboBox | QLineEdit:
        if not question.choices:
            line = QLineEdit(str(question.value))
            line.setAccessibleName(question.title)
            line.textChanged.connect(self._tell)
            return line
        box = make_choice(question.title)
        for title, value in question.choices:
            box.addItem(title, value)
        values = [value for _, value in question.choices]
        box.setCurrentIndex(values.index(question.value) if question.value in values else 0)
        box.currentIndexChanged.connect(self._tell)
        return box

    def _tell(self) -> None:
        """Say what the answers lead to, or why they cannot be."""
        try:
            told, possible = "\n".join(self._form.tell(self.answers)), True
        except JointlensError as error:
            told, possible = str(error), False
        self.told.setText(told)
        set_role(self.told, "muted" if possible else "warning")
        self.start.setEnabled(possible)
        self.told.setMinimumHeight(self.told.heightForWidth(_WIDTH - 2 * ROOMY))
        self.adjustSize()
