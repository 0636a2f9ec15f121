"""A heat map is moved in and picked by mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.heat_map import HeatMap, HeatTable
from app.theme.colors import DARK

pytestmark = pytest.mark.window


def test_a_heat_map_is_moved_in_and_picked_by_keys(qtbot: QtBot) -> None:
    heat = HeatMap("errors")
    qtbot.addWidget(heat)
    heat.resize(300, 200)
    heat.set_table(HeatTable(("a", "b"), ("x", "y", "z"), np.arange(6.0).reshape(2, 3), 5.0), DARK)
    heat.show()
    with qtbot.waitSignal(heat.picked) as signal:
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
            QTest.keyClick(heat, key)
    assert signal.args == [1, 1]
    assert heat.describe(1, 2) == "b, z: 5.0 mm"
    assert heat.cell_at(QPointF(1, 1)) is None
    assert heat.color_of(5.0) != heat.color_of(0.0)


def test_tenths_are_written_of_differences_and_of_small_figures(qtbot: QtBot) -> None:
    heat = HeatMap("errors")
    qtbot.addWidget(heat)
    heat.resize(300, 200)
    values = np.array([[12.34, 3.21, -0.4]])
    heat.set_table(HeatTable(("a",), ("x", "y", "z"), values, 5.0), DARK)
    assert [heat._write(value) for value in values[0, :2]] == ["12", "3.2"]
    heat.set_table(HeatTable(("a",), ("x", "y", "z"), values, 5.0, signed=True), DARK)
    assert [heat._write(value) for value in (12.34, -0.4, -0.04)] == ["+12.3", "−0.4", "0.0"]
    heat.resize(round(heat._left) + 3 * 26, 200)
    heat._arrange()
    assert heat._write(12.34) == "+12"
