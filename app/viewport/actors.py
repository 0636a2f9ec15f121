"""Meshes whose points are rewritten in place: the body, and spheres and bones that are seen through it."""

from __future__ import annotations

import numpy as np
import pyvista
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from app.theme.colors import to_rgb, to_shares
from app.viewport.normals import VertexNormals
from core.types import FloatArray

_SPHERE = pyvista.Sphere(radius=1.0, theta_resolution=12, phi_resolution=9)


class Places:
    """The points of a mesh, as VTK draws them: reaching for them anew takes longer than moving a few.

    Attributes:
        mesh: that they belong to.
        points: (P, 3) metres, the mesh's own memory.
    """

    def __init__(self, mesh: pyvista.PolyData) -> None:
        self.mesh = mesh
        self.points = np.asarray(mesh.points)

    def move(self, places: FloatArray) -> None:
        """Move all of them, (P, 3) metres."""
        self.points[:] = places
        self.mesh.GetPoints().Modified()
        self.mesh.Modified()


class BodyActor:
    """The body's surface, with a colour a vertex.

    Args:
        faces: (F, 3).
        vertex_count: V.
    """

    def __init__(self, faces: np.ndarray, vertex_count: int) -> None:
        self._normals = VertexNormals(faces, vertex_count)
        self._color = ""  # of the whole surface; empty where it has several
        mesh = _make_mesh(vertex_count, faces)
        mesh.point_data["Normals"] = np.zeros((vertex_count, 3), np.float32)
        mesh.point_data["colors"] = np.zeros((vertex_count, 3), np.uint8)
        mesh.point_data.active_normals_name = "Normals"
        self._places = Places(mesh)
        self._directions = np.asarray(mesh.point_data["Normals"])
        self._colors = np.asarray(mesh.point_data["colors"])
        self.actor = make_actor(mesh)
        mapper = self.actor.GetMapper()
        mapper.SetScalarVisibility(True)
        mapper.SetScalarModeToUsePointFieldData()
        mapper.SelectColorArray("colors")
        mapper.SetColorModeToDirectScalars()
        look = self.actor.GetProperty()
        look.SetInterpolationToPhong()
        look.SetBackfaceCulling(True)  # closed: its inside is never seen
        look.SetAmbient(0.22)
        look.SetDiffuse(0.8)
        look.SetSpecular(0.12)
        look.SetSpecularPower(20)

    @property
    def vertices(self) -> FloatArray:
        """Where the surface is, (V, 3) metres."""
        return self._places.points

    @property
    def colors(self) -> np.ndarray:
        """Of the vertices, (V, 3) uint8."""
        return self._colors

    def set_opacity(self, opacity: float) -> None:
        """Let what is behind it shine through, 0 to 1."""
        self.actor.GetProperty().SetOpacity(opacity)

    def set_vertices(self, vertices: FloatArray) -> None:
        """Move the surface, (V, 3) metres."""
        self._directions[:] = self._normals.compute(vertices)
        self._places.mesh.GetPointData().GetNormals().Modified()
        self._places.move(vertices)

    def set_colors(self, colors: np.ndarray) -> None:
        """Colour the surface, (V, 3) uint8, or (3,) for all of it."""
        if colors.ndim == 2:
            self._color = ""
        mesh = self._places.mesh
        self._colors[:] = colors
        mesh.GetPointData().GetArray("colors").Modified()
        mesh.Modified()

    def set_color(self, color: str) -> None:
        """Colour the whole surface alike, ``#rrggbb``."""
        if color != self._color:
            self._color = color
            self.set_colors(np.array(to_rgb(color), np.uint8))


class SpheresActor:
    """Spheres of one colour, hidden where a centre is NaN.

    Args:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self._template = np.asarray(_SPHERE.points, np.float32)  # [S, 3]
        size = len(self._template)
        faces = np.asarray(_SPHERE.regular_faces)
        of_all = (faces[None] + size * np.arange(count)[:, None, None]).reshape(-1, 3)
        mesh = _make_mesh(count * size, of_all)
        mesh.point_data["Normals"] = np.tile(self._template, (count, 1))
        mesh.point_data.active_normals_name = "Normals"
        self._places = Places(mesh)
        self.actor = make_actor(mesh)
        look = self.actor.GetProperty()
        look.SetInterpolationToGouraud()
        look.SetAmbient(0.4)
        look.SetDiffuse(0.65)

    def set_centres(self, centres: FloatArray, radius: float | FloatArray) -> None:
        """Place the spheres, (count, 3) metres, with one radius or one each."""
        radii = np.broadcast_to(radius, len(centres))
        present = np.all(np.isfinite(centres), axis=1)
        radii = np.where(present, radii, 0.0)
        # A sphere without a place shrinks to nothing inside another one.
        somewhere = centres[present][0] if present.any() else np.zeros(3)
        placed = np.where(present[:, None], centres, somewhere)
        self._places.move((placed[:, None] + radii[:, None, None] * self._template).reshape(-1, 3))

    def set_color(self, color: str) -> None:
        """Colour them, ``#rrggbb``."""
        self.actor.GetProperty().SetColor(*to_shares(color))


BONE_WIDTH = 3  # device-independent pixels


