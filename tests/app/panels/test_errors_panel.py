"""The heat map of errors leads to frames."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.panels.errors_panel import ErrorsPanel
from app.session.session import Session

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
