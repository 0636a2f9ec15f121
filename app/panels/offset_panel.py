"""Subjects by joints: where one subject's labels lie farther from the bodies than the others' do."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QVBoxLayout

from app.panels.heat_map import HeatMap, HeatTable
from app.panels.panel import Panel
from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import make_button, make_label, make_note
from app.theme.current import shades_of
from app.theme.spacing import GAP, WIDE
from core.project.finding import Finding
from core.types import FloatArray

_FULL_MM = 40.0


class OffsetPanel(Panel):
    """A heat map of how far each subject's labels lie from the other subjects', as the last audit found.

    Before an audit, of what each subject's joints have as mean error beyond the others' median. A cell with a
    finding has a ring and leads to it; the others lead to the frame behind them.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self._findings: dict[tuple[int, int], Finding] = {}
        self.map = HeatMap("Error beyond the other subjects'")
        self.map.picked.connect(self._go)
        self.note = make_note()
        self.save = make_button("Save the figure…")
        self.save.setToolTip("The matrix as it is printed: PNG, SVG or PDF")
        self.save.clicked.connect(lambda: invoke("job.export", what="matrix"))
        self._missed = Change(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, GAP, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addWidget(make_label("Beyond the other subjects, mm", "heading"))
        column.addWidget(self.map)
        column.addWidget(self.note)
        column.addWidget(self.save)
        column.addStretch(1)
        self.listen()

    def refresh(self, change: Change) -> None:
        """Follow what is measured, the findings, the shown frame and the theme."""
        if not self.isVisible():  # scrubbing need not wait for what nobody sees
            self._missed |= change
            return
        if change & (Change.SURVEY | Change.FINDINGS | Change.LAYERS | Change.HEAT | Change.THEME):
            self._show_table()
        if change & (Change.SELECTION | Change.FRAME | Change.SURVEY):
            subject, columns = self.session.key.subject, self.map.table.columns
            column = columns.index(subject) if subject in columns else None
            self.map.set_current(self.session.selection, column)

    def showEvent(self, event: QShowEvent | None) -> None:
        """Draw what was missed while it was hidden."""
        super().showEvent(event)
        missed, self._missed = self._missed, Change(0)
        self.refresh(missed)

    def _show_table(self) -> None:
        audited = bool(self.session.review.cells)
        self.save.setVisible(audited)
        if audited:
            self._show_audit()
        else:
            self._show_errors()

    def _show_audit(self) -> None:
        session = self.session
        joints, subjects = session.project.joint_set.names, tuple(session.project.keys.subjects)
        self._findings = self._place_findings(subjects)
        effects = np.full((len(joints), len(subjects)), np.nan)
        for cell in session.review.cells:
            effects[joints.index(cell["joint"]), subjects.index(cell["subject"])] = cell["effect_mm"]
        table = HeatTable(joints, subjects, effects, _FULL_MM, marked=frozenset(self._findings))
        self.map.set_table(table, shades_of(session))
        self.note.setText(
            f"{self._tell_rings()}How far the audit found each subject's labels from the other subjects', in "
            f"the frame of the bone, by the bodies of {session.review.bodies}."
        )

    def _show_errors(self) -> None:
        session = self.session
        survey, keys = session.errors.survey, session.project.keys
        name = session.compared_regressor if session.regressors else ""
        if name not in survey.errors:
            self.map.set_table(HeatTable(), shades_of(session))
            self.note.setText("The errors of all frames are being measured in the background.")
            return
        heat = survey.tabulate(keys, name, by="subject", with_flagged=True)
        self._findings = self._place_findings(heat.groups)
        table = HeatTable(
            session.project.joint_set.names,
            heat.groups,
            compare_subjects(heat.values),
            _FULL_MM,
            signed=True,
            marked=frozenset(self._findings),
        )
        self.map.set_table(table, shades_of(session))
        self.note.setText(
            f"{self._tell_rings()}Mean error of {name} on each joint, less the median of the other subjects' "
            "means. Run the audit to compare the labels themselves."
        )

    def _tell_rings(self) -> str:
        return "A ring is a finding: click it to go there. " if self._findings else ""

    def _place_findings(self, subjects: tuple[str, ...]) -> dict[tuple[int, int], Finding]:
        """The first finding on each cell that is about a joint of a subject in all its actions."""
        placed: dict[tuple[int, int], Finding] = {}
        for finding in self.session.review.findings:
            if finding.kind == "subject-offset" and finding.joint is not None and finding.subject in subjects:
                joint = self.session.project.joint_set.index(finding.joint)
                placed.setdefault((joint, subjects.index(finding.subject)), finding)
        return placed

    def _go(self, row: int, column: int) -> None:
        finding = self._findings.get((row, column))
        if finding is not None:
            self.invoke("finding.go", id=finding.id)
        else:
            self.invoke("errors.show", by="subject", minus=self.session.errors.minus)
            self.invoke("errors.go", joint=self.map.table.rows[row], group=self.map.table.columns[column])


def compare_subjects(values: FloatArray) -> FloatArray:
    """Each subject's mean error less the median of the others', (J, S) millimetres."""
    columns = range(values.shape[1])
    if len(columns) < 2:
        return np.full_like(values, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # joints that no other subject has measured stay NaN
        others = np.stack([np.delete(values, column, axis=1) for column in columns], axis=1)  # [J, S, S - 1]
        return values - np.nanmedian(others, axis=2)