class BonesActor:
    """Lines between joints.

    Args:
        bones: (parent, child) pairs.
    """

    def __init__(self, bones: tuple[tuple[int, int], ...]) -> None:
        self._ends = np.array(bones)
        lines = np.column_stack([np.full(len(bones), 2), np.arange(2 * len(bones)).reshape(-1, 2)])
        mesh = pyvista.PolyData(np.zeros((2 * len(bones), 3), np.float32), lines=lines.reshape(-1))
        self._places = Places(mesh)
        self.actor = make_actor(mesh, lit=False)
        self.set_width(BONE_WIDTH)

    def set_width(self, width: float) -> None:
        """Draw lines so many of the screen's pixels wide."""
        self.actor.GetProperty().SetLineWidth(width)

    def set_joints(self, joints: FloatArray) -> None:
        """Move the joints, (J, 3) metres; bones of absent joints vanish."""
        ends = joints[self._ends]  # [bones, 2, 3]
        absent = ~np.isfinite(ends).all(axis=(1, 2))
        somewhere = ends[~absent][0, 0] if (~absent).any() else np.zeros(3)
        ends[absent] = somewhere
        self._places.move(ends.reshape(-1, 3))

    def set_color(self, color: str) -> None:
        """Colour them, ``#rrggbb``."""
        self.actor.GetProperty().SetColor(*to_shares(color))


def _make_mesh(vertex_count: int, faces: np.ndarray) -> pyvista.PolyData:
    """A mesh whose vertices, single precision, are still to be placed."""
    cells = np.column_stack([np.full(len(faces), 3), faces])
    return pyvista.PolyData(np.zeros((vertex_count, 3), np.float32), faces=cells.reshape(-1))


def make_actor(mesh: pyvista.PolyData, *, lit: bool = True) -> vtkActor:
    """Something to be drawn in one colour, in the light or not.

    PyVista's own actors would load all of its plotting, and Matplotlib with it: a second before the window.
    """
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(mesh)
    mapper.SetScalarVisibility(False)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetLighting(lit)
    return actor


def make_grid(*, reach: float = 4.0, spacing: float = 0.5) -> vtkActor:
    """Lines on the floor, world z = 0."""
    at = np.arange(-reach, reach + spacing / 2, spacing)
    ends = np.concatenate(
        [
            [[[value, -reach, 0], [value, reach, 0]] for value in at],
            [[[-reach, value, 0], [reach, value, 0]] for value in at],
        ]
    )
    lines = np.column_stack([np.full(len(ends), 2), np.arange(2 * len(ends)).reshape(-1, 2)])
    mesh = pyvista.PolyData(ends.reshape(-1, 3).astype(np.float32), lines=lines.reshape(-1))
    return make_actor(mesh, lit=False)


#: Metres round a vertex over which its weight is painted, so that single vertices can be seen.
WEIGHT_SPREAD = 0.024
#: Share of the largest weight's colour that the smallest one still gets.
WEIGHT_FLOOR = 0.5


def color_weights(weights: FloatArray, most: float, ground: str, colors: tuple[str, str]) -> np.ndarray:
    """Colours of weights at their own places.

    Args:
        weights: (n,).
        most: the largest weight, which is coloured most; small ones gain by a square root.
        ground: colour of no weight.
        colors: above and below zero.

    Returns:
        (n, 3) uint8.
    """
    share = np.abs(weights) / most
    strength = np.where(share > 0, WEIGHT_FLOOR + (1 - WEIGHT_FLOOR) * np.sqrt(share), 0.0)
    return _tint(strength * np.sign(weights), ground, colors)


def paint_weights(
    weights: FloatArray, places: FloatArray, *, ground: str, colors: tuple[str, str]
) -> np.ndarray:
    """One joint's regressor weights as vertex colours, each spread over the surface round its vertex.

    Args:
        weights: (V,); below zero where they are another regressor's.
        places: of the vertices at rest, (V, 3) metres.
        ground: colour where no weight is near.
        colors: where the largest is, above and below zero; :func:`color_weights` tells how much of them.

    Returns:
        (V, 3) uint8.
    """
    signed = np.zeros(len(weights))
    if weights.any():
        support = np.flatnonzero(weights)
        shares = np.abs(weights[support]) / np.abs(weights).max()
        strength = np.sign(weights[support]) * (WEIGHT_FLOOR + (1 - WEIGHT_FLOOR) * np.sqrt(shares))
        squares = ((places[:, None] - places[support]) ** 2).sum(axis=-1)  # [V, S]
        spread = strength * np.exp(-squares / (2 * WEIGHT_SPREAD**2))
        signed = np.take_along_axis(spread, np.abs(spread).argmax(axis=1)[:, None], axis=1)[:, 0]
    return _tint(signed, ground, colors)


def _tint(signed: FloatArray, ground: str, colors: tuple[str, str]) -> np.ndarray:
    """Mix a ground with one of two colours, as strong as values from -1 to 1 say; (n, 3) uint8."""
    low, (above, below) = np.array(to_rgb(ground)), (np.array(to_rgb(color)) for color in colors)
    color = np.where(signed[:, None] >= 0, above, below)
    return np.round(low + (color - low) * np.abs(signed)[:, None]).astype(np.uint8)
