"""What the audit misses: the sample of frames without findings, and what people said about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.session.session import Session
from app.theme.controls import make_button, make_label, make_note
from app.theme.spacing import TIGHT


class SampleStrip(QWidget):
    """A line that tells the miss rate, and buttons to go through the sample.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self.told = make_note()
        self.draw = make_button("Draw a sample")
        self.draw.setToolTip("Frames that nothing was found in, to see what the audit misses")
        self.draw.clicked.connect(lambda: invoke("sample.draw"))
        self.next = make_button("Next frame")
        self.next.clicked.connect(lambda: invoke("sample.next"))
        self.good, self.bad = make_button("Good"), make_button("Bad")
        self.good.setToolTip("All labels of the shown frame are good")
        self.bad.setToolTip("A label of the shown frame is bad")
        self.good.clicked.connect(lambda: invoke("sample.good"))
        self.bad.clicked.connect(lambda: invoke("sample.bad"))
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        for button in (self.draw, self.next, self.good, self.bad):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(make_label("What the audit misses", "heading"))
        column.addWidget(self.told)
        column.addLayout(row)

    def refresh(self) -> None:
        """Show the sample as it stands; nothing before there is an audit."""
        review, project = self._session.review, self._session.project
        sample, drawn = review.sample, bool(review.sample.keys)
        self.setVisible(bool(review.findings) or drawn)
        told = sample.missed.describe()
        if drawn:
            told += f" You have looked at {sample.count_judged(review.reviewer)} of {len(sample.keys)}."
        self.told.setText(told)
        self.draw.setVisible(not drawn)
        self.draw.setEnabled(not project.read_only)
        for button in (self.next, self.good, self.bad):
            button.setVisible(drawn)
        shown = str(self._session.key) in sample.keys and not project.read_only
        self.good.setEnabled(shown)
        self.bad.setEnabled(shown)
