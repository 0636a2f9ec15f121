"""What the people of the studio wear, and their surface fine enough to be photographed.

Clothes are colours and folds that stand off the skin by millimetres; in hard mode ``clothing`` by more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.body.model import BodyModel
from core.resources import resource_path
from core.studio.streams import open_stream
from core.types import FloatArray, IntArray

#: The demo body's material labels, in order.
MATERIALS = ("skin", "shirt", "trousers", "shoes", "hair")
_CLOTH = ("shirt", "trousers")
#: Metres.
_CLOTH_THICKNESS = 0.002
_FOLD_HEIGHT = 0.003

_SKIN_TONES = ((226, 184, 156), (205, 158, 130), (176, 127, 98), (132, 90, 66), (96, 65, 50))
_SHIRT_COLOURS = (
    (74, 118, 178),
    (168, 62, 56),
    (84, 136, 98),
    (196, 176, 120),
    (206, 204, 198),
    (104, 80, 134),
    (48, 138, 154),
)
_TROUSER_COLOURS = ((58, 60, 66), (54, 62, 84), (112, 100, 82), (40, 42, 46), (92, 94, 92))
_SHOE_COLOURS = ((36, 34, 34), (176, 174, 170), (120, 44, 40))
_HAIR_COLOURS = ((46, 34, 28), (84, 60, 40), (28, 26, 28), (128, 96, 60))


@dataclass(frozen=True)
class Surface:
    """The body's mesh, each triangle cut into sixteen; the shape is the same, colours have room.

    Attributes:
        spread: (P, V) sparse, vertices of the body -> points of the surface.
        faces: (16 F, 3).
        materials: (P,) index into :data:`MATERIALS`.
        cloth: (P,) one where it is covered, zero where it is skin, shoe or hair.
        folds: (P,) between -1 and 1, a pattern as of creased cloth.
        grain: (P,) standard normal, independent from point to point.
        body_faces: (F, 3) of the body.
    """

    spread: sparse.csr_array
    faces: IntArray
    materials: IntArray
    cloth: FloatArray
    folds: FloatArray
    grain: FloatArray
    body_faces: IntArray

    def place(self, vertices: FloatArray, looseness: float) -> tuple[FloatArray, FloatArray]:
        """Points and unit normals (P, 3) of the surface of a posed body (V, 3), clothes included.

        Args:
            vertices: metres.
            looseness: how far clothes stand off besides what thin ones do, metres.
        """
        outward = _unit(self.spread @ find_normals(vertices, self.body_faces))
        height = self.cloth * (_CLOTH_THICKNESS + looseness + _FOLD_HEIGHT * self.folds)
        points = self.spread @ vertices + height[:, None] * outward
        return points, _unit(find_normals(points, self.faces))


def make_surface(body: BodyModel) -> Surface:
    """The surface of the demo body, whose resource file says what each vertex is made of."""
    with np.load(resource_path("demo_body.npz"), allow_pickle=False) as file:
        labels = file["material"]
    spread: sparse.csr_array = sparse.eye_array(body.vertex_count, format="csr")
    faces: IntArray = body.faces
    for _ in range(2):
        finer, faces = subdivide(faces, spread.shape[0])
        spread = (finer @ spread).tocsr()
    shares = spread @ np.eye(len(MATERIALS))[labels]
    rest = spread @ body.v_template
    stream = open_stream(0, "surface")
    return Surface(
        spread,
        faces,
        shares.argmax(axis=1),
        shares[:, [MATERIALS.index(name) for name in _CLOTH]].sum(axis=1),
        _draw_folds(rest, stream),
        stream.normal(size=len(rest)),
        body.faces,
    )


def subdivide(faces: IntArray, count: int) -> tuple[sparse.csr_array, IntArray]:
    """Cut every triangle into four at the middles of its sides.

    Returns:
        (P, count) sparse matrix from the old vertices to old and new ones, and faces (4 F, 3).
    """
    sides = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    unique, side_of = np.unique(sides, axis=0, return_inverse=True)
    middles = np.arange(len(unique))
    halves = sparse.csr_array(
        (np.full(2 * len(unique), 0.5), (np.tile(middles, 2), unique.T.ravel())), shape=(len(unique), count)
    )
    a, b, c = faces.T
    ab, bc, ca = count + side_of.reshape(3, -1)
    finer = np.concatenate(
        [np.stack(corners, axis=1) for corners in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
    )
    return sparse.vstack([sparse.eye_array(count), halves]).tocsr(), finer


def find_normals(vertices: FloatArray, faces: IntArray) -> FloatArray:
    """Vertex normals (V, 3) that point outward, not of unit length: sums of the faces' areas."""
    corners = vertices[faces]
    areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        for axis in range(3):
            normals[:, axis] += np.bincount(faces[:, corner], areas[:, axis], minlength=len(vertices))
    return normals


def draw_colours(seed: int, subject: str, surface: Surface) -> FloatArray:
    """Colour (P, 3) uint8 of every point of a subject's surface: skin, hair and that session's clothes."""
    stream = open_stream(seed, "clothes", subject)
    palette = np.array(
        [
            colours[stream.integers(len(colours))]
            for colours in (_SKIN_TONES, _SHIRT_COLOURS, _TROUSER_COLOURS, _SHOE_COLOURS, _HAIR_COLOURS)
        ],
        dtype=np.float64,
    ) * stream.uniform(0.9, 1.1, size=(len(MATERIALS), 1))
    cloth = np.isin(surface.materials, [MATERIALS.index(name) for name in _CLOTH])
    brightness = 1 + np.where(cloth, 0.09, 0.0) * surface.folds
    colours = palette[surface.materials] * brightness[:, None]
    colours += np.where(cloth, 5.0, 2.5)[:, None] * surface.grain[:, None]
    return np.clip(colours, 0, 255).astype(np.uint8)


def _unit(vectors: FloatArray) -> FloatArray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _draw_folds(rest: FloatArray, stream: np.random.Generator) -> FloatArray:
    """Waves in random directions over the rest body, sharpened to creases."""
    folds = np.zeros(len(rest))
    for _ in range(8):
        wave = stream.normal(size=3) * (16, 34, 16)
        folds += np.sin(
            rest @ wave + stream.uniform(0, 2 * np.pi) + 1.5 * np.sin(rest @ wave[[2, 0, 1]] * 0.6)
        )
    return np.tanh(folds / 2)
