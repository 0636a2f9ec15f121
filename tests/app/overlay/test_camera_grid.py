"""The cameras of an instant, side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.overlay.camera_grid import CameraGrid
from app.session.changes import Change
from app.session.frame_data import FrameData, load_frame
from app.session.session import Session

pytestmark = pytest.mark.window


def test_the_cameras_of_an_instant_change_together(
    qtbot: QtBot, shown: Session, frame: FrameData, invoked: Callable[..., None]
) -> None:
    grid = CameraGrid(shown, invoked)
    qtbot.addWidget(grid)
    grid.show()
    shown.appearance.show_all_cameras(True)
    grid.refresh(Change.everything())
    others = shown.companions.wanted
    rows = shown.project.keys.rows_at(frame.key.instant)
    assert sorted((*others, frame.row)) == rows.tolist()
    for row in others:
        assert all(tile.frame is None for tile in grid.tiles.values()), "not before all are there"
        loaded = load_frame(
            shown.project, row, source="initial", regressors=shown.regressors, mesh=shown.mesh
        )
        shown.companions.receive(loaded)
        grid.refresh(Change.COMPANIONS)
    assert [tile.frame.row for tile in grid.tiles.values() if tile.frame] == rows.tolist()
    shown.appearance.show_all_cameras(False)
    grid.refresh(Change.LAYERS)
    assert shown.companions.wanted == ()
