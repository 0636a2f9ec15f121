"""Mean errors over the whole project, as a heat map whose cells lead to the frames behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout

from app.panels.heat_map import HeatMap, HeatTable
from app.panels.panel import Panel
from app.panels.progress_line import ProgressLine
from app.session.changes import Change
from app.session.session import Session
from app.session.survey import Grouping, name_group
from app.session.survey import HeatMap as ErrorTable
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
        self.with_flagged = QCheckBox("Count flagged labels")
        self.with_flagged.clicked.connect(lambda counted: invoke("errors.flagged", counted=counted))
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
        column.addWidget(self.with_flagged)
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
        self.with_flagged.setChecked(board.with_flagged)

    def _show_table(self) -> None:
        board, survey = self.session.errors, self.session.errors.survey
        heat = board.tabulate(self.session.compared_regressor) if self.session.regressors else None
        if heat is None:
            self.map.set_table(HeatTable(), shades_of(self.session))
        else:
            self.map.set_table(self._make_table(heat), shades_of(self.session))
        self.progress.setVisible(not survey.complete)
        self.progress.set_share(survey.done / survey.total if survey.total else 0.0)
        self.note.setText(self._describe(heat is not None))

    def _make_table(self, heat: ErrorTable) -> HeatTable:
        board = self.session.errors
        signed = board.minus is not None
        notes = {}
        if board.survey.complete:
            told = f"there is no body of {board.survey.source} with a label"
            absent = zip(*np.nonzero(np.isnan(heat.with_flagged)), strict=True)
            notes = {(int(row), int(column)): told for row, column in absent}
        flagged = np.isnan(heat.values) & (heat.left_out > 0)
        for row, column in np.argwhere(heat.left_out > 0).tolist():
            count, error = heat.left_out[row, column], heat.with_flagged[row, column]
            written = (f"{error:+.1f}" if signed else f"{error:.1f}").replace("-", "−")
            labels = f"its {count} flagged labels" if count > 1 else "its one flagged label"
            notes[row, column] = f"{written} {board.unit} with {labels}"
        return HeatTable(
            self.session.project.joint_set.names,
            heat.groups,
            heat.values,
            (_FULL_DIFFERENCE if signed else _FULL)[board.unit],
            signed,
            board.unit,
            flagged=frozenset((row, column) for row, column in np.argwhere(flagged).tolist()),
            notes=notes,
        )

    def _describe(self, known: bool) -> str:
        if not self.session.regressors:
            return "The project has no joint regressor to compare with the labels."
        survey = self.session.errors.survey
        if not known:
            return "The errors of all frames are being measured in the background."
        told = f"{self._describe_flags()} Click a cell for its worst frame, again for the next shot's."
        if self.session.errors.minus:
            told = "Below zero the first one is nearer to the labels. " + told
        return told if survey.complete else f"{survey.done} of {survey.total} frames measured. {told}"

    def _describe_flags(self) -> str:
        """Whether flagged labels count, and how cells without any other look."""
        if self.session.errors.with_flagged:
            return "Flagged labels count too."
        if not self.session.visible_flags:
            return "No label is flagged."
        told = "Flagged labels are left out"
        return f"{told}; striped where none is left." if self.map.table.flagged else f"{told}."

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
        table = self.map.table
        if not np.isfinite(table.values[row, column]) and (row, column) not in table.flagged:
            return
        same = self._picked[:2] == (row, column)
        rank = self._picked[2] + 1 if same else 0
        self._picked = (row, column, rank)
        self.invoke(
            "errors.go",
            joint=table.rows[row],
            group=table.columns[column],
            regressor=self.session.compared_regressor,
            rank=rank,
        )
