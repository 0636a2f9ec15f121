"""Which findings are listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PyQt6.QtWidgets import QComboBox, QGridLayout, QWidget

from app.panels.finding_table import KINDS, VERDICTS
from app.session.session import Session
from app.theme.controls import make_choice
from app.theme.spacing import TIGHT

_DECISIONS = {
    "open": "not reviewed",
    "accepted": "accepted",
    "rejected": "rejected",
    "undecided": "undecided",
}


class FindingFilters(QWidget):
    """One list a part of the filter; the first entry of each lets all through.

    Args:
        session: whose filter is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._invoke = invoke
        project = session.project
        self.boxes: dict[str, QComboBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(TIGHT)
        choices: tuple[tuple[str, str, Mapping[Any, str]], ...] = (
            ("decision", "Decision", _DECISIONS),
            ("verdict", "Verdict", VERDICTS),
            ("kind", "Kind", KINDS),
            ("subject", "Subject", {name: name for name in project.keys.subjects}),
            ("joint", "Joint", {name: name for name in project.joint_set.names}),
        )
        for number, (part, everything, values) in enumerate(choices):
            box = make_choice(everything)
            box.addItem(everything, None)
            for value, title in values.items():
                box.addItem(title, value)
            box.activated.connect(self._ask)
            self.boxes[part] = box
            if number < 2:
                grid.addWidget(box, 0, 3 * number, 1, 3)
            else:
                grid.addWidget(box, 1, 2 * (number - 2), 1, 2)

    def show_filter(self) -> None:
        """Follow the session's filter."""
        for part, box in self.boxes.items():
            wanted = getattr(self._session.review.filter, part)
            box.setCurrentIndex(max(box.findData(wanted), 0))
            box.setToolTip(box.currentText())

    def _ask(self) -> None:
        self._invoke("finding.filter", **{part: box.currentData() for part, box in self.boxes.items()})
