"""The curves with their legend, whose entries show and hide them, and the figures under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.panels.energy_legend import EnergyLegend
from app.panels.energy_plot import EnergyPlot
from app.session.session import Session
from app.theme.controls import make_label, make_tool
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, TIGHT
from core.energy.terms import TERMS

_TOTAL = "total"


class EnergyChart(QWidget):
    """Legend above, curves below; empty until there is something to draw.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._hidden: frozenset[str] = frozenset()
        self._pointed: int | None = None
        self.plot = EnergyPlot(invoke)
        self.plot.pointed.connect(self._point_at)
        self.legend = EnergyLegend(self._toggle)
        self.logarithmic = make_tool("Logarithmic scale", checkable=True)
        self.logarithmic.setProperty("role", "chip")
        self.logarithmic.setChecked(True)
        self.logarithmic.toggled.connect(self.plot.set_logarithmic)
        self.readout = QLabel()
        self.readout.setProperty("role", "muted")
        self.readout.setToolTip("The total energy at this iteration in bold, and the terms' weighted shares")
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.empty = make_label("Run, and every term's energy is drawn here.", "muted")
        self.empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(make_label("Energy", "heading"))
        top.addWidget(self.readout, 1)
        top.addWidget(self.logarithmic)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addLayout(top)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
        column.addWidget(self.empty)
        column.addStretch(0)

    def show_run(self) -> None:
        """Follow the live run and the theme."""
        session, shades = self._session, shades_of(self._session)
        drawn = bool(session.optimisation.energies)
        for widget in (self.plot, self.legend, self.logarithmic):
            widget.setVisible(drawn)
        self.empty.setVisible(not drawn)
        self._show_legend()
        self._read_out()
        self.plot.show_energies(session.optimisation, shades)

    def show_icons(self) -> None:
        """Take the theme's colours."""
        self.logarithmic.setIcon(icon("log", shades_of(self._session)))

    def _show_legend(self) -> None:
        run, shades = self._session.optimisation, shades_of(self._session)
        several = len(run.variants) > 1
        present = {term for record in run.energies for term in record.weighted}
        names = {term: (TERMS[term].name, shades.term(term)) for term in TERMS if term in present}
        if names and not several:
            names[_TOTAL] = "Total", shades.term(_TOTAL)
        elif names:
            for variant in run.variants:
                name = _TOTAL if variant.id == run.active else variant.id
                names[name] = f"Total {variant.id}", shades.variants[variant.id]
        self.legend.show_entries(names, self._hidden)

    def _toggle(self, name: str) -> None:
        self._hidden = self._hidden ^ {name}
        self._show_legend()
        self._read_out()
        self.plot.show_curves(self._hidden)

    def _point_at(self, iteration: int | None) -> None:
        if iteration != self._pointed:
            self._pointed = iteration
            self._read_out()

    def _read_out(self) -> None:
        """Figures of the iteration under the pointer; of the shown one without."""
        course, shades = self._session.optimisation.course, shades_of(self._session)
        at = self._pointed if self._pointed is not None else (course.shown if course else 0)
        record = course.energies_at(at) if course else None
        if record is None:
            self.readout.clear()
            return
        parts = [
            f"<span style='color:{shades.term(term)}'>{value:.2g}</span>"
            for term, value in record.weighted.items()
            if term not in self._hidden
        ]
        # The total first: in a narrow panel the last terms have no room.
        self.readout.setText(f"{at}: <b>{record.total:.3g}</b> {' '.join(parts)}")
