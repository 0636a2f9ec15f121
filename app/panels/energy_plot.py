"""Live curves: every term's share of the energy over the iterations, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph
from PyQt6.QtCore import Qt, QTimer

from app.session.optimisation import OptimisationState
from app.theme.colors import Shades
from app.theme.fonts import SMALL_POINTS, text_font

_PAUSE = 120  # milliseconds between two drawings
_LEAST = 1e-12  # what a logarithmic axis shows of a term that is zero


class _LogAxis(pyqtgraph.AxisItem):
    """Writes 1, 2 and 5 of every decade, and leaves the rest to the grid."""

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        figures = [f"{10**value * scale:.1g}" for value in values]
        return [figure if figure.lstrip("0.")[:1] in ("1", "2", "5") else "" for figure in figures]


class EnergyPlot(pyqtgraph.PlotWidget):
    """One curve a term and one of the total; a click shows the body of that iteration.

    Args:
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, invoke: Callable[..., Any]) -> None:
        super().__init__(axisItems={"left": _LogAxis("left")})
        self._invoke = invoke
        self._curves: dict[str, pyqtgraph.PlotDataItem] = {}
        self._last = 0
        self.setMinimumHeight(140)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        plot = self.getPlotItem()
        plot.setLogMode(x=False, y=True)
        plot.showGrid(x=False, y=True, alpha=0.12)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setTickFont(text_font(SMALL_POINTS - 0.5))
            axis.setStyle(tickLength=-4)
        plot.getAxis("left").setWidth(44)
        self._pending: tuple[OptimisationState, Shades, int | None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.draw_now)
        self._marker = pyqtgraph.InfiniteLine(angle=90, pen=pyqtgraph.mkPen("w", width=1))
        self._marker.setVisible(False)
        self.addItem(self._marker)
        self.scene().sigMouseClicked.connect(self._go_to)

    def show_energies(self, run: OptimisationState, shades: Shades, shown: int | None) -> None:
        """Draw a run's history, a few times a second at most.

        Args:
            run: the live run.
            shades: the theme's colours.
            shown: iteration whose body is shown; None without one.
        """
        self._pending = (run, shades, shown)
        if not self._timer.isActive():
            self._timer.start(_PAUSE)

    def draw_now(self) -> None:
        """Draw what was last shown, without waiting for the next drawing."""
        self._timer.stop()
        if self._pending is None:
            return
        run, shades, shown = self._pending
        self._take_colors(shades)
        history = run.course.history if run.course and run.energies else {}
        for name in self._curves.keys() - history.keys():
            self.removeItem(self._curves.pop(name))
        for name, values in history.items():
            if name not in self._curves:
                self._curves[name] = self.plot()
            total = name == "total"
            pen = pyqtgraph.mkPen(shades.terms[name], width=1.2 if total else 1.8)
            if total:
                pen.setStyle(Qt.PenStyle.DotLine)
            self._curves[name].setPen(pen)
            self._curves[name].setData(run.course.iterations, np.maximum(values, _LEAST), connect="finite")
        self._last = run.iteration
        self._marker.setVisible(shown is not None and bool(run.energies))
        if shown is not None:
            self._marker.setValue(shown)

    def _take_colors(self, shades: Shades) -> None:
        self.setBackground(shades.surface)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(shades.border_strong)
            axis.setTextPen(shades.muted)
        self._marker.setPen(pyqtgraph.mkPen(shades.accent, width=1))

    def _go_to(self, event: Any) -> None:
        if self._curves and event.button() == Qt.MouseButton.LeftButton:
            at = self.getPlotItem().vb.mapSceneToView(event.scenePos()).x()
            self._invoke("iteration.go", n=int(min(max(round(at), 0), self._last)))
