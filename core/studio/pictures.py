"""Pictures of the studio, rendered when they are wanted, from the seed alone.

Two off-screen plotters are kept, since building one takes a second and moving what is in it little: one
takes the empty room, once a camera; the other takes the person, in the body's box alone and finer than the
picture, so that borders come out smooth.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import numpy as np

from core.cameras import Camera
from core.errors import DatasetError
from core.silhouette.contour import close_mesh
from core.studio.clothes import CROP_PIXEL, draw_looseness
from core.studio.costume import draw_colours, make_surface
from core.studio.paths import image_path
from core.studio.photograph import (
    PINHOLE_FOCAL,
    PINHOLE_SIDE,
    Photograph,
    Picture,
    Region,
    compose,
    find_region,
    lay_on_floor,
    place_layer,
    project_pinhole,
)
from core.studio.record import read_record
from core.studio.room import HALF_LENGTH, HALF_WIDTH, furnish, weave_carpet
from core.studio.scene import Scene, draw_scene
from core.studio.shadow import LIGHT, SIDE, cast_shadow
from core.studio.sizes import get_size
from core.types import FloatArray, FrameKey

_JPEG_QUALITY = 92
_CLIPPING = (0.2, 20.0)
#: Pixels a side that the body's box is rendered with.
_FINE_SIDE = 1024


class PictureRenderer:
    """Renders the pictures of one studio; a context manager, to be used from one thread.

    Args:
        dataset_root: the studio's ``dataset`` folder.

    Raises:
        DatasetError: the folder holds no studio.
    """

    def __init__(self, dataset_root: Path | str) -> None:
        self.dataset_root = Path(dataset_root)
        self._record = read_record(self.dataset_root)
        self._studio: _FilmStudio | None = None

    def __enter__(self) -> PictureRenderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the plotters."""
        if self._studio is not None:
            self._studio.close()
            self._studio = None

    def draw(self, key: FrameKey, *, empty: bool = False) -> Picture:
        """The picture of a frame, (H, W, 3) RGB.

        Args:
            key: of the frame.
            empty: leave the person out.

        Raises:
            DatasetError: the studio has no such frame, or was made without pictures.
        """
        if not self._record.images:
            raise DatasetError(
                f"{self.dataset_root} was made without pictures (--no-images, or size audit); make another "
                "studio to have them"
            )
        if self._studio is None:
            record = self._record
            self._studio = _FilmStudio(draw_scene(record.seed, get_size(record.size), record.hard))
        return self._studio.photograph(key, empty=empty)

    def render(self, key: FrameKey) -> Path:
        """Write a frame's picture where the data set expects it, whole or not at all.

        Returns:
            Path of the picture.

        Raises:
            DatasetError: as :meth:`draw`, or the file cannot be written.
        """
        path = image_path(self.dataset_root, key)
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


class _FilmStudio:
    """The scene in front of the plotters, and the pictures that were taken of the empty room."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._rows = {key: row for row, key in enumerate(scene.instants)}
        self._mesh = close_mesh(scene.body.faces)
        self._room = _RoomPlotter(scene.seed)
        self._person = _PersonPlotter(scene)
        self._lenses: dict[str, Photograph] = {}
        self._rooms: dict[tuple[str, str], Picture] = {}
        self._posed = -1
        self._vertices: FloatArray = np.zeros((0, 3))

    def close(self) -> None:
        self._room.close()
        self._person.close()

    def photograph(self, key: FrameKey, *, empty: bool) -> Picture:
        camera = self._scene.cameras.get((key.subject, key.camera))
        row = self._rows.get(key.instant)
        if camera is None or row is None:
            raise DatasetError(f"the studio has no frame {key}; its seed or size in studio.json was changed")
        if key.camera not in self._lenses:
            self._lenses[key.camera] = Photograph(camera)
        lens = self._lenses[key.camera]
        if (key.subject, key.camera) not in self._rooms:
            self._rooms[key.subject, key.camera] = lens.take(self._room.shoot(camera))
        room = self._rooms[key.subject, key.camera]
        if empty:
            return room.copy()
        if row != self._posed:
            self._posed, self._vertices = row, self._scene.pose(np.array([row]))[0]
            hips = self._scene.parameters.transl[row, :2] if self._scene.seated[row] else None
            self._person.pose(key.subject, self._vertices, hips)
        region = find_region(project_pinhole(self._person.corners(), camera))
        centre = self._vertices[:, :2].mean(axis=0)
        shadow = lay_on_floor(cast_shadow(self._vertices, centre, self._mesh), centre, SIDE, camera)
        return compose(room, lens.take(place_layer(self._person.shoot(camera, region), region, shadow)))


class _Plotter:
    """An off-screen plotter with the studio's lamps."""

    def __init__(self, side: int) -> None:
        import pyvista

        self._pyvista: Any = pyvista
        # Without a display VTK warns before it takes EGL or OSMesa.
        with self._pyvista.vtk_verbosity("error"):
            self._plotter = self._pyvista.Plotter(off_screen=True, window_size=[side, side], lighting="none")
            self._plotter.set_background("black")
            self._plotter.disable_anti_aliasing()
            self._plotter.render()
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

    def close(self) -> None:
        self._plotter.close()

    def _look(self, camera: Camera, region: Region) -> None:
        """Look from the camera's place at a region of the pinhole picture."""
        view = self._plotter.camera
        centre = -camera.R.T @ camera.t
        view.position, view.focal_point, view.up = centre, centre + camera.R[2], -camera.R[1]
        half = region.side / 2
        view.view_angle = 2 * np.degrees(np.arctan(half / PINHOLE_FOCAL))
        view.SetWindowCenter(
            (region.left + half - PINHOLE_SIDE / 2) / half, (PINHOLE_SIDE / 2 - region.top - half) / half
        )
        view.clipping_range = _CLIPPING


