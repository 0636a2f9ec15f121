"""The heat map of errors leads to frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from app.panels.errors_panel import ErrorsPanel
from app.session.session import Session
from core.project.flags import Flag

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


def test_a_cell_leads_to_its_worst_frames_one_after_another(
    build: View, surveyed: Session, invoked: Invoked
) -> None:
    panel = build(ErrorsPanel)
    column = panel.map.table.columns.index("S5")
    for _ in range(2):
        panel.map.picked.emit(3, column)
    whose = {"joint": "RAnkle", "group": "S5", "regressor": "J_std"}
    assert invoked == [("errors.go", {**whose, "rank": 0}), ("errors.go", {**whose, "rank": 1})]


def test_a_cell_whose_labels_are_all_flagged_is_no_zero(
    build: View, surveyed: Session, invoked: Invoked
) -> None:
    survey = surveyed.errors.survey
    sifted = survey.errors["J_std"].copy()
    for number, shot in enumerate(surveyed.project.keys.shots):
        if shot.subject == "S5":
            sifted.erase(number, np.arange(17) == 3)
    surveyed.errors.receive(replace(survey, unflagged={"J_std": sifted}))
    surveyed.flags = (Flag("S5", "RAnkle"),)
    panel = build(ErrorsPanel)
    cell = (3, panel.map.table.columns.index("S5"))
    assert panel.map.table.flagged == {cell}
    told = panel.map.describe(*cell)
    assert told.startswith("RAnkle, S5: every label is flagged; ")
    assert told.endswith("flagged labels")
    assert "striped where none is left" in panel.note.text()
    panel.with_flagged.click()
    assert invoked == [("errors.flagged", {"counted": True})]
    surveyed.errors.count_flagged(True)
    assert not panel.map.table.flagged
    assert np.isfinite(panel.map.table.values[cell])
    assert "count too" in panel.note.text()
