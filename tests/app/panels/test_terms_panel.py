from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.terms_panel import TermsPanel
from app.session.optimisation import Energies, OptimisationState, Variant
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
    panel.transport.run.click()
    shown.set_optimisation(run_of(shown, status="running"))
    assert panel.transport.run.text() == "Pause"
    panel.transport.run.click()
    assert [command for command, _ in invoked] == ["optimize.start", "optimize.pause"]


def test_a_term_that_cannot_be_used_says_why(build: View, shown: Session, run_of: RunOf) -> None:
    panel = build(TermsPanel)
    reason = "no mask of the person"
    shown.set_optimisation(replace(run_of(shown), unavailable={"silhouette": reason}))
    row = panel.rows["silhouette"]
    assert row.reason.isVisible()
    assert row.reason.text() == reason
    assert reason in row.name.toolTip()
    assert not row.weight.isVisible()
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
    assert "iteration 4 of 100" in panel.transport.state.text()
    assert panel.rows["silhouette"].share.text() == "91 %"


def make_energies(count: int, **weighted: float) -> tuple[Energies, ...]:
    return tuple(Energies(n, dict(weighted), dict(weighted), sum(weighted.values())) for n in range(count))


def test_weights_of_every_size_fit_their_box(build: View, shown: Session) -> None:
    panel = build(TermsPanel)
    box = panel.rows["smoothness"].weight
    for weight, words in ((1000.0, "1000"), (0.013, "0.013"), (1e-5, "1e-05"), (1 / 3, "0.3333")):
        shown.set_terms(shown.terms.with_term("smoothness", weight=weight))
        assert box.text() == words
        assert box.fontMetrics().horizontalAdvance(words) < box.lineEdit().width()


def test_an_entry_of_the_legend_hides_its_curve(build: View, shown: Session, run_of: RunOf) -> None:
    panel = build(TermsPanel)
    energies = make_energies(3, joint=1.0, silhouette=2.0)
    shown.set_optimisation(run_of(shown, iteration=2, shown=2, energies=energies))
    panel.plot.draw_now()
    assert list(panel.chart.legend.entries) == ["joint", "silhouette", "total"]
    panel.chart.legend.entries["joint"].click()
    assert set(panel.plot._curves) == {"silhouette", "total"}
    panel.chart.legend.entries["joint"].click()
    assert set(panel.plot._curves) == {"joint", "silhouette", "total"}


def test_the_figures_are_those_under_the_pointer(build: View, shown: Session, run_of: RunOf) -> None:
    panel = build(TermsPanel)
    energies = tuple(Energies(n, {"joint": float(n)}, {"joint": 1.0}, float(n)) for n in range(9))
    shown.set_optimisation(run_of(shown, iteration=8, shown=8, energies=energies))
    assert panel.chart.readout.text().startswith("8: ")
    panel.plot.pointed.emit(3)
    assert panel.chart.readout.text().startswith("3: ")
    assert "<b>3</b>" in panel.chart.readout.text()
    panel.plot.pointed.emit(None)
    assert panel.chart.readout.text().startswith("8: ")


def test_variants_have_a_row_each_from_the_second_on(
    build: View, shown: Session, run_of: RunOf, invoked: Invoked
) -> None:
    panel = build(TermsPanel)
    run = run_of(shown, iteration=4, shown=4, energies=make_energies(5, joint=1.0, silhouette=1.0))
    shown.set_optimisation(run)
    assert panel.variants.isHidden()
    settings = shown.terms.with_term("silhouette", on=False)
    second = Variant("B", "", settings, parent="A", energies=make_energies(2, joint=1.0))
    shown.set_optimisation(run.with_variant(second))
    assert not panel.variants.isHidden()
    row = panel.variants.rows["B"]
    assert row.name.text() == "B  no silhouette"
    assert "forked from A at iteration 0" in row.toolTip()
    row.eye.click()
    row.remove.click()
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
    panel.transport.every.click()
    assert invoked == [
        ("optimize.hide", {"variant": "B"}),
        ("optimize.remove", {"variant": "B"}),
        ("optimize.choose", {"variant": "B"}),
        ("optimize.start", {"variants": "all"}),
    ]
    panel.plot.draw_now()
    assert set(panel.plot._curves) == {"joint", "silhouette", "total", "B"}
    shown.set_optimisation(run)
    assert panel.variants.isHidden()


def test_an_earlier_iteration_is_told_from_the_last(build: View, shown: Session, run_of: RunOf) -> None:
    panel = build(TermsPanel)
    shown.set_optimisation(run_of(shown, iteration=60, shown=20, energies=make_energies(61, joint=1.0)))
    assert panel.transport.state.text() == "iteration 20 of 100  ·  went on to 60"


def test_the_pace_stands_beside_the_iteration(build: View, shown: Session, run_of: RunOf) -> None:
    panel = build(TermsPanel)
    for pace, words in ((None, ""), (434.4, "430 it/s"), (1234.0, "1200 it/s"), (8.46, "8.5 it/s")):
        shown.set_optimisation(replace(run_of(shown, status="running", iteration=7, shown=7), pace=pace))
        assert panel.transport.pace.text() == words


def test_whatever_is_said_of_a_run_fits_the_narrowest_dock(
    build: View, shown: Session, run_of: RunOf
) -> None:
    panel = build(TermsPanel)
    for status in ("running", "paused", "done"):
        state = run_of(shown, status=status, iteration=1000, shown=100)
        shown.set_optimisation(replace(state, rows=(5, 6, 7, 8), pace=1234.0))
        state = run_of(shown, status=status, iteration=100, shown=100)
        shown.set_optimisation(replace(state, rows=(5, 6, 7, 8), pace=1234.0))
        assert panel.minimumSizeHint().width() <= 310
    shown.set_optimisation(replace(run_of(shown), phase="starting"))
    assert panel.transport.state.text() == "preparing this frame"
