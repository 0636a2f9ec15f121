"""The regressors: what each says of the shown frame, which are drawn, painted, refitted and accepted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QModelIndex, QSize, Qt
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
)
from superqt import QElidingLabel

from app.panels.error_table import UNITS, ErrorTable, TintDelegate
from app.panels.finding_card import choose_refit
from app.panels.panel import Panel
from app.panels.turned_header import TurnedHeader
from app.panels.version_button import VersionButton
from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import make_button, make_choice, make_label, make_line, make_note, make_tool, set_role
from app.theme.current import data_colors, shades_of
from app.theme.icons import chip, icon
from app.theme.spacing import GAP, ICON, TIGHT, WIDE
from core.regressor.effect_sentences import describe_effect, summarise_effect

_SUMMARISED = 3  # joints whose change by the flags is told in a line each


class RegressorsPanel(Panel):
    """Compares regressors joint by joint, starts refits, and tells which version of each is accepted.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self.eyes: dict[str, QToolButton] = {}
        self.brushes: dict[str, QToolButton] = {}
        self.versions: dict[str, VersionButton] = {}
        self.marks: dict[str, QLabel] = {}
        self.names: dict[str, QElidingLabel] = {}
        self.stale = make_note()
        set_role(self.stale, "warning")
        self.effect = make_note()
        self.compare = QCheckBox("Tell what the flags changed")
        self.compare.setToolTip(
            "Fit once more with the flagged labels, and judge both by labels that nobody doubts, of subjects "
            "that neither has seen"
        )
        self.compare.setChecked(True)
        self._list = QGridLayout()
        self._list.setHorizontalSpacing(GAP)
        self._list.setVerticalSpacing(0)
        self._list.setColumnStretch(1, 1)
        self.model = ErrorTable(session)
        self.table = QTableView()
        self.table.setModel(self.model)
        self._build_table()
        self.units = QButtonGroup(self)
        self.minus = make_choice("Regressor to take off the others")
        self.minus.setToolTip("Take one regressor's errors, and its painted weights, off the others'")
        self.minus.activated.connect(lambda: self._take_off(self.minus.currentData()))
        self.source = make_choice("Bodies to refit from")
        self.name = make_choice("Name of the refitted regressor")
        self.name.setEditable(True)
        self._form_touched = False
        self.source.activated.connect(self._keep_form)
        self.name.lineEdit().textEdited.connect(self._keep_form)
        self.name.activated.connect(self._keep_form)
        self.refit = make_button("Refit")
        self.refit.clicked.connect(self._refit)
        self.note = make_note()
        self._lay_out()
        self.listen()

    def _build_table(self) -> None:
        self.table.setAccessibleName("Errors of the shown frame")
        self.table.setTabKeyNavigation(False)  # Tab leaves the table
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setCornerButtonEnabled(False)
        self.table.setShowGrid(False)
        self.table.setItemDelegate(TintDelegate(self.table))
        self.table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.setIconSize(QSize(12, 12))
        self.table.setHorizontalHeader(TurnedHeader(self.session))
        rows = self.table.verticalHeader()
        rows.setDefaultSectionSize(22)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.clicked.connect(self._select)
        rows.sectionClicked.connect(lambda row: self._select(self.model.index(row, 0)))

    def _lay_out(self) -> None:
        units = QHBoxLayout()
        units.setSpacing(TIGHT)
        heading = make_label("Error", "heading")
        heading.setToolTip(
            "Distance to the label; in millimetres in the camera's frame, once the pelvises are in one place"
        )
        units.addWidget(heading)
        units.addWidget(make_label("minus", "muted"))
        units.addWidget(self.minus, 1)
        for unit in UNITS:
            button = QToolButton()
            button.setText(unit)
            button.setCheckable(True)
            button.setChecked(unit == self.model.unit)
            button.clicked.connect(partial(self._set_unit, unit))
            self.units.addButton(button)
            units.addWidget(button)
        form = QGridLayout()
        form.setHorizontalSpacing(GAP)
        form.setVerticalSpacing(TIGHT)
        form.setColumnStretch(1, 1)
        form.addWidget(make_label("Bodies", "muted"), 0, 0)
        form.addWidget(self.source, 0, 1)
        form.addWidget(make_label("Name", "muted"), 1, 0)
        form.addWidget(self.name, 1, 1)
        form.addWidget(self.compare, 2, 0, 1, 3)
        form.addWidget(self.refit, 0, 2, 2, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addLayout(self._list)
        column.addWidget(self.stale)
        column.addWidget(self.effect)
        column.addWidget(make_line())
        column.addLayout(units)
        column.addWidget(self.table, 1)
        column.addWidget(make_line())
        column.addWidget(make_label("Refit", "heading"))
        column.addLayout(form)
        column.addWidget(self.note)

    def refresh(self, change: Change) -> None:
        """Follow regressors, paint, the shown frame's errors, the flags and the theme."""
        if change & (Change.REGRESSORS | Change.THEME) and (
            change & Change.THEME or list(self.eyes) != list(self.session.regressors)
        ):
            self._list_regressors()
        if change & (Change.LAYERS | Change.REGRESSORS | Change.PAINT | Change.SELECTION | Change.THEME):
            self._show_switches()
        if change & (Change.REGRESSORS | Change.FLAGS | Change.FINDINGS | Change.THEME):
            self._show_fits()
        if change & (Change.REGRESSORS | Change.LAYERS):
            self._show_effect()
        if change & Change.REGRESSORS:
            for version in self.versions.values():
                version.show_version()
        if change & (Change.REGRESSORS | Change.HEAT):
            self._show_minus()
        if change & (
            Change.FRAME_DATA
            | Change.ITERATION
            | Change.REGRESSORS
            | Change.THEME
            | Change.LAYERS
            | Change.HEAT
        ):
            self.model.reload()
        if change & Change.LAYERS:
            self.model.headerDataChanged.emit(
                Qt.Orientation.Horizontal, 0, max(self.model.columnCount() - 1, 0)
            )
        if change & Change.SELECTION:
            self._show_selection()
        if change & (
            Change.FLAGS | Change.FINDINGS | Change.REGRESSORS | Change.JOBS | Change.RUNS | Change.THEME
        ):
            self._show_form()

    def _list_regressors(self) -> None:
        _clear(self._list)
        self.eyes, self.brushes, self.versions, self.marks = {}, {}, {}, {}
        self.names = {}
        for line, name in enumerate(self.session.regressors):
            label = QElidingLabel(name)
            label.setElideMode(Qt.TextElideMode.ElideMiddle)  # names mostly differ at their ends
            eye, brush = make_tool(f"Show {name}", checkable=True), make_tool("", checkable=True)
            eye.setIcon(chip(data_colors().joints(name)))
            brush.setIcon(icon("paint", shades_of(self.session)))
            eye.clicked.connect(
                lambda shown, name=name: self.invoke("regressor.show", name=name, shown=shown)
            )
            brush.clicked.connect(partial(self._paint, name))
            self.eyes[name], self.brushes[name] = eye, brush
            self._list.addWidget(eye, line, 0)
            self.names[name] = label
            self._list.addWidget(label, line, 1)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
            self.versions[name] = VersionButton(self.session, name, self.invoke)
            self.marks[name] = make_label()
            self._list.addWidget(self.marks[name], line, 2)
            self._list.addWidget(self.versions[name], line, 3, left)
            self._list.addWidget(brush, line, 4)

    def _show_fits(self) -> None:
        """Mark the regressors that were fitted with other flags than those of now."""
        shades, changed = shades_of(self.session), {}
        for name, mark in self.marks.items():
            flags = self.session.fits.find(name)
            told = f"{name} was {flags.sentence}" if flags is not None else name
            if stale := flags is not None and flags.changed:
                changed[name] = told
            for widget in (self.names[name], mark):
                widget.setToolTip(told)
            mark.setPixmap(icon("warning", shades, color=shades.warning).pixmap(ICON, ICON))
            mark.setVisible(stale)
        if len(changed) > 1:
            *most, last = changed
            self.stale.setText(f"Flags have changed since {', '.join(most)} and {last} were fitted.")
        else:
            self.stale.setText("".join(f"{told}." for told in changed.values()))
        self.stale.setToolTip("\n".join(changed.values()))
        self.stale.setVisible(bool(changed))

    def _show_effect(self) -> None:
        """What leaving flagged labels out did to the last drawn of the regressors that were asked for it."""
        effects = {
            name: regressor.provenance["with_flagged"]
            for name, regressor in self.session.regressors.items()
            if name in self.session.appearance.layers and regressor.provenance.get("with_flagged")
        }
        self.effect.setVisible(bool(effects))
        if not effects:
            return
        name = list(effects)[-1]
        lines = [summarise_effect(effect) for effect in effects[name][:_SUMMARISED]]
        if (more := len(effects[name]) - _SUMMARISED) > 0:
            lines.append(f"and {more} more joints")
        heading = f"{name} with → without flagged labels, judged by subjects left out of the fit:"
        self.effect.setText("\n".join((heading, *lines)))
        self.effect.setToolTip("\n\n".join(map(describe_effect, effects[name])))

    def _show_switches(self) -> None:
        joint = self.session.selection or 0
        joint_name = self.session.project.joint_set.names[joint]
        for name, eye in self.eyes.items():
            shown = name in self.session.appearance.layers
            eye.setChecked(shown)
            eye.setIcon(chip(data_colors().joints(name), hollow=not shown))
            brush = self.brushes[name]
            brush.setChecked(self.session.paint is not None and self.session.paint.regressor == name)
            brush.setToolTip(f"Paint the weights of {name}, {joint_name}, on the mesh")

    def _show_minus(self) -> None:
        """The same choice as the one of all frames' errors."""
        names = list(self.session.regressors)
        if [self.minus.itemData(number) for number in range(self.minus.count())] != [None, *names]:
            self.minus.clear()
            self.minus.addItem("nothing", None)
            for name in names:
                self.minus.addItem(name, name)
        self.model.minus = self.session.errors.minus
        self.minus.setCurrentIndex(self.minus.findData(self.model.minus))

    def _show_selection(self) -> None:
        if self.session.selection is None:
            self.table.clearSelection()
        else:
            self.table.selectRow(self.session.selection)

    def _show_form(self) -> None:
        sources = ["initial", *self.session.runs]
        for box, choices in ((self.source, sources), (self.name, list(self.session.regressors))):
            if [box.itemText(number) for number in range(box.count())] != choices:
                chosen = box.currentText()
                box.clear()
                box.addItems(choices)
                if chosen:
                    box.setCurrentText(chosen)
        if not self._form_touched:
            proposed = choose_refit(self.session)
            self.source.setCurrentText(proposed["source"])
            self.name.setCurrentText(proposed["name"])
        count = len(self.session.flags)
        whose = f"{count} flags" if count != 1 else "one flag"
        self.compare.setVisible(bool(count))
        self.note.setText(f"The labels under {whose} are left out." if count else "No label is flagged.")
        busy = any(job.live and job.kind == "refit" for job in self.session.jobs)
        self.refit.setEnabled(not busy and not self.session.project.read_only)
        self.refit.setText("Refitting…" if busy else "Refit")

    def _keep_form(self) -> None:
        """A person chose what to refit: propose nothing any more."""
        self._form_touched = True

    def _set_unit(self, unit: str, _checked: bool) -> None:
        self.model.unit = unit
        self.model.reload()

    def _select(self, index: QModelIndex) -> None:
        joints = len(self.session.project.joint_set)
        self.invoke("joint.select", joint=index.row() if index.row() < joints else None)

    def _paint(self, name: str, painted: bool) -> None:
        if painted:
            joint = self.session.project.joint_set.names[self.session.selection or 0]
            self.invoke("regressor.paint", name=name, joint=joint, minus=self.session.errors.minus)
        else:
            self.invoke("regressor.paint")
        self._show_switches()

    def _take_off(self, minus: str | None) -> None:
        self.invoke("errors.show", minus=minus)
        paint = self.session.paint
        if paint is not None:
            joint = self.session.project.joint_set.names[paint.joint]
            self.invoke("regressor.paint", name=paint.regressor, joint=joint, minus=minus)

    def _refit(self) -> None:
        self.invoke(
            "regressor.refit",
            source=self.source.currentText(),
            name=self.name.currentText().strip(),
            compare=self.compare.isChecked(),
        )


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
