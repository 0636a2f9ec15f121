from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QWheelEvent
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.overlay import annotations
from app.overlay.joint_hit import LABEL, JointHit
from app.overlay.overlay import Overlay
from app.overlay.readings import sample_outline
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.colors import DARK, STANDARD, to_rgb
from app.window.disposal import dispose
from core.project.flags import Flag

pytestmark = pytest.mark.window

Invoked = list[tuple[str, dict[str, object]]]


@pytest.fixture
def overlay(qtbot: QtBot, shown: Session, invoked: Callable[..., None]) -> Iterator[Overlay]:
    """All of the picture at one screen pixel a pixel, labels alone."""
    for layer in shown.appearance.layers - {"image", "labels"}:
        shown.appearance.toggle_layer(layer)
    view = Overlay(shown, invoked)
    view.resize(1100, 1100)
    with qtbot.waitExposed(view):
        view.show()
    view.fit_picture()
    yield view
    view.ignore()
    dispose(view)


def locate(overlay: Overlay, pixel: np.ndarray) -> QPoint:
    return overlay.view.viewportTransform().map(QPointF(*map(float, pixel))).toPoint()


def read_color(overlay: Overlay, pixel: np.ndarray) -> tuple[int, int, int]:
    image: QImage = overlay.view.viewport().grab().toImage()
    color = image.pixelColor(locate(overlay, pixel))
    return color.red(), color.green(), color.blue()


def is_near(color: tuple[int, int, int], wanted: str) -> bool:
    return bool(np.abs(np.subtract(color, to_rgb(wanted))).max() < 12)


def test_labels_are_drawn_in_their_colour_at_their_place(overlay: Overlay, frame: FrameData) -> None:
    for joint in (3, 6, 13, 16):
        assert is_near(read_color(overlay, frame.label_keypoints[joint]), STANDARD.label)


def test_a_hidden_layer_is_not_drawn(overlay: Overlay, shown: Session, frame: FrameData) -> None:
    shown.appearance.toggle_layer("labels")
    grey = QColor(*frame.image[0, 0]).name()
    assert is_near(read_color(overlay, frame.label_keypoints[3]), grey)


def test_a_regressors_joints_have_their_own_colour(
    overlay: Overlay, shown: Session, frame: FrameData
) -> None:
    shown.appearance.toggle_layer("labels")
    shown.appearance.toggle_layer("J_std")
    for joint in (3, 6, 13, 16):
        assert is_near(read_color(overlay, frame.joints_px["J_std"][joint]), STANDARD.joints("J_std"))


