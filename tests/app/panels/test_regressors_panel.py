"""Errors of the shown frame, and regressors shown, painted and refitted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from app.panels.flags_panel import FlagsPanel
from app.panels.regressors_panel import RegressorsPanel
from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
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
        ("regressor.refit", {"source": "initial", "name": "J_mine"}),
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
