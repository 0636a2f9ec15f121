"""The tree of frames is filtered, clicked and counts flags."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QModelIndex

from app.panels.frame_tree import FrameTree
from app.session.session import Session
from core.project.flags import Flag

pytestmark = pytest.mark.window
Invoked = list[tuple[str, dict[str, object]]]
View = Callable[[type], object]


def find_texts(panel: FrameTree, parent: QModelIndex | None = None) -> list[str]:
    model = panel.view.model()
    parent = parent or QModelIndex()
    texts = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        texts += [index.data(), *find_texts(panel, index)]
    return texts


def test_the_tree_shows_every_shot_once(build: View, shown: Session) -> None:
    panel = build(FrameTree)
    shots = shown.project.keys.shots
    actions = {(shot.subject, shot.action) for shot in shots}
    assert len(find_texts(panel)) == len(shots) + len(actions) + len(shown.project.keys.subjects)


def test_the_filter_leaves_what_contains_it(build: View) -> None:
    panel = build(FrameTree)
    panel.filter_box.setText("S11")
    texts = find_texts(panel)
    assert texts[0] == "S11"
    assert "S1" not in texts
    assert "54138969" in texts


def test_a_click_on_a_camera_goes_to_the_same_frame_there(
    build: View, shown: Session, invoked: Invoked
) -> None:
    panel = build(FrameTree)
    key = shown.key
    path = (key.subject, key.action, "60457274")
    index = panel._proxy.mapFromSource(panel._items[path][0].index())
    panel.view.clicked.emit(index)
    assert invoked == [("frame.go", {"key": f"{key.subject}/{key.action}/60457274/{key.frame:06d}"})]


def test_flags_are_counted_on_subject_and_action(build: View, shown: Session) -> None:
    shown.flags = (Flag("S5", "RAnkle"), Flag("S5", "LWrist", action="Walking-2"))
    counts = build(FrameTree).count_flags()
    assert counts[("S5",)] == 2
    assert counts[("S5", "Walking-2")] == 1
