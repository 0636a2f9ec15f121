"""Pictures of the studio, rendered when they are wanted, from the seed alone.

One off-screen plotter is kept: building a scene takes a second, moving the body in it a tenth of one.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.cameras import Camera
from core.errors import DatasetError
from core.silhouette.contour import close_mesh
from core.studio.costume import draw_colours, make_surface
from core.studio.paths import image_path
from core.studio.photograph import PINHOLE_FOCAL, PINHOLE_SIDE, Photograph
from core.studio.record import read_record
from core.studio.room import HALF_LENGTH, HALF_WIDTH, furnish, weave_carpet
from core.studio.scene import Scene, draw_scene
from core.studio.shadow import LIGHT, PIXELS, SIDE, cast_shadow
from core.studio.sizes import get_size
from core.types import FloatArray, FrameKey

_JPEG_QUALITY = 92
#: Height of the shadow's patch above the floor, metres: above it to be seen, too little to be noticed.
_SHADOW_HEIGHT = 0.002
_CLIPPING = (0.2, 20.0)


class PictureRenderer:
    """Renders the pictures of one studio; a context manager, to be used from one thread.

    Args:
        dataset_root: the studio's ``dataset`` folder.

    Raises:
        DatasetError: the folder holds no studio.
    """

    def __init__(self, dataset_root: Path | str) -> None:
        self._root = Path(dataset_root)
        self._record = read_record(self._root)
        self._set: _Set | None = None

    def __enter__(self) -> PictureRenderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def allowed(self) -> bool:
        """Whether this studio has pictures at all."""
        return self._record.images

    def close(self) -> None:
        """Let go of the plotter."""
        if self._set is not None:
            self._set.close()
            self._set = None

    def draw(self, key: FrameKey, *, empty: bool = False) -> NDArray[np.uint8]:
        """The picture of a frame, (H, W, 3) RGB.

        Args:
            key: of the frame.
            empty: leave the person out, but not the shadow.

        Raises:
            DatasetError: the studio has no such frame, or was made without pictures.
        """
        if not self.allowed:
            raise DatasetError(
                f"{self._root} was made with --no-images; make the studio again to have pictures"
            )
        if self._set is None:
            self._set = _Set(draw_scene(self._record.seed, get_size(self._record.size)))
        return self._set.photograph(key, empty=empty)

    def render(self, key: FrameKey) -> Path:
        """Write a frame's picture where the data set expects it, whole or not at all.

        Returns:
            Path of the picture.

        Raises:
            DatasetError: as :meth:`draw`, or the file cannot be written.
        """
        path = image_path(self._root, key)
        _, encoded = cv2.imencode(
            ".jpg", cv2.cvtColor(self.draw(key), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
        )
        partial = path.with_name(f"{path.stem}.{os.getpid()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(encoded.tobytes())
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise DatasetError(f"{path}: the picture cannot be written ({error.strerror})") from error
        return path


class _Set:
    """The film set: room, lights, one person and the plotter."""

    def __init__(self, scene: Scene) -> None:
        import pyvista

        self._pyvista: Any = pyvista
        self._scene = scene
        self._rows = {key: row for row, key in enumerate(scene.instants)}
        self._mesh = close_mesh(scene.body.faces)
        self._surface = make_surface(scene.body)
        self._colours = {
            subject: draw_colours(scene.seed, subject, self._surface) for subject in scene.shapes
        }
        self._photographs: dict[str, Photograph] = {}
        self._row = -1
        with pyvista.vtk_verbosity("error"):  # without a display VTK warns before it takes EGL or OSMesa
            self._plotter: Any = pyvista.Plotter(
                off_screen=True, window_size=[PINHOLE_SIDE, PINHOLE_SIDE], lighting="none"
            )
            self._plotter.enable_anti_aliasing("ssaa")
            self._build_room()
            self._hang_lights()
            self._seat = self._build_seat()
            self._shadow = self._build_shadow()
            self._person, self._person_actor = self._build_person()
            self._plotter.render()

    def close(self) -> None:
        self._plotter.close()

    def photograph(self, key: FrameKey, *, empty: bool) -> NDArray[np.uint8]:
        camera = self._scene.cameras.get((key.subject, key.camera))
        if camera is None or key.instant not in self._rows:
            raise DatasetError(f"the studio has no frame {key}; its seed or size in studio.json was changed")
        self._pose(self._rows[key.instant])
        self._person_actor.visibility = not empty
        self._look(camera)
        if key.camera not in self._photographs:
            self._photographs[key.camera] = Photograph(camera)
        self._plotter.render()
        pinhole = np.asarray(self._plotter.screenshot(return_img=True), dtype=np.uint8)
        return self._photographs[key.camera].take(pinhole)

    def _pose(self, row: int) -> None:
        """Put the person of one instant into the room."""
        if row == self._row:
            return
        self._row = row
        vertices = self._scene.pose(np.array([row]))[0]
        points, normals = self._surface.place(vertices)
        self._person.points[:] = points
        self._person.point_data.active_normals[:] = normals
        self._person["colours"][:] = self._colours[self._scene.instants[row].subject]
        self._person.Modified()
        centre = vertices[:, :2].mean(axis=0)
        picture = np.zeros((PIXELS, PIXELS, 4), np.uint8)
        picture[..., 3] = 255 * cast_shadow(vertices, centre, self._mesh)[::-1]
        self._shadow.texture = self._pyvista.Texture(picture)
        self._shadow.position = (*centre, _SHADOW_HEIGHT)
        self._place_seat(row, vertices)

    def _place_seat(self, row: int, vertices: FloatArray) -> None:
        """A stool under whoever sits."""
        for part in self._seat:
            part.visibility = bool(self._scene.seated[row])
        if not self._scene.seated[row]:
            return
        hips = self._scene.parameters.transl[row, :2]
        above = vertices[np.linalg.norm(vertices[:, :2] - hips, axis=1) < 0.12]
        top = float(above[:, 2].min())
        for part, (low, high) in zip(
            self._seat, ((top - 0.03, top), (0.0, top - 0.03), (0.0, 0.015)), strict=True
        ):
            part.scale = (1, 1, high - low)
            part.position = (*hips, (low + high) / 2)

    def _look(self, camera: Camera) -> None:
        view = self._plotter.camera
        centre = -camera.R.T @ camera.t
        view.position = centre
        view.focal_point = centre + camera.R[2]
        view.up = -camera.R[1]
        view.view_angle = 2 * np.degrees(np.arctan(PINHOLE_SIDE / 2 / PINHOLE_FOCAL))
        view.clipping_range = _CLIPPING

    def _build_room(self) -> None:
        seed, pyvista = self._scene.seed, self._pyvista
        floor = pyvista.Plane(
            center=(0, 0, 0), direction=(0, 0, 1), i_size=2 * HALF_WIDTH, j_size=2 * HALF_LENGTH
        )
        carpet = pyvista.Texture(weave_carpet(seed))
        self._plotter.add_mesh(floor, texture=carpet, ambient=0.35, diffuse=0.85)
        for block in furnish(seed):
            box = pyvista.Box(np.stack([block.low, block.high], axis=1).ravel())
            diffuse = min(0.65, 1.1 - block.ambient)
            self._plotter.add_mesh(box, color=block.colour, ambient=block.ambient, diffuse=diffuse)

    def _hang_lights(self) -> None:
        for position, intensity in ((6 * LIGHT, 0.68), ((-4.0, -5.0, 4.0), 0.34)):
            self._plotter.add_light(
                self._pyvista.Light(
                    position=tuple(position),
                    focal_point=(0, 0, 0.8),
                    intensity=intensity,
                    light_type="scene light",
                )
            )
        self._plotter.add_light(self._pyvista.Light(light_type="headlight", intensity=0.22))

    def _build_seat(self) -> list[Any]:
        """Seat, post and foot of a stool, each one metre high until it is placed."""
        return [
            self._plotter.add_mesh(
                self._pyvista.Cylinder(direction=(0, 0, 1), radius=radius, height=1, resolution=40),
                color=colour,
                ambient=0.25,
                specular=0.2,
            )
            for radius, colour in ((0.16, "#3c3f46"), (0.018, "#8c8f94"), (0.15, "#55585e"))
        ]

    def _build_shadow(self) -> Any:
        patch = self._pyvista.Plane(
            direction=(0, 0, 1), i_size=SIDE, j_size=SIDE, i_resolution=1, j_resolution=1
        )
        nothing = self._pyvista.Texture(np.zeros((PIXELS, PIXELS, 4), np.uint8))
        return self._plotter.add_mesh(patch, texture=nothing, lighting=False)

    def _build_person(self) -> tuple[Any, Any]:
        """The mesh that the mapper draws, to be written into, and its actor."""
        rest = self._surface.spread @ self._scene.body.v_template
        mesh = self._pyvista.PolyData.from_regular_faces(rest, self._surface.faces)
        mesh["colours"] = next(iter(self._colours.values()))
        mesh.point_data.active_normals = np.zeros(rest.shape, np.float32)
        actor = self._plotter.add_mesh(
            mesh,
            scalars="colours",
            rgb=True,
            smooth_shading=True,
            split_sharp_edges=False,
            ambient=0.3,
            diffuse=0.85,
            specular=0.06,
            specular_power=10,
        )
        return actor.mapper.dataset, actor
