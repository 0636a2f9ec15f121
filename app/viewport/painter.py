"""What the body's surface is coloured by: nothing, regressors' weights, or how far it has moved."""

from __future__ import annotations

import numpy as np

from app.session.paint import Paint
from app.session.session import Session
from app.theme.colors import mix
from app.theme.current import data_colors, shades_of
from app.viewport.actors import color_weights, paint_weights
from app.viewport.displacement import (
    choose_scale,
    color_displacement,
    make_color_table,
    measure_displacement,
)
from app.viewport.legend import Scale
from app.viewport.tile import Tile
from core.types import FloatArray

_STEPS = 128  # of a legend's colours
_TINT = 0.4  # of a variant's colour in the body that its ghosts stand around


class SurfacePainter:
    """Colours the tiles' bodies as the session says; the distance moved before the weights.

    Attributes:
        scale: of the colours that were painted last; None where the body has its own.
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
        moved = self._session.run_view.displacement and start is not None and self._session.shown.live
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
            tile.paint_support(np.zeros(0, int), np.zeros(0), ("", ""))
        self.scale = Scale("Moved since the start", "0", f"{end} mm", table)

    def _paint_weights(self, tile: Tile) -> None:
        session, body = self._session, color_body(self._session)
        paint = session.paint
        if paint is not None and not session.regressors.keys() >= set(paint.regressors):
            paint = None  # it was removed
        if paint is not None:
            self.scale = self._describe(paint)
        names = () if paint is None else paint.regressors
        painted = (paint, body, *(id(session.regressors[name]) for name in names))
        if self._painted.get(id(tile)) == painted:
            return
        self._painted[id(tile)] = painted
        if paint is None:
            tile.body.set_color(body)
            tile.paint_support(np.zeros(0, int), np.zeros(0), ("", ""))
            return
        weights, colors = self._weigh(paint), self._colors_of(paint)
        rest = session.project.body().v_template
        tile.body.set_colors(paint_weights(weights, rest, ground=shades_of(session).plain, colors=colors))
        rows = np.flatnonzero(weights)
        tile.paint_support(rows, weights[rows], colors)

    def _weigh(self, paint: Paint) -> FloatArray:
        """Weights, (V,); below zero where the other regressor's are larger."""
        regressors = self._session.regressors
        weights = regressors[paint.regressor].weights[paint.joint]
        return weights if paint.minus is None else weights - regressors[paint.minus].weights[paint.joint]

    def _colors_of(self, paint: Paint) -> tuple[str, str]:
        """Colours of weights above and below zero."""
        return data_colors().joints(paint.regressor), data_colors().joints(paint.minus or paint.regressor)

    def _describe(self, paint: Paint) -> Scale:
        """The range of the weights, in the colours that they are painted in at their places."""
        session = self._session
        joint, weights = session.project.joint_set.names[paint.joint], self._weigh(paint)
        high, low = self._colors_of(paint)
        most = max(float(np.abs(weights).max()), 1e-9)
        share = color_weights(
            np.linspace(-most if paint.minus else 0.0, most, _STEPS),
            most,
            shades_of(session).plain,
            (high, low),
        )
        if paint.minus is None:
            return Scale(f"{paint.regressor}'s weights, {joint}", "0", f"{most:.2f}", share)
        return Scale(f"Weights, {joint}", f"{paint.minus} {most:.2f}", f"{paint.regressor} {most:.2f}", share)


def shows_ghosts(session: Session) -> bool:
    """Whether other variants of the live run stand around the active one."""
    live, layout = session.shown.live, session.run_view.layout
    return live and layout == "ghosts" and len(session.optimisation.variants) > 1


def color_body(session: Session) -> str:
    """The colour of a body that nothing is painted on: among ghosts that of its variant, lightly."""
    shades = shades_of(session)
    if not shows_ghosts(session):
        return shades.body
    return mix(shades.body, shades.variants[session.optimisation.active], _TINT)
