from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from app.session.optimisation import Energies, OptimisationState
from app.session.session import Session
from app.timeline.timeline import Timeline

pytestmark = pytest.mark.window

Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


def test_dragging_on_the_frame_axis_scrubs(build: View, shown: Session, invoked: Invoked) -> None:
    timeline = build(Timeline)
    axes = timeline.axes
    shot = shown.project.keys.shot_of(shown.row)
    x = round(axes.frame_axis.middle(shot.stop - shot.start - 1))
    QTest.mousePress(axes, Qt.MouseButton.LeftButton, pos=QPoint(x, 22))
    QTest.mouseMove(axes, QPoint(x + 1, 22))
    QTest.mouseRelease(axes, Qt.MouseButton.LeftButton, pos=QPoint(x + 1, 22))
    assert invoked == [("frame.go", {"key": str(shown.project.keys[shot.stop - 1])})]


def test_the_iteration_axis_goes_no_further_than_the_run(
    build: View, shown: Session, run_of: Callable[..., OptimisationState], invoked: Invoked
) -> None:
    timeline = build(Timeline)
    energies = tuple(Energies(n, {"joint": 1.0}, {"joint": 1.0}, 1.0) for n in range(11))
    shown.set_optimisation(run_of(shown, iteration=10, shown=10, energies=energies))
    axes = timeline.axes
    position = QPoint(round(axes.iteration_axis.middle(80)), axes.height() - 16)
    QTest.mouseClick(axes, Qt.MouseButton.LeftButton, pos=position)
    assert invoked == [("iteration.go", {"n": 10})]


def test_transport_buttons_invoke_commands(build: View, invoked: Invoked) -> None:
    timeline = build(Timeline)
    for button in (timeline.previous, timeline.play, timeline.next):
        button.click()
    assert [command for command, _ in invoked] == ["frame.previous", "playback.toggle", "frame.next"]
