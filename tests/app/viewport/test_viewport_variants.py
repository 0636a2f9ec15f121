"""The viewport on a live run: variants, displacement, pulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.session.frame_data import FrameData
from app.session.optimisation import BodySnapshot, OptimisationState, Variant
from app.session.run_view import Pulls
from app.session.session import Session
from app.theme.colors import DARK, to_rgb
from app.viewport.displacement import choose_scale
from app.viewport.tiling import arrange_tiles
from app.viewport.viewport import Viewport
from app.window.disposal import dispose

pytestmark = pytest.mark.window

MOVE = np.float32([0.25, 0, 0])


@pytest.fixture
def compared(shown: Session, frame: FrameData, run_of: Callable[..., OptimisationState]) -> Session:
    """A session with a live run in three variants, each a little further to the right."""
    for layer in shown.appearance.layers:
        shown.appearance.toggle_layer(layer)
    run = run_of(shown)
    for name in ("B", "C"):
        run = run.with_variant(Variant(name, "", shown.terms, parent="A"))
    shown.set_optimisation(run)
    shown.run_view.start = frame.vertices
    snapshots = {
        name: BodySnapshot(0, frame.vertices + number * MOVE, frame.row) for number, name in enumerate("ABC")
    }
    shown.show_snapshots(snapshots)
    return shown


@pytest.fixture
def viewport(qtbot: QtBot, compared: Session, invoked: Callable[..., None]) -> Iterator[Viewport]:
    view = Viewport(compared, invoked)
    view.resize(560, 500)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.close_plotter()
    dispose(view)


def test_side_by_side_every_variant_has_a_tile_of_its_own(viewport: Viewport, compared: Session) -> None:
    assert len(viewport.tiles) == 1
    compared.run_view.set_layout("split")
    assert len(viewport.tiles) == 3
    picture = viewport.take_picture().astype(int)
    height, width, _ = picture.shape
    places, _ = arrange_tiles(3, width, height)
    for place in places:
        tile = picture[
            round((1 - place.top) * height) : round((1 - place.bottom) * height),
            round(place.left * width) : round(place.right * width),
        ]
        assert (tile.min(axis=2) > 110).mean() > 0.02, "no body in a tile"
    compared.run_view.set_hidden("B", hidden=True)
    assert len(viewport.tiles) == 2
    compared.run_view.set_layout("single")
    assert len(viewport.tiles) == 1


def test_ghosts_stand_where_their_variants_do_and_in_their_colours(
    viewport: Viewport, compared: Session
) -> None:
    before = viewport.take_picture().astype(int)
    compared.run_view.set_layout("ghosts")
    after = viewport.take_picture()  # the legend below takes some of its height
    assert (after.astype(int).max(axis=2) > 60).mean() > 1.1 * (before.max(axis=2) > 60).mean()
    tile = viewport.tiles[0]
    painted = tile._ghosts["B"].colors
    assert (painted == to_rgb(DARK.variants["B"])).all()
    assert set(tile._ghosts) == {"B", "C"}
    shift = np.linalg.norm(tile._ghosts["B"].vertices - tile.body.vertices, axis=1)
    np.testing.assert_allclose(shift, 0.25, atol=0.01)
    assert [mark.name[0] for mark in viewport.legend._marks] == ["A", "B", "C"]
    assert [mark.color for mark in viewport.legend._marks] == [DARK.variants[name] for name in "ABC"]
    ground = np.array([to_rgb(DARK.body), to_rgb(DARK.variants["A"])])
    tinted = tile.body.colors.astype(int)
    assert (tinted >= ground.min(axis=0)).all()
    assert (tinted <= ground.max(axis=0)).all()
    assert (tinted != to_rgb(DARK.body)).any(axis=1).all()
    compared.run_view.set_hidden("C", hidden=True)
    assert set(tile._ghosts) == {"B"}


def test_colours_tell_how_far_the_body_has_moved(
    viewport: Viewport, compared: Session, frame: FrameData
) -> None:
    moved = frame.vertices.copy()
    moved[:100] += np.float32([0, 0.03, 0])
    compared.show_snapshots({"A": BodySnapshot(1, moved, frame.row)})
    compared.run_view.show_displacement(True)
    colors = viewport.tiles[0].body.colors
    assert (colors[200:] == to_rgb(DARK.body)).all()
    assert (colors[:100] != to_rgb(DARK.body)).any(axis=1).all()
    assert viewport.legend.isVisible()
    assert viewport._painter.scale is not None
    compared.run_view.show_displacement(False)
    assert (colors == to_rgb(DARK.body)).all()
    assert not viewport.legend.isVisible()


def test_arrows_point_along_the_pulls_and_the_longest_is_the_strongest(
    viewport: Viewport, compared: Session, frame: FrameData
) -> None:
    joints = np.zeros((17, 3))
    joints[3] = [0, 0, 2.0]
    joints[6] = [0, 0.5, 0]
    pulls = Pulls(0, frame.row, {"joint": joints, "silhouette": joints / 4}, {})
    compared.run_view.show_pulls("joints")
    compared.run_view.receive_pulls(pulls)
    arrows = viewport._find_arrows(compared.shown.frame)
    starts, moves = arrows["joint"]
    lengths = np.linalg.norm(moves, axis=1)
    assert np.isfinite(starts).all(axis=1).tolist() == [joint in (3, 6) for joint in range(17)]
    assert lengths[3] == pytest.approx(2 * lengths[6], rel=0.05), "lengths go with the square root"
    along = moves[3] / lengths[3]
    np.testing.assert_allclose(along, frame.camera.R[2], atol=0.05)
    assert [mark.name for mark in viewport.legend._marks] == ["Joints 80 %", "Silhouette 20 %"]
    compared.run_view.show_pulls("off")
    assert viewport._find_arrows(compared.shown.frame) == {}


def test_a_click_on_the_body_points_at_the_nearest_vertex(
    viewport: Viewport, invoked: list[tuple[str, dict[str, object]]], frame: FrameData
) -> None:
    tile = viewport.tiles[0]
    vertices = tile.body.vertices
    camera = -frame.camera.R.T @ frame.camera.t
    chest = int(np.argmin(np.linalg.norm(vertices - vertices.mean(axis=0), axis=1)))
    viewport.take_picture()
    renderer = tile.back
    renderer.SetWorldPoint(*vertices[chest], 1.0)
    renderer.WorldToDisplay()
    x, y, _ = renderer.GetDisplayPoint()
    assert viewport.canvas is not None
    viewport.canvas.pick(round(x), round(y))
    ((command, args),) = invoked
    assert command == "vertex.select"
    picked = vertices[int(str(args["vertex"]))]
    towards = (vertices[chest] - camera) / np.linalg.norm(vertices[chest] - camera)
    off = (picked - camera) - ((picked - camera) @ towards) * towards
    assert np.linalg.norm(off) < 0.03, "not on the line of sight"
    invoked.clear()
    viewport.canvas.pick(1, 1)
    assert not invoked


def test_words_stand_in_place_of_bodies_where_there_is_no_opengl(
    qtbot: QtBot,
    shown: Session,
    frame: FrameData,
    invoked: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from app.viewport import viewport as module
    from app.viewport.graphics import Graphics

    monkeypatch.setattr(module, "probe_graphics", lambda: Graphics(""))
    view = Viewport(shown, invoked)
    qtbot.addWidget(view)
    view.show()
    shown.receive_frame(replace(frame))
    shown.appearance.set_camera_view("top")
    assert view.plotter is None
    assert view.take_picture().size == 0
    view.close_plotter()


@pytest.mark.parametrize(
    ("count", "width", "height", "columns", "free"),
    [(2, 350, 420, 2, False), (3, 350, 420, 2, True), (3, 900, 400, 3, False), (4, 500, 500, 2, False)],
)
def test_tiles_are_as_large_as_persons_can_be_in_them(
    count: int, width: int, height: int, columns: int, free: bool
) -> None:
    places, left = arrange_tiles(count, width, height)
    assert len({place.left for place in places}) == columns
    assert (left is not None) == free


def test_the_colour_scale_ends_at_a_round_number() -> None:
    assert choose_scale(np.array([0.0, 3.0])) == 5
    assert choose_scale(np.full(100, 42.0)) == 50
    assert choose_scale(np.full(100, 9999.0)) == 1000
