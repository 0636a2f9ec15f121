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
