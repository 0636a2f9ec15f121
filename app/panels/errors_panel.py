"""Mean errors over the whole project, as a heat map whose cells lead to the frames behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.panels.heat_map import HeatMap, HeatTable
from app.panels.panel import Panel
from app.panels.progress_line import ProgressLine
from app.session.changes import Change
from app.session.session import Session
from app.session.survey import Grouping, name_group
from app.theme.controls import make_choice, make_label, make_note
from app.theme.current import shades_of
from app.theme.spacing import GAP, TIGHT, WIDE

GROUPINGS: dict[Grouping, str] = {
    "subject": "Subject",
    "action": "Action",
    "camera": "Camera",
    "sequence": "Sequence",
}
_FULL = {"mm": 100.0, "px": 25.0}  # errors whose cells are coloured most
_FULL_DIFFERENCE = {"mm": 30.0, "px": 8.0}
_NOTHING = "nothing"


class ErrorsPanel(Panel):
    """Tabulates one regressor's errors, or the difference of two.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self._picked: tuple[int, int, int] = (-1, -1, 0)  # row, column, how often
        self.by = make_choice("What the columns are")
        for by, title in GROUPINGS.items():
            self.by.addItem(title, by)
        self.regressor = make_choice("Regressor")
        self.minus = make_choice("Regressor to take off")
        self.unit = make_choice("Unit")
        self.unit.addItems(list(_FULL))
        self.map = HeatMap("Errors of all frames")
        self.progress = ProgressLine()
        self.note = make_note()
        self._lay_out()
        for box in (self.by, self.regressor, self.minus, self.unit):
            box.activated.connect(lambda: self._ask())
        self.map.picked.connect(self._go)
        self.listen()

    def _lay_out(self) -> None:
        how = QHBoxLayout()
        how.setSpacing(TIGHT)
        how.addWidget(make_label("By", "muted"))
        how.addWidget(self.by, 3)
        how.addWidget(make_label("in", "muted"))
        how.addWidget(self.unit, 1)
        whose = QHBoxLayout()
        whose.setSpacing(TIGHT)
        whose.addWidget(self.regressor, 3)
        whose.addWidget(make_label("minus", "muted"))
        whose.addWidget(self.minus, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addWidget(make_label("Mean error of all frames", "heading"))
        column.addLayout(how)
        column.addLayout(whose)
        column.addWidget(self.progress)
        column.addWidget(self.map)
        column.addWidget(self.note)
        column.addStretch(1)

    def refresh(self, change: Change) -> None:
        """Follow what is measured, what is asked for, the shown frame and the theme."""
        if change & (Change.REGRESSORS | Change.HEAT | Change.LAYERS):
            self._show_choices()
        if change & (Change.SURVEY | Change.HEAT | Change.REGRESSORS | Change.LAYERS | Change.THEME):
            self._show_table()
        if change & (Change.SELECTION | Change.FRAME | Change.HEAT | Change.SURVEY):
            self._show_current()

    def _show_choices(self) -> None:
        board, names = self.session.errors, list(self.session.regressors)
        self.by.setCurrentIndex(self.by.findData(board.by))
        for box, choices, chosen in (
            (self.regressor, names, self.session.compared_regressor if names else ""),
            (self.minus, [_NOTHING, *names], board.minus or _NOTHING),
        ):
            if [box.itemText(number) for number in range(box.count())] != choices:
                box.clear()
                box.addItems(choices)
            box.setCurrentText(chosen)
            box.setToolTip(chosen)
        self.unit.setCurrentText(board.unit)

    def _show_table(self) -> None:
        board, survey = self.session.errors, self.session.errors.survey
        names = self.session.project.joint_set.names
        heat = board.tabulate(self.session.compared_regressor) if self.session.regressors else None
        signed = board.minus is not None
        if heat is None:
            self.map.set_table(HeatTable(), shades_of(self.session))
        else:
            full = _FULL_DIFFERENCE if signed else _FULL
            self.map.set_table(
                HeatTable(names, heat.groups, heat.values, full[board.unit], signed, board.unit),
                shades_of(self.session),
            )
        self.progress.setVisible(not survey.complete)
        self.progress.set_share(survey.done / survey.total if survey.total else 0.0)
        self.note.setText(self._describe(heat is not None))

    def _describe(self, known: bool) -> str:
        if not self.session.regressors:
            return "The project has no joint regressor to compare with the labels."
        survey = self.session.errors.survey
        if not known:
            return "The errors of all frames are being measured in the background."
        told = "Click a cell for its worst frame, again for the next shot's. Flagged labels count too."
        if self.session.errors.minus:
            told = "Below zero the first one is nearer to the labels. " + told
        return told if survey.complete else f"{survey.done} of {survey.total} frames measured. {told}"

    def _show_current(self) -> None:
        keys, board = self.session.project.keys, self.session.errors
        group = name_group(keys.shot_of(self.session.row), board.by)
        columns = self.map.table.columns
        self.map.set_current(self.session.selection, columns.index(group) if group in columns else None)

    def _ask(self) -> None:
        minus = self.minus.currentText()
        self.invoke(
            "errors.show",
            by=self.by.currentData(),
            regressor=self.regressor.currentText(),
            minus=None if minus == _NOTHING else minus,
            unit=self.unit.currentText(),
        )

    def _go(self, row: int, column: int) -> None:
        if not np.isfinite(self.map.table.values[row, column]):
            return
        same = self._picked[:2] == (row, column)
        rank = self._picked[2] + 1 if same else 0
        self._picked = (row, column, rank)
        self.invoke(
            "errors.go",
            joint=self.map.table.rows[row],
            group=self.map.table.columns[column],
            regressor=self.session.compared_regressor,
            rank=rank,
        )
