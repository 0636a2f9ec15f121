"""Errors of the shown frame, and regressors shown, painted and refitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from app.panels.error_table import ErrorTable
from app.panels.flags_panel import FlagsPanel
from app.panels.regressors_panel import RegressorsPanel
from app.panels.turned_header import TurnedHeader
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.fonts import SMALL_POINTS, text_font
from core.optimize.refit import refit_regressor
from core.project.flags import Flag, add_flag
from core.project.project import Project
from core.project.regressor_store import RegressorVersion

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


def test_errors_of_the_shown_frame_fill_the_table(build: View, frame: FrameData) -> None:
    panel = build(RegressorsPanel)
    table = panel.model
    assert table.headerData(3, Qt.Orientation.Vertical) == "RAnkle"
    assert table.headerData(0, Qt.Orientation.Horizontal) == "J_std"
    # An error of three digits is written without decimals, which a narrow column would cut off.
    assert frame.errors_mm["J_std"][3] > 100
    assert table.data(table.index(3, 0)) == f"{frame.errors_mm['J_std'][3]:.0f}"
    assert table.data(table.index(17, 0)) == f"{np.nanmean(frame.errors_mm['J_std']):.1f}"
    panel.units.buttons()[1].click()
    assert table.data(table.index(3, 0)) == f"{frame.errors_px['J_std'][3]:.1f}"


def test_a_difference_and_a_long_name_have_room(qtbot: QtBot, shown: Session, frame: FrameData) -> None:
    def show(*names: str) -> None:
        shown.regressors = dict.fromkeys(names, shown.regressors["J_std"])
        errors = {name: frame.errors_mm["J_std"] + 12.34 * number for number, name in enumerate(names)}
        shown.frame_data = replace(frame, errors_mm=errors)
        shown.shown.forget()
        model.reload()

    table, model = QTableView(), ErrorTable(shown)
    qtbot.addWidget(table)
    header = TurnedHeader(shown)
    table.setHorizontalHeader(header)
    show("J_std", "J_a", "J_b", "J_c", "J_d")
    table.setModel(model)
    table.resize(220, 300)
    table.show()
    low = header.height()
    show("J_std", "J_a", "J_b", "J_c", "J_d", "J_before_all")
    assert header.height() > low
    metrics = QFontMetrics(text_font(SMALL_POINTS))
    title = metrics.elidedText("J_before_all", Qt.TextElideMode.ElideMiddle, header.room)
    assert title == "J_before_all"
    model.minus = "J_a"
    model.reload()
    assert [model.data(model.index(3, column)) for column in (0, 2, 3)] == ["−12", "+12", "+25"]


def test_regressors_are_shown_painted_and_refitted_by_commands(
    build: View, shown: Session, invoked: Invoked
) -> None:
    shown.select_joint(3)
    panel = build(RegressorsPanel)
    panel.eyes["J_std"].click()
    panel.brushes["J_std"].click()
    panel.name.setCurrentText("J_mine")
    panel.refit.setEnabled(True)  # the project of this test is read-only
    panel.refit.click()
    assert invoked == [
        ("regressor.show", {"name": "J_std", "shown": False}),
        ("regressor.paint", {"name": "J_std", "joint": "RAnkle", "minus": None}),
        ("regressor.refit", {"source": "initial", "name": "J_mine", "compare": True}),
    ]


def test_a_refit_is_proposed_from_what_was_audited_until_a_person_chooses(
    build: View, shown: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = build(RegressorsPanel)
    assert (panel.source.currentText(), panel.name.currentText()) == ("initial", "J_spin")
    monkeypatch.setattr(shown, "runs", ("four_views",))
    monkeypatch.setattr(shown.review, "bodies", "four_views")
    panel.refresh(Change.FINDINGS)
    assert (panel.source.currentText(), panel.name.currentText()) == ("four_views", "J_opt")
    panel.name.lineEdit().clear()
    QTest.keyClicks(panel.name.lineEdit(), "J_mine")
    panel.refresh(Change.FINDINGS)
    assert panel.name.currentText() == "J_mine"


def test_a_version_is_accepted_from_its_menu(build: View, shown: Session, invoked: Invoked) -> None:
    shown.versions["J_std"] = tuple(
        RegressorVersion("J_std", number, "2026-01-02T03:04:05+00:00", number == 1) for number in (1, 2)
    )
    button = build(RegressorsPanel).versions["J_std"]
    assert button.text() == "v1 of 2"
    assert "version 2 is newer, and not accepted" in button.toolTip()
    menu = button.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    newest, accepted, _line, always = menu.actions()
    assert (accepted.isChecked(), newest.isChecked(), always.isChecked()) == (True, False, False)
    for action in (newest, always):
        action.setEnabled(True)  # the project is open read-only
        action.trigger()
    assert invoked == [
        ("regressor.accept", {"name": "J_std", "version": 2}),
        ("regressor.withdraw", {"name": "J_std"}),
    ]
    shown.versions["J_std"] = shown.versions["J_std"][1:]
    shown.changed.emit(Change.REGRESSORS)
    assert button.text() == "v2"


def test_a_read_only_project_offers_no_edit(build: View) -> None:
    assert not build(RegressorsPanel).refit.isEnabled()
    assert not build(FlagsPanel).flag.isEnabled()


def test_a_regressor_that_was_fitted_with_other_flags_is_marked(
    qtbot: QtBot, project_copy: Path, invoked: Invoked
) -> None:
    with Project.open(project_copy) as project:
        refit_regressor(project, source="initial", name="J_spin")
        session = Session(project)
        panel = RegressorsPanel(session, invoked)
        qtbot.addWidget(panel)
        panel.show()
        assert not panel.stale.isVisible()
        assert panel.names["J_spin"].toolTip() == "J_spin was fitted with no label flagged"

        flag = add_flag(project, Flag("S5", "RAnkle", None, None, "slid"))
        session.refresh_edits()
        told = "J_spin was fitted with no label flagged; flags have changed since: S5 RAnkle flagged now"
        assert panel.marks["J_spin"].isVisible()
        assert not panel.marks["J_std"].isVisible()
        assert panel.stale.text() == f"{told}."
        tip = Qt.ItemDataRole.ToolTipRole
        assert told in [panel.model.headerData(column, Qt.Orientation.Horizontal, tip) for column in range(2)]

        project.journal.undo()
        session.refresh_edits()
        assert not panel.marks["J_spin"].isVisible()
        # Where others' decisions are hidden, their flags are not told of either.
        add_flag(project, replace(flag, reviewer="somebody else", finding="subject-offset:S5:RAnkle"))
        session.refresh_edits()
        assert panel.stale.isVisible()
        session.review_blindly(True)
        session.refresh_edits()
        assert not panel.stale.isVisible()
        panel.ignore()


def test_the_row_of_a_flagged_joint_is_marked_and_says_why(
    build: View, shown: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = build(RegressorsPanel).model
    vertical, icon, tip = Qt.Orientation.Vertical, Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.ToolTipRole
    assert table.headerData(3, vertical, icon) is None
    flags = (Flag("S5", "RAnkle", reason="slid"), Flag("S1", "RAnkle", reason="slid"))
    monkeypatch.setattr(shown.project, "flags", lambda: list(flags))
    shown.refresh_flags()
    subject = shown.key.subject
    assert subject in {flag.subject for flag in flags}
    assert table.headerData(3, vertical, icon) is not None
    assert table.headerData(3, vertical, tip) == f"Flagged: {subject}, all actions. slid"
    for other in (2, 4, 17):
        assert table.headerData(other, vertical, icon) is None
        assert table.headerData(other, vertical, tip) is None


def test_what_the_flags_changed_is_told_of_the_last_drawn_regressor(build: View, shown: Session) -> None:
    effect = {
        "joint": "LAnkle",
        "moved_mm": 6.2,
        "with_mm": 9.8,
        "without_mm": 6.7,
        "nearer_mm": 3.1,
        "interval_mm": [-0.4, 6.6],
        "subjects": ["S1", "S6", "S7"],
    }
    plain = shown.regressors["J_std"]
    panel = build(RegressorsPanel)
    assert not panel.effect.isVisible()
    shown.regressors = {"J_std": replace(plain, provenance={**plain.provenance, "with_flagged": [effect]})}
    shown.changed.emit(Change.REGRESSORS)
    assert "left ankle 9.8 → 6.7 mm, 3.1 nearer (95% −0.4 to 6.6)" in panel.effect.text()
    assert "6.2 mm and lies 3.1 mm nearer to" in panel.effect.toolTip()
    assert panel.effect.toolTip().endswith("cannot settle it.")
    shown.appearance.toggle_layer("J_std", shown=False)
    assert not panel.effect.isVisible()
