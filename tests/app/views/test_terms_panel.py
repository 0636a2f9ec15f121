from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.terms_panel import TermsPanel
from app.session.optimisation import Energies, OptimisationState
from app.session.session import Session

pytestmark = pytest.mark.window

Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]
RunOf = Callable[..., OptimisationState]


def test_a_terms_switch_and_weight_invoke_commands(build: View, invoked: Invoked) -> None:
    panel = build(TermsPanel)
    QTest.mouseClick(panel.rows["silhouette"].switch, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    panel.rows["joint"].weight.setValue(2.5)
    assert invoked == [
        ("term.toggle", {"term": "silhouette"}),
        ("term.weight", {"term": "joint", "weight": 2.5}),
    ]


def test_the_run_button_runs_and_then_pauses(
    build: View, shown: Session, run_of: RunOf, invoked: Invoked
) -> None:
    panel = build(TermsPanel)
    panel.run.click()
    shown.set_optimisation(run_of(shown, status="running"))
    assert panel.run.text() == "Pause"
    panel.run.click()
    assert [command for command, _ in invoked] == ["optimize.start", "optimize.pause"]


def test_a_term_that_cannot_be_used_says_why(build: View, shown: Session, run_of: RunOf) -> None:
    panel = build(TermsPanel)
    reason = "no mask of the person"
    shown.set_optimisation(replace(run_of(shown), unavailable={"silhouette": reason}))
    row = panel.rows["silhouette"]
    assert row.reason.isVisible()
    assert row.reason.text() == reason
    assert not row.switch.isEnabled()


def test_energies_are_drawn_as_they_come(build: View, shown: Session, run_of: RunOf, qtbot: QtBot) -> None:
    panel = build(TermsPanel)
    assert panel.plot.isHidden()
    energies = tuple(
        Energies(n, {"joint": 1 / (n + 1), "silhouette": 2.0}, {"joint": 1.0, "silhouette": 2.0}, 3.0)
        for n in range(5)
    )
    shown.set_optimisation(run_of(shown, iteration=4, shown=4, energies=energies))
    assert not panel.plot.isHidden()
    qtbot.waitUntil(lambda: bool(panel.plot._curves))
    assert set(panel.plot._curves) == {"joint", "silhouette", "total"}
    x, y = panel.plot._curves["joint"].getOriginalDataset()
    np.testing.assert_allclose(x, range(5))
    np.testing.assert_allclose(y, 1 / np.arange(1, 6))
    assert "iteration 4 of 100" in panel.state.text()
    assert panel.rows["silhouette"].share.text() == "91 %"
