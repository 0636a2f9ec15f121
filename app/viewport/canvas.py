"""Where the viewport's tiles are drawn: a VTK window inside Qt's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtWidgets import QWidget
from pyvista import Color
from pyvistaqt import QtInteractor
from vtkmodules.vtkRenderingCore import vtkCellPicker, vtkRenderer

from app.viewport.camera_poses import CameraPose
from app.viewport.graphics import Graphics
from app.viewport.tile import Tile
from app.viewport.tiling import Place
from core.types import FloatArray

#: Pixels that the pointer may move between press and release of a click.
_STILL = 3


class Canvas:
    """One camera, and the tiles that are seen with it. To be built before the window is shown.

    Args:
        parent: of the widget.
        graphics: what draws.
        turned: called when a person takes the camera.
        clicked: called with a tile and the place on its body that was clicked, (3,) in the scene.
    """

    def __init__(
        self,
        parent: QWidget,
        graphics: Graphics,
        *,
        turned: Callable[[], None],
        clicked: Callable[[Tile, FloatArray], None],
    ) -> None:
        self.widget = QtInteractor(parent, auto_update=False, lighting="none", multi_samples=graphics.samples)
        self.widget.render_window.SetNumberOfLayers(2)
        self._tiles: list[Tile] = []
        self._ground = vtkRenderer()
        self._ground.InteractiveOff()
        self._turned, self._clicked = turned, clicked
        self._pressed = (0, 0)
        self.widget.iren.enable_terrain_style(mouse_wheel_zooms=True)
        style = self.widget.iren.interactor.GetInteractorStyle()
        style.AddObserver("InteractionEvent", self._turn)
        for event in ("MouseWheelForwardEvent", "MouseWheelBackwardEvent"):
            self.widget.iren.add_observer(event, self._turn)
        self.widget.iren.add_observer("LeftButtonPressEvent", self._press)
        self.widget.iren.add_observer("LeftButtonReleaseEvent", self._release)

    @property
    def camera(self) -> object:
        """Shared by all tiles."""
        return self.widget.camera

    @property
    def first_renderer(self) -> vtkRenderer:
        """Of the first tile."""
        return self.widget.renderer

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in device-independent pixels, at least one."""
        return max(self.widget.width(), 1), max(self.widget.height(), 1)

    def show_tiles(self, tiles: list[Tile], free: Place | None) -> None:
        """Draw these tiles and no others; the first stays for good.

        Args:
            tiles: in their places.
            free: what they leave free, if anything.
        """
        window = self.widget.render_window
        if window.HasRenderer(self._ground):
            window.RemoveRenderer(self._ground)
        if free is not None:
            self._ground.SetViewport(free.left, free.bottom, free.right, free.top)
            window.AddRenderer(self._ground)
        for tile in self._tiles:
            if tile not in tiles:
                window.RemoveRenderer(tile.front)
                window.RemoveRenderer(tile.back)
        for tile in tiles:
            if tile not in self._tiles:
                if not window.HasRenderer(tile.back):
                    window.AddRenderer(tile.back)
                window.AddRenderer(tile.front)
        self._tiles = list(tiles)

    def set_ground(self, color: str) -> None:
        """Colour what no tile covers, ``#rrggbb``."""
        self._ground.SetBackground(Color(color).float_rgb)

    def set_pose(self, pose: CameraPose) -> None:
        """Put the camera somewhere."""
        camera = self.widget.camera
        camera.position, camera.focal_point, camera.up = pose.position, pose.focal_point, pose.up
        camera.view_angle = pose.angle
        camera.SetWindowCenter(*pose.window_center)
        camera.SetUseExplicitAspectRatio(pose.aspect is not None)
        if pose.aspect is not None:
            camera.SetExplicitAspectRatio(pose.aspect)
        camera.clipping_range = (0.1, 60.0)

    def move_camera(self, shift: FloatArray) -> None:
        """Move the camera and what it looks at."""
        camera = self.widget.camera
        camera.position = np.asarray(camera.position) + shift
        camera.focal_point = np.asarray(camera.focal_point) + shift

    def leave_lens(self, focal_point: FloatArray) -> None:
        """Make it an ordinary camera that turns about a point, from where it stands."""
        camera = self.widget.camera
        camera.SetWindowCenter(0, 0)
        camera.SetUseExplicitAspectRatio(False)
        camera.focal_point = focal_point
        camera.up = (0, 0, 1)

    def draw(self) -> None:
        """Draw anew when Qt next paints."""
        self.widget.update()

    def take_picture(self) -> np.ndarray:
        """What is drawn now, (H, W, 3) uint8."""
        self.widget.render_window.Render()  # a screenshot alone gives the picture before
        return np.asarray(self.widget.screenshot(return_img=True))

    def close(self) -> None:
        """Give back the graphics context; nothing is drawn afterwards."""
        self.widget.close()

    def _turn(self, *_: object) -> None:
        self._turned()

    def _press(self, *_: object) -> None:
        self._pressed = self.widget.iren.interactor.GetEventPosition()

    def _release(self, *_: object) -> None:
        x, y = self.widget.iren.interactor.GetEventPosition()
        if max(abs(x - self._pressed[0]), abs(y - self._pressed[1])) <= _STILL:
            self.pick(x, y)

    def pick(self, x: int, y: int) -> None:
        """Click on a pixel, counted from the lower left."""
        for tile in self._tiles:
            if tile.back.IsInViewport(x, y):
                picker = vtkCellPicker()
                picker.PickFromListOn()
                picker.AddPickList(tile.body.actor)
                if picker.Pick(x, y, 0, tile.back):
                    self._clicked(tile, np.array(picker.GetPickPosition()))
                return
