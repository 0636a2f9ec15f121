from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.colors import DARK, STANDARD, to_rgb
from app.viewport.camera_poses import Region
from app.viewport.graphics import probe_graphics
from app.viewport.viewport import Viewport
from app.window.disposal import dispose
from core.silhouette.coverage import cover

pytestmark = pytest.mark.window


@pytest.fixture
def viewport(qtbot: QtBot, shown: Session, invoked: Callable[..., None]) -> Iterator[Viewport]:
    """The body alone, through the frame's camera."""
    for layer in shown.appearance.layers:
        shown.appearance.toggle_layer(layer)
    view = Viewport(shown, invoked)
    view.resize(560, 500)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close_plotter()
    dispose(view)


def find_body(viewport: Viewport) -> np.ndarray:
    """Where the body is drawn, (H, W) bool: it is lighter than ground and grid."""
    picture = viewport.take_picture().astype(int)
    viewport.tiles[0].body.actor.SetVisibility(False)
    without = viewport.take_picture().astype(int)
    viewport.tiles[0].body.actor.SetVisibility(True)
    return np.abs(picture - without).sum(axis=2) > 12


def find_box(mask: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])


@pytest.mark.parametrize("close", [False, True])
def test_through_the_camera_the_body_lies_where_its_projection_lies(
    viewport: Viewport, shown: Session, frame: FrameData, close: bool
) -> None:
    side = float(224 / frame.crop[2])
    region = Region(0, 0, frame.camera.width, frame.camera.height)
    if close:
        region = Region(float(frame.crop[0]), float(frame.crop[1]), side, side)
    viewport.show_region(region)
    drawn = find_body(viewport)
    height, width = drawn.shape
    scale = min(width / region.width, height / region.height)
    middle = np.array([region.left + region.width / 2, region.top + region.height / 2])
    pixels = (frame.vertices_px - middle) * scale + np.array([width, height]) / 2
    coverage = cover(pixels[None].astype(np.float32), shown.mesh, height, width)[0]
    expected = coverage > 0.5

    assert np.abs(find_box(drawn) - find_box(expected)).max() <= 2
    # Drivers differ in what they draw where the body covers a part of a pixel.
    certain = (coverage < 0.02) | (coverage > 0.98)
    assert ((drawn != expected) & certain).sum() < 0.01 * expected.sum()


def test_a_moved_body_is_drawn_where_it_moved(viewport: Viewport, shown: Session, frame: FrameData) -> None:
    before = find_box(find_body(viewport))
    moved = frame.with_body(
        frame.vertices + np.float32([0.5, 0, 0]), regressors=shown.regressors, mesh=shown.mesh
    )
    shown.receive_frame(moved)
    after = find_box(find_body(viewport))
    assert after[0] - before[0] > 20
    assert abs(int(after[1]) - int(before[1])) <= 6


def test_joints_are_seen_through_the_body(viewport: Viewport, shown: Session, frame: FrameData) -> None:
    body = find_body(viewport)
    shown.appearance.toggle_layer("labels")
    picture = viewport.take_picture().astype(int)
    red = (picture[..., 0] > 150) & (picture[..., 1] < 110)
    assert (red & body).sum() > 50


def test_painted_weights_colour_the_vertices_that_carry_them(viewport: Viewport, shown: Session) -> None:
    shown.paint_regressor("J_std", 3)
    colors = viewport.tiles[0].body.colors
    carried = shown.regressors["J_std"].weights[3] > 0
    rest = shown.project.body().v_template
    far = np.linalg.norm(rest[:, None] - rest[carried], axis=-1).min(axis=1) > 0.12
    (ground,) = np.unique(colors[far], axis=0)
    assert (colors[carried] != ground).any(axis=1).all()
    shown.paint_regressor(None)
    colors = viewport.tiles[0].body.colors
    assert (colors == to_rgb(DARK.body)).all()


def test_a_difference_of_two_regressors_has_the_colours_of_both(viewport: Viewport, shown: Session) -> None:
    std = shown.regressors["J_std"]
    shown.regressors = {
        "J_std": std,
        "J_spin": replace(std, weights=std.weights[[0, 1, 2, 6, *range(4, 17)]]),
    }
    shown.paint_regressor("J_std", 3, minus="J_spin")
    colors = viewport.tiles[0].body.colors.astype(int)
    plain = np.array(to_rgb(DARK.plain))
    for row, name in ((3, "J_std"), (6, "J_spin")):
        heaviest = colors[std.weights[row].argmax()]
        assert np.abs(heaviest - to_rgb(STANDARD.joints(name))).sum() < np.abs(heaviest - plain).sum()
    assert viewport.legend.isVisibleTo(viewport)
    assert "Weights, RAnkle" in viewport.legend.accessibleName()


