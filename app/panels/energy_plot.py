"""Live curves: every term's share of the energy over the iterations, and the totals of other variants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph
from PyQt6.QtCore import Qt, QTimer, pyqtSignal

from app.session.optimisation import OptimisationState, Variant
from app.theme.colors import Shades
from app.theme.fonts import SMALL_POINTS, text_font

_PAUSE = 120  # milliseconds between two drawings
_POINTS = 400  # of a curve: more than it has pixels to tell them apart
_LEAST = 1e-12  # what a logarithmic axis shows of a term that is zero


class _Axis(pyqtgraph.AxisItem):
    """On a logarithmic scale, writes 1, 2 and 5 of every decade, and leaves the rest to the grid."""

    def logTickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        figures = [f"{10**value * scale:.1g}" for value in values]
        return [figure if figure.lstrip("0.")[:1] in ("1", "2", "5") else "" for figure in figures]


class EnergyPlot(pyqtgraph.PlotWidget):
    """The active variant's terms and total, and the totals of the others.

    A click shows the body of that iteration; the pointer is followed by a line, and its iteration told.

    Args:
        invoke: runs a command by id with JSON arguments.
    """

    pointed = pyqtSignal(object)  # the iteration under the pointer, None without

    def __init__(self, invoke: Callable[..., Any]) -> None:
        super().__init__(axisItems={"left": _Axis("left")})
        self._invoke = invoke
        self._curves: dict[str, pyqtgraph.PlotDataItem] = {}
        self._last = 0
        self._hidden: frozenset[str] = frozenset()
        self.setMinimumHeight(110)
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
        plot.getAxis("left").setWidth(40)
        self._pending: tuple[OptimisationState, Shades] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.draw_now)
        self._marker = pyqtgraph.InfiniteLine(angle=90)
        self._pointer = pyqtgraph.InfiniteLine(angle=90)
        for line in (self._marker, self._pointer):
            line.setVisible(False)
            self.addItem(line)
        self.scene().sigMouseClicked.connect(self._go_to)
        self.scene().sigMouseMoved.connect(self._follow)

    def show_energies(self, run: OptimisationState, shades: Shades) -> None:
        """Draw a run's history, a few times a second at most."""
        self._pending = (run, shades)
        if not self._timer.isActive():
            self._timer.start(_PAUSE)

    def forget(self) -> None:
        """Draw no more of what was shown; to be called before the window closes."""
        self._timer.stop()
        self._pending = None

    def show_curves(self, hidden: frozenset[str]) -> None:
        """Hide some curves, by term or variant."""
        self._hidden = hidden
        self.draw_now()

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Draw energies on a logarithmic scale, or from zero."""
        self.getPlotItem().setLogMode(x=False, y=logarithmic)

    def draw_now(self) -> None:
        """Draw what was last shown, without waiting for the next drawing."""
        self._timer.stop()
        if self._pending is None:
            return
        run, shades = self._pending
        self._take_colors(shades)
        drawn: dict[str, tuple[np.ndarray, np.ndarray, Any]] = {}
        for each in run.variants:
            if each is not run.course and each.energies:
                variant = _thin(each)
                pen = pyqtgraph.mkPen(shades.variants[variant.id], width=1.4, style=Qt.PenStyle.DashLine)
                drawn[variant.id] = variant.iterations, variant.history["total"], pen
        if run.course is not None and run.course.energies:
            several = len(run.variants) > 1
            course = _thin(run.course)
            for name, values in course.history.items():
                total = name == "total"
                color = shades.variants[run.active] if total and several else shades.term(name)
                style = Qt.PenStyle.DashLine if total and several else Qt.PenStyle.SolidLine
                style = Qt.PenStyle.DotLine if total and not several else style
                pen = pyqtgraph.mkPen(color, width=2.0 if total and several else 1.7, style=style)
                drawn[name] = course.iterations, values, pen
        drawn = {name: each for name, each in drawn.items() if name not in self._hidden}
        for name in self._curves.keys() - drawn.keys():
            self.removeItem(self._curves.pop(name))
        for name, (iterations, values, pen) in drawn.items():
            if name not in self._curves:
                self._curves[name] = self.plot()
            self._curves[name].setPen(pen)
            self._curves[name].setData(iterations, np.maximum(values, _LEAST), connect="finite")
        self._last = run.iteration
        self._marker.setVisible(run.course is not None and bool(run.energies))
        if run.course is not None:
            self._marker.setValue(run.course.shown)

    def leaveEvent(self, event: Any) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._pointer.setVisible(False)
        self.pointed.emit(None)

    def _take_colors(self, shades: Shades) -> None:
        self.setBackground(shades.surface)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(shades.border_strong)
            axis.setTextPen(shades.muted)
        self._marker.setPen(pyqtgraph.mkPen(shades.accent, width=1.5))
        self._pointer.setPen(pyqtgraph.mkPen(shades.muted, width=1))

    def _find_iteration(self, position: Any) -> int:
        at = self.getPlotItem().vb.mapSceneToView(position).x()
        return int(min(max(round(at), 0), self._last))

    def _follow(self, position: Any) -> None:
        inside = bool(self._curves) and self.getPlotItem().vb.sceneBoundingRect().contains(position)
        self._pointer.setVisible(inside)
        if inside:
            self._pointer.setValue(self._find_iteration(position))
        self.pointed.emit(self._find_iteration(position) if inside else None)

    def _go_to(self, event: Any) -> None:
        if self._curves and event.button() == Qt.MouseButton.LeftButton:
            self._invoke("iteration.go", n=self._find_iteration(event.scenePos()))


def _thin(variant: Variant) -> Variant:
    """The variant with as many of its records as can be told apart in a curve, first and last included."""
    records = variant.energies
    step = -(-len(records) // _POINTS)
    return replace(variant, energies=(*records[:-1:step], records[-1])) if step > 1 else variant
