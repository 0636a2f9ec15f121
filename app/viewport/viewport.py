"""The body in space, beside the picture: surface, labels and regressors' joints, seen as one likes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.colors import to_shares
from app.theme.current import data_colors, shades_of
from app.viewport.actors import BONE_WIDTH, make_grid
from app.viewport.camera_poses import (
    Region,
    bend_to_lens,
    world_of,
)
from app.viewport.canvas import Canvas
from app.viewport.captions import caption_variant
from app.viewport.graphics import probe_graphics
from app.viewport.legend import Legend, Mark
from app.viewport.notice import Notice
from app.viewport.painter import SurfacePainter, shows_ghosts
from app.viewport.pull_arrows import Arrows, choose_vertices, make_arrows, share_pulls
from app.viewport.tile import Tile
from app.viewport.tiling import arrange_tiles
from app.viewport.view_bar import ViewBar
from app.viewport.viewpoint import Viewpoint
from core.energy.terms import TERMS
from core.types import FloatArray

_THICKNESS = {"joints": 0.011, "mesh": 0.006}  # metres


class Viewport(QWidget):
    """Draws the session's body, or its variants. To be built before the window is shown, and closed with it.

    Where there is no OpenGL, words stand in place of the bodies.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._invoke = invoke
        self._joint_set = session.project.joint_set
        self._arrow_vertices = choose_vertices(session.project.body().v_template)
        self._painter = SurfacePainter(session)
        self.graphics = probe_graphics()
        self.bar = ViewBar(session, invoke, software=self.graphics.software)
        self.legend = Legend()
        self.canvas: Canvas | None = None
        self._viewpoint: Viewpoint | None = None
        self.tiles: list[Tile] = []
        self._spare: list[Tile] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        if self.graphics.present:
            self.canvas = Canvas(self, self.graphics, turned=self._turn_away, clicked=self._pick)
            self._viewpoint = Viewpoint(session, self.canvas, mark=self.bar.mark)
            self._grid = make_grid()
            first = self._make_tile(self.canvas)
            self.tiles = [first]
            self.canvas.show_tiles(self.tiles, None)
            column.addWidget(self.canvas.widget, 1)
            self.notice: Notice | None = Notice(self.canvas.widget)
        else:
            self.notice = None
            column.addWidget(_make_message(), 1)
        column.addWidget(self.legend)
        self.setMinimumSize(240, 200)
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def _make_tile(self, canvas: Canvas) -> Tile:
        tile = Tile(self._session.project.body(), self._joint_set, camera=canvas.camera)
        tile.add_actors([self._grid])
        return tile

    def refresh(self, change: Change) -> None:
        """Redraw what changed."""
        if self.canvas is None:
            return
        if change & (Change.PAINT | Change.REGRESSORS | Change.THEME):
            self._painter.repaint()
        if change & (Change.RUN_VIEW | Change.ITERATION | Change.FRAME_DATA):
            self._match_tiles(self.canvas)
        if change & Change.THEME:
            self._take_colors()
        if change & (Change.CAMERA_VIEW | Change.FRAME_DATA):
            self._look(turn=bool(change & Change.CAMERA_VIEW))
        if change & _DRAWN:
            self._place()
            self.canvas.draw()

    def _look(self, *, turn: bool) -> None:
        if self._viewpoint is not None:
            self._viewpoint.look(len(self.tiles), turn=turn)

    @property
    def looks_through_camera(self) -> bool:
        """Whether it shows exactly what the frame's camera sees."""
        return self._viewpoint is not None and self._viewpoint.through

    def show_region(self, region: Region) -> None:
        """Show this part of the picture while looking through the camera."""
        if self._viewpoint is None or self.canvas is None or not self._viewpoint.show_region(region):
            return
        if self._viewpoint.through and self._session.shown.frame is not None:
            self._look(turn=False)
            self.canvas.draw()

    @property
    def plotter(self) -> QWidget | None:
        """The widget that is drawn in; None where there is no OpenGL."""
        return self.canvas.widget if self.canvas is not None else None

    def take_picture(self) -> np.ndarray:
        """What is drawn now, (H, W, 3) uint8; nothing where there is no OpenGL."""
        return self.canvas.take_picture() if self.canvas is not None else np.zeros((0, 0, 3), np.uint8)

    def close_plotter(self) -> None:
        """Give back the graphics context; nothing is drawn afterwards."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)
        self._session.changed.disconnect(self.bar.refresh, missing_ok=True)
        if self.canvas is not None:
            self.canvas.close()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep looking through the camera exactly."""
        super().resizeEvent(event)
        if self.canvas is not None:
            self._match_tiles(self.canvas)
            if self.looks_through_camera:
                self._look(turn=True)
            self.canvas.draw()

    # What is drawn

    def _list_bodies(self) -> list[tuple[str, FrameData]]:
        """Id and frame of each variant that has a tile; one body without an id if none are compared."""
        session, run = self._session, self._session.optimisation
        if session.run_view.layout == "split" and session.shown.live:
            compared = [
                (variant.id, frame)
                for variant in run.variants
                if variant.id not in session.run_view.hidden
                and (frame := session.shown.frame_of(variant.id)) is not None
            ]
            if len(compared) > 1:
                return compared
        return [("", session.shown.frame)] if session.shown.frame is not None else []

    def _match_tiles(self, canvas: Canvas) -> None:
        """As many tiles as bodies, side by side."""
        count = max(len(self._list_bodies()), 1)
        if count == len(self.tiles) and count == 1:
            return
        before = len(self.tiles)
        while len(self.tiles) < count:
            self.tiles.append(self._spare.pop() if self._spare else self._make_tile(canvas))
        self._spare += self.tiles[count:]
        del self.tiles[count:]
        places, free = arrange_tiles(count, *canvas.size)
        canvas.show_tiles(self.tiles, free)
        for tile, place in zip(self.tiles, places):
            tile.set_place(place)
        if count != before:
            self._take_colors()
            self._look(turn=False)

    def _take_colors(self) -> None:
        shades, colors = shades_of(self._session), data_colors()
        for tile in self.tiles:
            tile.set_colors(ground=(shades.canvas_low, shades.canvas), label=colors.label)
            tile.bones.set_width(BONE_WIDTH * self.devicePixelRatioF())
        if self.canvas is not None:
            self.canvas.set_ground(shades.canvas_low)
        self._grid.GetProperty().SetColor(*to_shares(shades.grid))
        self._grid.SetVisibility(self._session.project.has_extrinsics)

    def _place(self) -> None:
        session, shades = self._session, shades_of(self._session)
        bodies = self._list_bodies()
        if self.notice is not None:
            self.notice.show_reason(*_explain(session.shown.frame, str(session.key)))
        shown = list(zip(self.tiles, bodies))
        for tile, (variant, frame) in shown:
            self._place_frame(tile, frame)
            course = session.optimisation.find(variant)
            active = variant == session.optimisation.active
            if course is None:
                tile.drop_caption()
            else:
                regressor = session.compared_regressor if session.regressors else ""
                text = caption_variant(session.optimisation, course, frame, regressor=regressor)
                edge = shades.accent if active else shades.border
                ink, ratio = shades.variants[variant], self.devicePixelRatioF()
                tile.caption(text, ink=ink, ground=shades.surface, edge=edge, ratio=ratio)
            self._place_extras(tile, frame, active=active or not variant)
        if not bodies:
            self.tiles[0].hide()
        self._painter.paint([(tile, frame.vertices) for tile, (_, frame) in shown])
        self._explain_colors()

    def _place_frame(self, tile: Tile, frame: FrameData) -> None:
        """Body, labels and regressors' joints; those of the painted joint alone while weights are painted."""
        session, layers, colors = self._session, self._session.appearance.layers, data_colors()
        tile.place_body(None if frame.vertices is None else self._to_scene(frame.vertices, frame))
        labels = self._to_scene(frame.label_joints, frame) if "labels" in layers else None
        joints = {
            name: self._to_scene(places, frame) for name, places in frame.joints.items() if name in layers
        }
        selected = session.selection
        if session.paint is not None and not session.run_view.displacement:
            others = np.arange(len(self._joint_set)) != session.paint.joint
            joints = {name: joints[name] for name in joints if name in session.paint.regressors}
            for places in (*joints.values(), *([] if labels is None else [labels])):
                places[others] = np.nan
            selected = None
        tile.place_labels(labels, selected=selected)
        tile.place_joints(joints, {name: colors.joints(name) for name in joints})

    def _place_extras(self, tile: Tile, frame: FrameData, *, active: bool) -> None:
        """Ghosts, arrows and the picked vertex, of the active variant alone."""
        session, shades = self._session, shades_of(self._session)
        ghosts: dict[str, FloatArray] = {}
        arrows: Arrows = {}
        if active and session.shown.live and session.run_view.layout == "ghosts":
            ghosts = {
                name: self._to_scene(snapshot.vertices, frame)
                for name, snapshot in session.run_view.snapshots.items()
                if name not in {session.optimisation.active, *session.run_view.hidden}
                and snapshot.row == frame.row
            }
        if active:
            arrows = self._find_arrows(frame)
        tile.place_ghosts(ghosts, shades.variants)
        thickness = _THICKNESS.get(session.run_view.pull_place, 0.0)
        colors = {term: shades.term(term) for term in arrows}
        tile.place_arrows(arrows, colors, thickness=thickness)
        place = None
        if active and session.vertex is not None and frame.vertices is not None:
            place = self._to_scene(frame.vertices[session.vertex][None], frame)[0]
        tile.mark_vertex(place, shades.accent)

    def _find_arrows(self, frame: FrameData) -> Arrows:
        pulls, place = self._session.run_view.pulls, self._session.run_view.pull_place
        joints = frame.joints.get(self._session.pulling_regressor) if frame.joints else None
        vertices = frame.vertices if self._session.shown.live else None
        if pulls is None or pulls.row != frame.row or joints is None or vertices is None:
            return {}
        arrows = make_arrows(pulls, place, joints=joints, vertices=vertices, chosen=self._arrow_vertices)
        placed: Arrows = {}
        for term, (starts, moves) in arrows.items():
            bases = self._to_scene(starts, frame)
            placed[term] = bases, self._to_scene(starts + moves, frame) - bases
        return placed

    def _explain_colors(self) -> None:
        session, shades = self._session, shades_of(self._session)
        marks: tuple[Mark, ...] = ()
        if session.shown.live and session.run_view.pull_place != "off" and session.run_view.pulls is not None:
            marks = tuple(
                Mark(shades.term(term), f"{TERMS[term].name} {100 * share:.0f} %")
                for term, share in share_pulls(session.run_view.pulls).items()
            )
        elif shows_ghosts(session):
            run = session.optimisation
            marks = tuple(
                Mark(shades.variants[variant.id], run.title_of(variant))
                for variant in run.variants
                if variant.id == run.active or variant.id not in session.run_view.hidden
            )
        self.legend.explain(self._painter.scale, marks, shades)

    def _to_scene(self, points: FloatArray, frame: FrameData) -> FloatArray:
        """Camera-frame points in the world, bent to the lens while looking through the camera."""
        if self.looks_through_camera:
            points = bend_to_lens(points, frame.camera.lens)
        return world_of(points, frame.camera)

    # What a person does

    def _turn_away(self) -> None:
        """The person takes the camera: what is drawn is no longer bent to the lens."""
        if self._viewpoint is not None and self._viewpoint.turn_away():
            self._place()

    def _pick(self, tile: Tile, place: FloatArray) -> None:
        """Point at the vertex nearest to a place on a tile's body."""
        vertices = tile.body.vertices
        nearest = int(np.argmin(np.linalg.norm(vertices - place, axis=1)))
        self._invoke("vertex.select", vertex=nearest)


_DRAWN = (
    Change.FRAME_DATA
    | Change.ITERATION
    | Change.RUN_VIEW
    | Change.PULLS
    | Change.CAMERA_VIEW
    | Change.REGRESSORS
    | Change.LAYERS
    | Change.PAINT
    | Change.SELECTION
    | Change.THEME
)


def _explain(frame: FrameData | None, key: str) -> tuple[str, str]:
    """Title and reason of an empty viewport; two empty words where there is a body."""
    if frame is None:
        return "No frame yet", f"{key} is being read"
    if frame.vertices is None:
        return "No body", frame.body_note or "this source has no body for this frame"
    return "", ""


def _make_message() -> QLabel:
    """What stands in place of the bodies where nothing can be drawn in three dimensions."""
    message = QLabel(
        "<b>No 3D view here</b><br>This display offers no OpenGL, which the body in space is drawn with. "
        "Picture, tables and optimisation work without it."
    )
    message.setAlignment(Qt.AlignmentFlag.AlignCenter)
    message.setWordWrap(True)
    message.setProperty("role", "muted")
    message.setMargin(24)
    return message