class _RoomPlotter(_Plotter):
    """Takes pinhole pictures of the empty room."""

    def __init__(self, seed: int) -> None:
        super().__init__(PINHOLE_SIDE)
        floor = self._pyvista.Plane(direction=(0, 0, 1), i_size=2 * HALF_WIDTH, j_size=2 * HALF_LENGTH)
        carpet = self._pyvista.Texture(weave_carpet(seed))
        self._plotter.add_mesh(floor, texture=carpet, ambient=0.35, diffuse=0.85)
        for block in furnish(seed):
            box = self._pyvista.Box(np.stack([block.low, block.high], axis=1).ravel())
            diffuse = min(0.65, 1.1 - block.ambient)
            self._plotter.add_mesh(box, color=block.colour, ambient=block.ambient, diffuse=diffuse)
        self._plotter.enable_anti_aliasing("ssaa")

    def shoot(self, camera: Camera) -> Picture:
        """(PINHOLE_SIDE, PINHOLE_SIDE, 3)."""
        self._look(camera, Region(0, 0, PINHOLE_SIDE))
        self._plotter.render()
        return np.asarray(self._plotter.screenshot(return_img=True), np.uint8)


class _PersonPlotter(_Plotter):
    """Takes pictures of a person, and of the stool where there is one, before nothing."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(_FINE_SIDE)
        self._surface = make_surface(scene.body)
        self._looseness = draw_looseness(scene.seed, scene.hard)
        self._colours = {
            subject: draw_colours(scene.seed, subject, self._surface) for subject in scene.shapes
        }
        rest = self._surface.spread @ scene.body.v_template
        mesh = self._pyvista.PolyData.from_regular_faces(rest, self._surface.faces)
        mesh["colours"] = next(iter(self._colours.values()))
        mesh.point_data.active_normals = np.zeros(rest.shape, np.float32)
        actor = self._plotter.add_mesh(
            mesh, scalars="colours", rgb=True, smooth_shading=True, split_sharp_edges=False,
            ambient=0.3, diffuse=0.85, specular=0.06, specular_power=10,
        )  # fmt: skip
        self._person = actor.mapper.dataset  # with smooth shading it may be a copy of the mesh
        self._stool = [
            self._plotter.add_mesh(
                self._pyvista.Cylinder(direction=(0, 0, 1), radius=radius, height=1, resolution=40),
                color=colour, ambient=0.25, specular=0.2,
            )
            for radius, colour in ((0.16, "#3c3f46"), (0.018, "#8c8f94"), (0.15, "#55585e"))
        ]  # fmt: skip

    def pose(self, subject: str, vertices: FloatArray, hips: FloatArray | None) -> None:
        """Put a subject there, with world vertices (V, 3), on a stool if a place (2,) for it is given."""
        points, normals = self._surface.place(vertices, CROP_PIXEL * self._looseness[subject])
        self._person.points[:] = points
        self._person.point_data.active_normals[:] = normals
        self._person["colours"][:] = self._colours[subject]
        self._person.Modified()
        for part in self._stool:
            part.visibility = hips is not None
        if hips is not None:
            above = vertices[np.linalg.norm(vertices[:, :2] - hips, axis=1) < 0.12]
            top = float(above[:, 2].min())
            for part, (low, high) in zip(self._stool, ((top - 0.03, top), (0.0, top - 0.03), (0.0, 0.015))):
                part.scale = (1, 1, high - low)
                part.position = (*hips, (low + high) / 2)

    def corners(self) -> FloatArray:
        """Points (P, 3) that everything visible lies between."""
        stool = [np.reshape(part.bounds, (3, 2)) for part in self._stool if part.visibility]
        boxes = [np.stack(np.meshgrid(*box), axis=-1).reshape(-1, 3) for box in stool]
        return np.concatenate([self._person.points, *boxes])

    def shoot(self, camera: Camera, region: Region) -> Picture:
        """(n, n, 4) of a region of the pinhole picture: RGB times opacity, and opacity."""
        self._look(camera, region)
        self._plotter.render()
        picture = self._plotter.screenshot(return_img=True, transparent_background=True)
        return np.asarray(picture, np.uint8)
