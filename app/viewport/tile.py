"""One body in the viewport, or several as ghosts around one, with labels and joints seen through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkActor2D,
    vtkCamera,
    vtkCoordinate,
    vtkPolyDataMapper2D,
    vtkRenderer,
)

from app.theme.colors import to_shares
from app.viewport.actors import BodyActor, BonesActor, SpheresActor
from app.viewport.arrows import ArrowsActor
from app.viewport.caption import Caption
from app.viewport.lights import make_lights
from app.viewport.tiling import Place
from core.body.model import BodyModel
from core.joints import JointSet
from core.types import FloatArray

LABEL_RADIUS, JOINT_RADIUS, SUPPORT_RADIUS = 0.019, 0.017, 0.012  # metres
_GHOST_OPACITY = 0.32
_SELECTED = 1.7  # times the radius


class Tile:
    """A renderer with a body, and one in front of it for what lies inside the body.

    Args:
        body: the model whose surface is drawn.
        joint_set: of labels and regressors.
        camera: that it is seen with; tiles may share it.
    """

    def __init__(self, body: BodyModel, joint_set: JointSet, *, camera: vtkCamera) -> None:
        self._model = body
        self._joint_count = len(joint_set)
        self.back = vtkRenderer()
        self.back.SetActiveCamera(camera)
        # Joints lie inside the body: a second layer draws them over it.
        self.front = vtkRenderer()
        self.front.SetLayer(1)
        self.front.SetActiveCamera(camera)
        for each in (self.back, self.front):
            each.SetAutomaticLightCreation(False)
            for light in make_lights():
                each.AddLight(light)
        self.body = BodyActor(body.faces, body.vertex_count)
        self.labels = SpheresActor(self._joint_count)
        self.bones = BonesActor(joint_set.bones)
        self.back.AddActor(self.body.actor)
        for actor in (self.bones.actor, self.labels.actor):
            self.front.AddActor(actor)
        self._joints: dict[str, SpheresActor] = {}
        self._support: list[tuple[SpheresActor, np.ndarray, FloatArray]] = []
        self._ghosts: dict[str, BodyActor] = {}
        self._arrows: dict[str, ArrowsActor] = {}
        self._picked: SpheresActor | None = None
        self._caption = Caption()
        self._edge = _make_edge()
        self.front.AddActor(self._caption.actor)
        self.front.AddActor(self._edge)

    def set_colors(self, *, ground: tuple[str, str], label: str) -> None:
        """Colour what is behind the body, below and above, and the labels; ``#rrggbb``."""
        low, high = (to_shares(color) for color in ground)
        self.back.GradientBackgroundOn()
        self.back.SetBackground(low)
        self.back.SetBackground2(high)
        self.labels.set_color(label)
        self.bones.set_color(label)

    def set_place(self, place: Place) -> None:
        """Move it within the viewport."""
        for renderer in (self.back, self.front):
            renderer.SetViewport(place.left, place.bottom, place.right, place.top)

    def caption(self, text: str, *, ink: str, ground: str, edge: str, ratio: float) -> None:
        """Name it on a plate, and draw its edge; ``ratio`` is the screen's pixels per independent one."""
        self._caption.write(text, ink=ink, ground=ground, ratio=ratio)
        self._edge.GetProperty().SetColor(*to_shares(edge))
        self._edge.GetProperty().SetLineWidth(2 * ratio)
        self._edge.SetVisibility(True)

    def drop_caption(self) -> None:
        """Draw neither name nor edge."""
        self._caption.write("", ink="", ground="", ratio=1.0)
        self._edge.SetVisibility(False)

    # What is drawn, in the scene's coordinates

    def hide(self) -> None:
        """Draw nothing."""
        self.place_body(None)
        self.place_labels(None, selected=None)
        self.place_joints({}, {})
        self.place_ghosts({}, {})
        self.place_arrows({}, {}, thickness=0.0)
        self.mark_vertex(None, "#000000")
        self.drop_caption()

    def place_body(self, vertices: FloatArray | None) -> None:
        """Move the surface, (V, 3) metres; None hides it."""
        self.body.actor.SetVisibility(vertices is not None)
        for spheres, *_ in self._support:
            spheres.actor.SetVisibility(vertices is not None)
        if vertices is None:
            return
        self.body.set_vertices(vertices)
        for spheres, rows, radii in self._support:
            spheres.set_centres(vertices[rows], radii)

    def place_labels(self, labels: FloatArray | None, *, selected: int | None) -> None:
        """Move labels and bones, (J, 3) metres; None hides them."""
        for actor in (self.labels.actor, self.bones.actor):
            actor.SetVisibility(labels is not None)
        if labels is not None:
            radii = np.full(len(labels), LABEL_RADIUS)
            if selected is not None:
                radii[selected] *= _SELECTED
            self.labels.set_centres(labels, radii)
            self.bones.set_joints(labels)

    def place_joints(self, joints: Mapping[str, FloatArray], colors: Mapping[str, str]) -> None:
        """Draw joints of some regressors, (J, 3) metres each, and of no others."""
        for name in self._joints.keys() - joints.keys():
            self.front.RemoveActor(self._joints.pop(name).actor)
        for name, places in joints.items():
            if name not in self._joints:
                self._joints[name] = SpheresActor(self._joint_count)
                self.front.AddActor(self._joints[name].actor)
            self._joints[name].set_color(colors[name])
            self._joints[name].set_centres(places, JOINT_RADIUS)

    def place_ghosts(self, ghosts: Mapping[str, FloatArray], colors: Mapping[str, str]) -> None:
        """Draw other bodies around the first, (V, 3) metres each, translucent and each in its colour."""
        for name in self._ghosts.keys() - ghosts.keys():
            self.back.RemoveActor(self._ghosts.pop(name).actor)
        for name, vertices in ghosts.items():
            if name not in self._ghosts:
                ghost = BodyActor(self._model.faces, self._model.vertex_count)
                ghost.set_opacity(_GHOST_OPACITY)
                self._ghosts[name] = ghost
                self.back.AddActor(ghost.actor)
            self._ghosts[name].set_vertices(vertices)
            self._ghosts[name].set_color(colors[name])

    def place_arrows(
        self,
        arrows: Mapping[str, tuple[FloatArray, FloatArray]],
        colors: Mapping[str, str],
        *,
        thickness: float,
    ) -> None:
        """Draw arrows by name: starts and moves, (n, 3) metres; n is the same as long as a name is there."""
        for name in list(self._arrows):
            if name not in arrows or self._arrows[name].count != len(arrows[name][0]):
                self.front.RemoveActor(self._arrows.pop(name).actor)
        for name, (starts, moves) in arrows.items():
            if name not in self._arrows:
                self._arrows[name] = ArrowsActor(len(starts), thickness=thickness)
                self.front.AddActor(self._arrows[name].actor)
            self._arrows[name].set_color(colors[name])
            self._arrows[name].set_arrows(starts, moves)

    def paint_support(self, rows: np.ndarray, weights: FloatArray, colors: tuple[str, str]) -> None:
        """Mark vertices by their weight, above and below zero; without any, mark none."""
        for spheres, *_ in self._support:
            self.front.RemoveActor(spheres.actor)
        self._support = []
        most = np.abs(weights).max() if len(weights) else 1.0
        for sign, color in zip((1, -1), colors):
            chosen = weights * sign > 0
            if chosen.any():
                spheres = SpheresActor(int(chosen.sum()))
                spheres.set_color(color)
                self.front.AddActor(spheres.actor)
                radii = SUPPORT_RADIUS * np.sqrt(np.abs(weights[chosen]) / most)
                self._support.append((spheres, rows[chosen], radii))
                spheres.set_centres(self.body.vertices[rows[chosen]], radii)

    def mark_vertex(self, place: FloatArray | None, color: str) -> None:
        """Mark one place on the surface, (3,); None marks none."""
        if self._picked is None:
            self._picked = SpheresActor(1)
            self.front.AddActor(self._picked.actor)
        self._picked.actor.SetVisibility(place is not None)
        if place is not None:
            self._picked.set_color(color)
            self._picked.set_centres(place[None], SUPPORT_RADIUS)

    def add_actors(self, actors: Iterable[vtkActor]) -> None:
        """Draw something that other tiles draw too, such as the floor."""
        for actor in actors:
            self.back.AddActor(actor)


def _make_edge() -> vtkActor2D:
    """A rectangle along a tile's edge."""
    points, lines = vtkPoints(), vtkCellArray()
    for x, y in ((0.002, 0.002), (0.998, 0.002), (0.998, 0.998), (0.002, 0.998)):
        points.InsertNextPoint(x, y, 0)
    lines.InsertNextCell(5)
    for corner in (0, 1, 2, 3, 0):
        lines.InsertCellPoint(corner)
    outline = vtkPolyData()
    outline.SetPoints(points)
    outline.SetLines(lines)
    system = vtkCoordinate()
    system.SetCoordinateSystemToNormalizedViewport()
    mapper = vtkPolyDataMapper2D()
    mapper.SetInputData(outline)
    mapper.SetTransformCoordinate(system)
    edge = vtkActor2D()
    edge.SetMapper(mapper)
    edge.SetVisibility(False)
    return edge
