"""Where the viewport's tiles are drawn, and the camera that they are seen with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QWidget
from vtkmodules.vtkRenderingCore import vtkCamera, vtkCellPicker, vtkRenderer

from app.theme.colors import to_shares
from app.viewport.camera_poses import CameraPose
from app.viewport.graphics import Graphics
from app.viewport.orbit import WHOLE_TURN, find_push, turn_camera, zoom_camera
from app.viewport.scene_widget import SceneWidget
from app.viewport.tile import Tile
from app.viewport.tiling import Place
from core.types import FloatArray

_CLIPPING_RANGE = 0.1, 60.0  # metres


class Canvas:
    """One camera, and the tiles that are seen with it.

    Args:
        parent: of the widget.
        graphics: what draws.
        turned: called before a person moves the camera.
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
        self.widget = SceneWidget(parent, samples=graphics.samples)
        self.camera = vtkCamera()
        self._tiles: list[Tile] = []
        self._ground = vtkRenderer()
        self._turned, self._clicked = turned, clicked
        assert self.widget.window_of_vtk is not None
        self._window = self.widget.window_of_vtk
        self._window.SetNumberOfLayers(2)
        self.widget.dragged.connect(self._turn)
        self.widget.pushed.connect(self._push)
        self.widget.zoomed.connect(self._zoom)
        self.widget.clicked.connect(self.pick)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in device-independent pixels, at least one."""
        return max(self.widget.width(), 1), max(self.widget.height(), 1)

    def show_tiles(self, tiles: list[Tile], free: Place | None) -> None:
        """Draw these tiles and no others.

        Args:
            tiles: in their places.
            free: what they leave free, if anything.
        """
        window = self._window
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
                window.AddRenderer(tile.back)
                window.AddRenderer(tile.front)
        self._tiles = list(tiles)

    def set_ground(self, color: str) -> None:
        """Colour what no tile covers, ``#rrggbb``."""
        self._ground.SetBackground(to_shares(color))

    def set_pose(self, pose: CameraPose) -> None:
        """Put the camera somewhere."""
        camera = self.camera
        camera.SetPosition(*pose.position)
        camera.SetFocalPoint(*pose.focal_point)
        camera.SetViewUp(*pose.up)
        camera.SetViewAngle(pose.angle)
        camera.SetWindowCenter(*pose.window_center)
        camera.SetUseExplicitAspectRatio(pose.aspect is not None)
        if pose.aspect is not None:
            camera.SetExplicitAspectRatio(pose.aspect)
        camera.SetClippingRange(*_CLIPPING_RANGE)

    def move_camera(self, shift: FloatArray) -> None:
        """Move the camera and what it looks at, (3,) metres."""
        position, focal_point, _ = self._find_pose()
        self.camera.SetPosition(*(position + shift))
        self.camera.SetFocalPoint(*(focal_point + shift))

    def leave_lens(self, focal_point: FloatArray) -> None:
        """Make it an ordinary camera that turns about a point, from where it stands."""
        self.camera.SetWindowCenter(0, 0)
        self.camera.SetUseExplicitAspectRatio(False)
        self.camera.SetFocalPoint(*focal_point)
        self.camera.SetViewUp(0, 0, 1)

    def draw(self) -> None:
        """Draw anew when Qt next paints."""
        self.widget.draw()

    def take_picture(self) -> np.ndarray:
        """What is drawn now, (H, W, 3) uint8."""
        return self.widget.take_picture()

    def close(self) -> None:
        """Give back the graphics context; nothing is drawn afterwards."""
        self.widget.finish()
        self.widget.close()

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

    # What a person's hand does with the camera

    def _find_pose(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Position, focal point and up."""
        camera = self.camera
        return np.array(camera.GetPosition()), np.array(camera.GetFocalPoint()), np.array(camera.GetViewUp())

    def _turn(self, moved: QPointF) -> None:
        self._turned()
        width, height = self.size
        right, above = -WHOLE_TURN * moved.x() / width, WHOLE_TURN * moved.y() / height
        position = turn_camera(*self._find_pose(), right=right, above=above)
        self.camera.SetPosition(*position)
        self.camera.SetViewUp(0, 0, 1)
        self.draw()

    def _push(self, moved: QPointF) -> None:
        self._turned()
        position, focal_point, up = self._find_pose()
        seen = 2 * np.linalg.norm(focal_point - position) * np.tan(np.radians(self.camera.GetViewAngle() / 2))
        height = self._tiles[0].back.GetSize()[1] / self.widget.devicePixelRatioF()
        scale = float(seen) / max(height, 1.0)  # metres per pixel
        self.move_camera(
            find_push(position, focal_point, up, right=scale * moved.x(), above=-scale * moved.y())
        )
        self.draw()

    def _zoom(self, factor: float) -> None:
        self._turned()
        position, focal_point, _ = self._find_pose()
        self.camera.SetPosition(*zoom_camera(position, focal_point, factor))
        self.draw()