@pytest.mark.parametrize("view", ["front", "side", "top"])
def test_other_views_show_the_whole_person(viewport: Viewport, shown: Session, view: str) -> None:
    shown.appearance.set_camera_view(view)
    body = find_body(viewport)
    left, top, right, bottom = find_box(body)
    assert not viewport.looks_through_camera
    assert left > 0
    assert top > 0
    assert right < body.shape[1]
    assert bottom < body.shape[0]
    assert body.mean() > 0.03


def test_turning_by_hand_ends_the_exact_view_and_a_command_brings_it_back(
    viewport: Viewport, shown: Session
) -> None:
    exact = viewport.take_picture()
    viewport._turn_away()
    assert not viewport.looks_through_camera
    assert not any(button.isChecked() for button in viewport.bar.buttons.values())
    shown.appearance.set_camera_view("frame")
    assert viewport.looks_through_camera
    assert np.abs(viewport.take_picture().astype(int) - exact).mean() < 0.5


def test_a_hand_turns_pushes_and_zooms_and_a_click_points(
    viewport: Viewport, invoked: list[tuple[str, dict[str, object]]]
) -> None:
    assert viewport.canvas is not None
    widget, camera = viewport.canvas.widget, viewport.canvas.camera
    middle, far = widget.rect().center(), widget.rect().center() + QPoint(60, 25)

    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=middle)
    assert [command for command, _ in invoked] == ["vertex.select"], "the body stands in the middle"
    assert viewport.looks_through_camera, "a click turns nothing"

    before = camera.GetPosition()
    drag(widget, Qt.MouseButton.LeftButton, middle, far)
    assert not viewport.looks_through_camera
    assert np.linalg.norm(np.subtract(camera.GetPosition(), before)) > 0.2
    assert camera.GetViewUp() == (0, 0, 1)

    before, looked_at = camera.GetPosition(), camera.GetFocalPoint()
    drag(widget, Qt.MouseButton.MiddleButton, middle, far)
    shift = np.subtract(camera.GetFocalPoint(), looked_at)
    assert np.linalg.norm(shift) > 0.02
    np.testing.assert_allclose(np.subtract(camera.GetPosition(), before), shift, atol=1e-9)

    distance = camera.GetDistance()
    drag(widget, Qt.MouseButton.RightButton, far, middle)
    assert camera.GetDistance() < 0.9 * distance
    distance = camera.GetDistance()
    turn_wheel(widget, 240)
    assert camera.GetDistance() < 0.95 * distance
    assert len(invoked) == 1, "no drag is a click"


def drag(widget: QWidget, button: Qt.MouseButton, start: QPoint, end: QPoint) -> None:
    for kind, at, buttons in (
        (QEvent.Type.MouseButtonPress, start, button),
        (QEvent.Type.MouseMove, end, button),
        (QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton),
    ):
        where = QPointF(at)
        moved = QMouseEvent(
            kind,
            where,
            widget.mapToGlobal(where),
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, moved)


def turn_wheel(widget: QWidget, angle: int) -> None:
    where = QPointF(widget.rect().center())
    turned = QWheelEvent(
        where,
        widget.mapToGlobal(where),
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, turned)


def test_without_a_body_it_says_why(viewport: Viewport, shown: Session, frame: FrameData) -> None:
    shown.receive_frame(replace(frame, vertices=None, joints={}, body_note="spin has no body here"))
    assert viewport.notice.isVisible()
    assert "spin has no body here" in viewport.notice.text()
    shown.receive_frame(frame)
    assert not viewport.notice.isVisible()


def test_a_person_without_labels_is_still_looked_at(
    viewport: Viewport, shown: Session, frame: FrameData
) -> None:
    shown.receive_frame(replace(frame, label_joints=np.full((17, 3), np.nan)))
    shown.appearance.set_camera_view("front")
    assert find_body(viewport).mean() > 0.03


def test_buttons_invoke_commands(viewport: Viewport, invoked: list[tuple[str, dict[str, object]]]) -> None:
    viewport.bar.buttons["top"].click()
    assert invoked == [("camera.view", {"view": "top"})]


def test_what_draws_is_known_beside_another_view(viewport: Viewport) -> None:
    assert probe_graphics() == viewport.graphics
    assert probe_graphics().renderer != "unknown"
