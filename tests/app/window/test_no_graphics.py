"""Without any OpenGL the live run, the picture and the tables go on; only bodies in 3D are missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.viewport import viewport
from app.viewport.graphics import Graphics
from tests.app.window.conftest import Open

pytestmark = [pytest.mark.window, pytest.mark.slow]


def test_a_run_is_paused_taken_back_and_goes_on_without_opengl(
    open_window: Callable[[], Open], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(viewport, "probe_graphics", lambda: Graphics(""))
    opened = open_window()
    window, session = opened.window, opened.session
    assert window.viewport.plotter is None
    qtbot.waitUntil(lambda: session.frame_data is not None, timeout=60_000)
    before = session.shown.joints("J_std").copy()

    def click_run() -> None:
        QTest.mouseClick(window.terms.transport.run, Qt.MouseButton.LeftButton)

    # Many more iterations than it will do, so that it is paused in its midst.
    opened.registry.execute("optimize.step", {"n": 100_000})
    qtbot.waitUntil(lambda: session.optimisation.iteration > 20, timeout=120_000)
    assert window.terms.transport.run.text() == "Pause"
    click_run()
    qtbot.waitUntil(lambda: not session.optimisation.busy, timeout=60_000)
    assert session.optimisation.status in ("paused", "done")
    paused = session.optimisation.iteration
    assert 20 < paused < 100_000
    assert window.terms.transport.run.text() == "Run"
    qtbot.waitUntil(lambda: session.shown.snapshot.iteration == paused, timeout=60_000)
    assert abs(session.shown.joints("J_std") - before).max() > 0.001

    # What the paused run did is seen without a third dimension: joints in the picture, errors, curves.
    drawn = window.overlay.drawn_joints["J_std"]
    assert drawn == pytest.approx(session.shown.frame.joints_px["J_std"])
    error = session.shown.frame.errors_mm["J_std"][3]
    table = window.regressors.model
    assert float(table.data(table.index(3, 0))) == pytest.approx(error, abs=0.51)
    opened.registry.execute("iteration.go", {"n": 5})
    qtbot.waitUntil(lambda: session.shown.snapshot.iteration == 5, timeout=60_000)
    opened.registry.execute("optimize.step", {"n": 3})
    qtbot.waitUntil(lambda: not session.optimisation.busy, timeout=60_000)
    assert session.optimisation.iteration == 8
    window.grab_screenshot(tmp_path / "window.png")
    assert (tmp_path / "window.png").stat().st_size > 10_000