def test_a_flagged_label_is_struck_out(overlay: Overlay, shown: Session, frame: FrameData) -> None:
    shown.flags = (Flag(frame.key.subject, "RAnkle"),)
    shown.receive_frame(frame)
    around = [frame.label_keypoints[3] + (right, down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
    assert max(min(read_color(overlay, pixel)) for pixel in around) > 170, "white on red"
    assert is_near(read_color(overlay, frame.label_keypoints[6]), STANDARD.label)


def test_an_absent_label_is_not_drawn(overlay: Overlay, shown: Session, frame: FrameData) -> None:
    place = frame.label_keypoints[3].copy()
    keypoints = frame.label_keypoints.copy()
    keypoints[3] = np.nan
    shown.receive_frame(replace(frame, label_keypoints=keypoints))
    assert not is_near(read_color(overlay, place), STANDARD.label)


def test_a_missing_picture_leaves_nothing_of_the_one_before(
    overlay: Overlay, shown: Session, frame: FrameData
) -> None:
    corner = np.array([900.0, 100.0])
    grey = QColor(*frame.image[0, 0]).name()
    assert is_near(read_color(overlay, corner), grey)
    shown.receive_frame(replace(frame, image=None, image_note="it is missing"))
    assert not is_near(read_color(overlay, corner), grey)


def test_the_legend_does_not_lie_on_the_notice_that_there_is_no_picture(
    overlay: Overlay, shown: Session, frame: FrameData
) -> None:
    overlay.resize(400, 600)  # so narrow that they meet
    overlay._corner = 3  # lower left, and nothing else is in its way
    absent = np.full_like(frame.label_keypoints, np.nan)
    shown.receive_frame(replace(frame, label_keypoints=absent))
    overlay.grab()
    assert overlay._corner == 3
    overlay._note_corner = 3
    shown.receive_frame(replace(frame, label_keypoints=absent, image=None, image_note="it is missing"))
    overlay.grab()
    assert overlay._note_corner == 3
    assert overlay._corner != 3


def test_mask_and_silhouette_differ_in_two_colours(
    overlay: Overlay, shown: Session, frame: FrameData
) -> None:
    shown.appearance.toggle_layer("labels")
    shown.appearance.toggle_layer("image")
    shown.appearance.toggle_layer("difference")
    mask, body = np.zeros((224, 224), np.float32), np.zeros((224, 224), np.float32)
    mask[:, :150], body[:, 80:] = 1, 1
    shown.receive_frame(replace(frame, mask_crop=mask, silhouette_crop=body))

    def at(column: float) -> tuple[int, int, int]:
        return read_color(overlay, frame.crop[:2] + np.array([column, 200]) / frame.crop[2])

    missed, both, spilled = at(40), at(115), at(190)
    assert missed[0] > missed[2] > missed[1], "magenta"
    assert min(spilled[0], spilled[1]) > spilled[2] + 40, "yellow"
    assert max(both) < 60


def test_the_wireframe_covers_the_body(overlay: Overlay, shown: Session, frame: FrameData) -> None:
    shown.appearance.toggle_layer("labels")
    before = overlay.view.viewport().grab().toImage()
    shown.appearance.toggle_layer("mesh")
    after = overlay.view.viewport().grab().toImage()
    changed = [
        before.pixel(locate(overlay, pixel)) != after.pixel(locate(overlay, pixel))
        for pixel in frame.vertices_px[::50]
    ]
    assert np.mean(changed) > 0.4  # those of the front


def test_pointing_names_the_joint(overlay: Overlay, frame: FrameData, qtbot: QtBot) -> None:
    with qtbot.waitSignal(overlay.hovered) as signal:
        QTest.mouseMove(overlay.view.viewport(), locate(overlay, frame.label_keypoints[6]))
    assert signal.args == [JointHit(LABEL, 6)]


def test_a_click_selects_the_joint(overlay: Overlay, frame: FrameData, invoked: Invoked) -> None:
    viewport = overlay.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=locate(overlay, frame.label_keypoints[6]))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=locate(overlay, np.array([950.0, 60])))
    assert invoked == [("joint.select", {"joint": 6}), ("joint.select", {"joint": None})]


def test_the_wheel_zooms_about_the_pointer(overlay: Overlay) -> None:
    position = QPointF(400, 300)
    before, zoom = overlay.view.map_to_picture(position), overlay.view.zoom
    for _ in range(4):
        event = QWheelEvent(
            position,
            overlay.view.mapToGlobal(position),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        overlay.view.wheelEvent(event)
    assert overlay.view.zoom > 1.8 * zoom
    np.testing.assert_allclose(overlay.view.map_to_picture(position), before, atol=3 / overlay.view.zoom)


def test_the_person_is_followed_until_the_user_takes_the_view(
    overlay: Overlay, shown: Session, frame: FrameData
) -> None:
    overlay.fit_person()
    seen = overlay.view.map_to_picture(QPointF(overlay.view.viewport().rect().center()))
    side = 224 / frame.crop[2]
    np.testing.assert_allclose(seen, frame.crop[:2] + side / 2, atol=3)


def test_switches_invoke_commands(overlay: Overlay, invoked: Invoked) -> None:
    overlay.bar.switches["mask"].click()
    assert invoked == [("layer.toggle", {"layer": "mask"})]
    assert not overlay.bar.switches["mask"].isChecked()  # nobody carried the command out


def test_before_the_first_frame_it_says_what_is_read(
    qtbot: QtBot, session: Session, invoked: Callable[..., None]
) -> None:
    view = Overlay(session, invoked)
    qtbot.addWidget(view)
    view.resize(500, 500)
    view.show()
    image = view.view.viewport().grab().toImage()
    colors = {image.pixelColor(x, 225).name() for x in range(image.width())}
    assert len(colors) > 3, f"only {DARK.canvas} is there"


def test_a_missing_picture_is_told_of_where_the_body_is_not(
    overlay: Overlay, shown: Session, frame: FrameData
) -> None:
    overlay.resize(344, 480)
    overlay.fit_person()
    shown.receive_frame(replace(frame, image=None, image_note="this picture is being drawn"))
    overlay.grab()
    plates: list[QRectF] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(annotations, "_draw_plate", lambda painter, plate, **_: plates.append(QRectF(plate)))
        overlay.grab()
    note = plates[0]
    transform = overlay.view.viewportTransform()
    body = [transform.map(point) for point in sample_outline(frame)]
    assert len(body) > 50
    assert sum(note.contains(point) for point in body) < 0.05 * len(body)
