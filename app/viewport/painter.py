"""What the body's surface is coloured by: nothing, a regressor's weights, or how far it has moved."""

from __future__ import annotations

import numpy as np

from app.session.session import Session
from app.theme.colors import mix
from app.theme.current import data_colors, shades_of
from app.viewport.actors import paint_weights
from app.viewport.displacement import (
    choose_scale,
    color_displacement,
    make_color_table,
    measure_displacement,
)
from app.viewport.legend import Scale
from app.viewport.tile import Tile
from core.types import FloatArray


class SurfacePainter:
    """Colours the tiles' bodies as the session says; the distance moved before the weights.

    Attributes:
        scale: of the colours that were painted last; None where they tell no distance.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._painted: dict[int, object] = {}  # what each tile's body was painted with
        self.scale: Scale | None = None

    def repaint(self) -> None:
        """Paint everything anew at the next :meth:`paint`: colours have changed."""
        self._painted.clear()

    def paint(self, bodies: list[tuple[Tile, FloatArray | None]]) -> None:
        """Colour some tiles' bodies, (V, 3) metres in the camera frame."""
        start = self._session.run_view.start
        moved = self._session.run_view.displacement and start is not None and self._session.live
        self.scale = None
        if moved and start is not None:
            self._paint_displacement([(tile, body) for tile, body in bodies if body is not None], start)
        else:
            for tile, _ in bodies:
                self._paint_weights(tile)

    def _paint_displacement(self, bodies: list[tuple[Tile, FloatArray]], start: FloatArray) -> None:
        distances = [measure_displacement(body, start) for _, body in bodies]
        if not distances:
            return
        end = max(choose_scale(each) for each in distances)
        table = make_color_table(shades_of(self._session).body)
        for (tile, _), each in zip(bodies, distances):
            tile.body.set_colors(color_displacement(each, end, table))
            self._painted.pop(id(tile), None)
            tile.paint_support(np.zeros(0, int), np.zeros(0), "")
        self.scale = Scale("Moved since the start", end, table)

    def _paint_weights(self, tile: Tile) -> None:
        paint, ground = self._session.paint, shades_of(self._session).body
        regressor = self._session.regressors.get(paint[0]) if paint else None
        if self._painted.get(id(tile)) == (paint, ground, id(regressor)):
            return
        self._painted[id(tile)] = (paint, ground, id(regressor))
        if paint is None or regressor is None:
            tile.body.set_color(ground)
            tile.paint_support(np.zeros(0, int), np.zeros(0), "")
            return
        weights, color = regressor.weights[paint[1]], data_colors().joints(paint[0])
        rest = self._session.project.body().v_template
        grey = mix(ground, "#808080", 0.35)
        tile.body.set_colors(paint_weights(weights, rest, ground=grey, color=color))
        rows = np.flatnonzero(weights)
        tile.paint_support(rows, weights[rows], color)
