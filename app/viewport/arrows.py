"""Arrows of one colour whose places, directions and lengths are rewritten in place."""

from __future__ import annotations

import numpy as np
import pyvista

from app.theme.colors import to_shares
from app.viewport.actors import Places, make_actor
from core.types import FloatArray

_ARROW = pyvista.Arrow(
    tip_length=0.35,
    tip_radius=1.0,
    tip_resolution=10,
    shaft_radius=0.4,
    shaft_resolution=8,
).triangulate()


class ArrowsActor:
    """As many arrows as there are places; those of no length, or without a place, are not seen.

    Args:
        count: how many.
        thickness: radius of a tip in metres.
    """

    def __init__(self, count: int, *, thickness: float) -> None:
        self.count = count
        self._thickness = thickness
        self._template = np.asarray(_ARROW.points, np.float32)  # [A, 3] along x, from 0 to 1
        faces = np.asarray(_ARROW.regular_faces)
        size = len(self._template)
        of_all = (faces[None] + size * np.arange(count)[:, None, None]).reshape(-1, 3)
        cells = np.column_stack([np.full(len(of_all), 3), of_all])
        mesh = pyvista.PolyData(np.zeros((count * size, 3), np.float32), faces=cells.reshape(-1))
        self._places = Places(mesh)
        self.actor = make_actor(mesh, lit=False)
        self.actor.SetVisibility(False)

    def set_arrows(self, starts: FloatArray, moves: FloatArray) -> None:
        """Place the arrows.

        Args:
            starts: (count, 3) metres; NaN hides an arrow.
            moves: (count, 3) metres from start to tip.
        """
        lengths = np.linalg.norm(moves, axis=1)
        seen = np.isfinite(starts).all(axis=1) & (lengths > 1e-4)
        self.actor.SetVisibility(bool(seen.any()))
        if not seen.any():
            return
        lengths = np.where(seen, lengths, 0.0)
        along = np.where(seen[:, None], moves, [1.0, 0, 0]) / np.where(seen, lengths, 1.0)[:, None]
        # Any direction that is not the arrow's own gives the two across it.
        helper = np.where(np.abs(along[:, :1]) < 0.8, [[1.0, 0, 0]], [[0, 1.0, 0]])
        across = np.cross(along, helper)
        across /= np.linalg.norm(across, axis=1, keepdims=True)
        axes = np.stack([along, across, np.cross(along, across)], axis=1)  # [n, 3 axes, 3]
        thick = np.minimum(self._thickness, 0.3 * lengths)  # short arrows are thin, so that they keep a tip
        scale = np.stack([lengths, thick, thick], axis=1)  # [n, 3]
        placed = (self._template[None] * scale[:, None]) @ axes + np.where(
            seen[:, None], starts, starts[seen][0]
        )[:, None]
        self._places.move(placed.reshape(-1, 3))

    def set_color(self, color: str) -> None:
        """Colour them, ``#rrggbb``."""
        self.actor.GetProperty().SetColor(*to_shares(color))
