"""The body in space, beside the picture: surface, labels and regressors' joints, seen as one likes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget
from pyvistaqt import QtInteractor
from vtkmodules.vtkRenderingCore import vtkRenderer

from app.session.changes import Change
from app.session.frame_data import FrameData
from app.session.session import Session
from app.theme.colors import mix
from app.theme.current import data_colors, shades_of
from app.viewport.actors import BodyActor, BonesActor, SpheresActor, make_grid, paint_weights
from app.viewport.camera_poses import (
    CameraPose,
    Region,
    bend_to_lens,
    find_middle,
    look_at_person,
    look_through,
    world_of,
)
from app.viewport.lights import make_lights
from app.viewport.notice import Notice
from app.viewport.view_bar import ViewBar
from core.types import FloatArray

_LABEL_RADIUS, _JOINT_RADIUS, _SUPPORT_RADIUS = 0.019, 0.017, 0.012  # metres
_THROUGH = "frame"


class Viewport(QWidget):
    """Draws the session's body. To be built before the window is shown, and closed with it.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._joint_set = session.project.joint_set
        self._through = False
        self._middle: FloatArray = np.zeros(3)
        self._region: Region | None = None  # of the picture, None for all of it
        self._turned = False  # by the user, away from the session's view
        self.bar = ViewBar(session, invoke)
        self.plotter = QtInteractor(self, auto_update=False, lighting="none", multi_samples=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.plotter, 1)
        self._notice = Notice(self.plotter)
        self._build_scene()
        self.setMinimumSize(240, 200)
        session.changed.connect(self.refresh)
        self.refresh(Change.everything())

    def _build_scene(self) -> None:
        body = self._session.project.body()
        joints = len(self._joint_set)
        self._body = BodyActor(body.faces, len(body.v_template))
        self._grid = make_grid()
        self._labels = SpheresActor(joints)
        self._bones = BonesActor(self._joint_set.bones, joints)
        self._regressors: dict[str, SpheresActor] = {}
        self._support: SpheresActor | None = None
        plotter = self.plotter
        for actor in (self._body.actor, self._grid):
            plotter.add_actor(actor, reset_camera=False, render=False, pickable=False)
        # Joints lie inside the body: a second layer draws them over it.
        self._front = vtkRenderer()
        self._front.SetLayer(1)
        self._front.InteractiveOff()
        self._front.SetActiveCamera(plotter.camera)
        plotter.render_window.SetNumberOfLayers(2)
        plotter.render_window.AddRenderer(self._front)
        self._front.AddActor(self._bones.actor)
        self._front.AddActor(self._labels.actor)
        for renderer in (plotter.renderer, self._front):
            renderer.SetAutomaticLightCreation(False)
            for light in make_lights():
                renderer.AddLight(light)
        plotter.iren.enable_terrain_style(mouse_wheel_zooms=True)
        plotter.iren.add_observer("StartInteractionEvent", self._turn_away)
        plotter.iren.add_observer("MouseWheelForwardEvent", self._turn_away)
        plotter.iren.add_observer("MouseWheelBackwardEvent", self._turn_away)

    def refresh(self, change: Change) -> None:
        """Redraw what changed."""
        if change & Change.THEME:
            self._take_colors()
        if change & (Change.REGRESSORS | Change.LAYERS | Change.THEME):
            self._match_regressors()
        if change & (Change.PAINT | Change.REGRESSORS | Change.THEME):
            self._paint()
        if change & (Change.CAMERA_VIEW | Change.FRAME_DATA):
            self._look(turn=bool(change & Change.CAMERA_VIEW))
        if change & (
            Change.FRAME_DATA
            | Change.ITERATION
            | Change.CAMERA_VIEW
            | Change.REGRESSORS
            | Change.LAYERS
            | Change.PAINT
            | Change.SELECTION
            | Change.THEME
        ):
            self._place()
            self.plotter.update()

    @property
    def looks_through_camera(self) -> bool:
        """Whether it shows exactly what the frame's camera sees."""
        return self._through

    def show_region(self, region: Region) -> None:
        """Show this part of the picture while looking through the camera."""
        if region == self._region:
            return
        self._region = region
        if self._through and self._session.shown is not None:
            self._look(turn=False)
            self.plotter.update()

    def take_picture(self) -> np.ndarray:
        """What is drawn now, (H, W, 3) uint8."""
        self.plotter.render_window.Render()  # a screenshot alone gives the picture before
        return np.asarray(self.plotter.screenshot(return_img=True))

    def close_plotter(self) -> None:
        """Give back the graphics context; nothing is drawn afterwards."""
        self._session.changed.disconnect(self.refresh, missing_ok=True)
        self._session.changed.disconnect(self.bar.refresh, missing_ok=True)
        self.plotter.close()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Keep looking through the camera exactly."""
        super().resizeEvent(event)
        if self._through:
            self._look(turn=True)
            self.plotter.update()

    # What is drawn

    def _take_colors(self) -> None:
        shades, colors = shades_of(self._session), data_colors()
        self.plotter.renderer.set_background(shades.canvas_low, top=shades.canvas)
        self._grid.prop.color = shades.grid
        self._grid.SetVisibility(self._session.project.has_extrinsics)
        self._labels.set_color(colors.label)
        self._bones.set_color(colors.label)
        for name, spheres in self._regressors.items():
            spheres.set_color(colors.joints(name))

    def _match_regressors(self) -> None:
        for name in self._regressors.keys() - self._session.regressors.keys():
            self._front.RemoveActor(self._regressors.pop(name).actor)
        for name in self._session.regressors.keys() - self._regressors.keys():
            spheres = SpheresActor(len(self._joint_set))
            spheres.set_color(data_colors().joints(name))
            self._regressors[name] = spheres
            self._front.AddActor(spheres.actor)

    def _paint(self) -> None:
        if self._support is not None:
            self._front.RemoveActor(self._support.actor)
            self._support = None
        ground, paint = shades_of(self._session).body, self._session.paint
        rest = self._session.project.body().v_template
        if paint is None or paint[0] not in self._session.regressors:
            self._body.set_colors(paint_weights(np.zeros(len(rest)), rest, ground=ground, color=ground))
            return
        name, joint = paint
        color = data_colors().joints(name)
        weights = self._session.regressors[name].weights[joint]
        self._body.set_colors(paint_weights(weights, rest, ground=mix(ground, "#808080", 0.35), color=color))
        self._support_rows = np.flatnonzero(weights)
        self._support_radii = _SUPPORT_RADIUS * np.sqrt(weights[self._support_rows] / weights.max())
        self._support = SpheresActor(len(self._support_rows))
        self._support.set_color(color)
        self._front.AddActor(self._support.actor)

    def _place(self) -> None:
        frame, layers = self._session.shown, self._session.layers
        self._body.actor.SetVisibility(frame is not None and frame.vertices is not None)
        self._notice.show_reason(*_explain(frame, str(self._session.key)))
        if frame is None:
            for actor in (self._labels.actor, self._bones.actor):
                actor.SetVisibility(False)
            return
        if self._support is not None:
            self._support.actor.SetVisibility(frame.vertices is not None)
        if frame.vertices is not None:
            vertices = self._to_scene(frame.vertices, frame)
            self._body.set_vertices(vertices)
            if self._support is not None:
                self._support.set_centres(vertices[self._support_rows], self._support_radii)
        labels = self._to_scene(frame.label_joints, frame)
        radii = np.full(len(labels), _LABEL_RADIUS)
        if self._session.selection is not None:
            radii[self._session.selection] *= 1.7
        self._labels.set_centres(labels, radii)
        self._bones.set_joints(labels)
        for actor in (self._labels.actor, self._bones.actor):
            actor.SetVisibility("labels" in layers)
        for name, spheres in self._regressors.items():
            spheres.actor.SetVisibility(name in layers and name in frame.joints)
            if name in frame.joints:
                spheres.set_centres(self._to_scene(frame.joints[name], frame), _JOINT_RADIUS)

    def _to_scene(self, points: FloatArray, frame: FrameData) -> FloatArray:
        """Camera-frame points in the world, bent to the lens while looking through the camera."""
        if self._through:
            points = bend_to_lens(points, frame.camera.lens)
        return world_of(points, frame.camera)

    # From where it is looked at

    def _look(self, *, turn: bool) -> None:
        """Put the camera where the session wants it.

        Args:
            turn: whether to come back from where the user turned it; otherwise a camera that was turned
                away follows the person and keeps its direction.
        """
        frame = self._session.shown
        if frame is None:
            return
        joints = world_of(frame.label_joints, frame.camera)
        labelled = np.isfinite(joints).all(axis=1).any()
        points = joints if labelled or frame.vertices is None else world_of(frame.vertices, frame.camera)
        middle = find_middle(points)
        if turn:
            self._turned = False
            self.bar.mark(self._session.camera_view)
        if self._turned:
            shift = middle - self._middle
            camera = self.plotter.camera
            camera.position = np.asarray(camera.position) + shift
            camera.focal_point = np.asarray(camera.focal_point) + shift
        else:
            self._through = self._session.camera_view == _THROUGH
            if self._through:
                width, height = self.plotter.width(), self.plotter.height()
                region = self._region or Region(0, 0, frame.camera.width, frame.camera.height)
                self._set_pose(look_through(frame.camera, region, width=max(width, 1), height=max(height, 1)))
            else:
                self._set_pose(look_at_person(joints, middle, self._session.camera_view, self._joint_set))
        self._middle = middle

    def _set_pose(self, pose: CameraPose) -> None:
        camera = self.plotter.camera
        camera.position, camera.focal_point, camera.up = pose.position, pose.focal_point, pose.up
        camera.view_angle = pose.angle
        camera.SetWindowCenter(*pose.window_center)
        camera.SetUseExplicitAspectRatio(pose.aspect is not None)
        if pose.aspect is not None:
            camera.SetExplicitAspectRatio(pose.aspect)
        camera.clipping_range = (0.1, 60.0)

    def _turn_away(self, *_: object) -> None:
        """The user takes the camera: no longer through the lens."""
        if self._turned:
            return
        self._turned = True
        self.bar.mark(None)
        if self._through:
            self._through = False
            camera = self.plotter.camera
            camera.SetWindowCenter(0, 0)
            camera.SetUseExplicitAspectRatio(False)
            camera.focal_point = self._middle
            camera.up = (0, 0, 1)
            self._place()


def _explain(frame: FrameData | None, key: str) -> tuple[str, str]:
    """Title and reason of an empty viewport; two empty words where there is a body."""
    if frame is None:
        return "No frame yet", f"{key} is being read"
    if frame.vertices is None:
        return "No body", frame.body_note or "this source has no body for this frame"
    return "", ""
