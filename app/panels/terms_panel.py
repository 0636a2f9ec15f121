"""The energy: which terms pull on the body, how strongly, and the run that lets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from app.panels.controls import (
    make_button,
    make_choice,
    make_label,
    make_line,
    make_note,
    make_tool,
    set_role,
)
from app.panels.energy_plot import EnergyPlot
from app.panels.panel import Panel
from app.panels.progress_line import ProgressLine
from app.panels.term_row import TermRow
from app.session.changes import Change
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, TIGHT, WIDE
from core.energy.terms import TERMS
from core.optimize.presets import PRESETS

_STATES = {
    "off": "not started",
    "starting": "preparing this frame",
    "running": "running",
    "paused": "paused",
    "done": "done",
    "failed": "failed",
}


class TermsPanel(Panel):
    """Steers the live run of the shown frame and draws its energies.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self.preset = make_choice("Preset")
        self.preset.addItems(list(PRESETS))
        self.preset.textActivated.connect(lambda name: invoke("terms.preset", preset=name))
        self.rows = {name: TermRow(term, invoke) for name, term in TERMS.items()}
        self.run = make_button("Run", primary=True)
        self.step = make_tool("One step")
        self.reset = make_tool("Back to the start")
        self.run.clicked.connect(self._run_or_pause)
        self.step.clicked.connect(lambda: invoke("optimize.step", n=1))
        self.reset.clicked.connect(lambda: invoke("optimize.reset"))
        self.state = make_label(role="muted")
        self.progress = ProgressLine()
        self.note = make_note()
        self.plot = EnergyPlot(invoke)
        self.curves_note = make_note()
        self.curves_note.setText("Run, and the energy of every term is drawn here over the iterations.")
        self._lay_out()
        self.listen()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(make_label("Preset", "muted"))
        top.addWidget(self.preset, 1)
        terms = QGridLayout()
        terms.setHorizontalSpacing(GAP)
        terms.setVerticalSpacing(TIGHT)
        terms.setColumnStretch(1, 1)
        for place, title in ((1, "Term"), (2, "Share"), (3, "Weight")):
            terms.addWidget(make_label(title, "faint"), 0, place)
        for number, row in enumerate(self.rows.values()):
            row.place(terms, 1 + 2 * number)
        buttons = QHBoxLayout()
        buttons.setSpacing(TIGHT)
        buttons.addWidget(self.run, 1)
        buttons.addWidget(self.step)
        buttons.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addLayout(terms)
        column.addWidget(make_line())
        column.addLayout(buttons)
        column.addWidget(self.progress)
        column.addWidget(self.state)
        column.addWidget(self.note)
        column.addWidget(self.curves_note)
        column.addWidget(self.plot, 1)
        column.addStretch(0)

    def refresh(self, change: Change) -> None:
        """Follow the settings, the live run, the shown frame and the theme."""
        if change & Change.THEME:
            self._show_icons()
        if change & (Change.TERMS | Change.OPTIMISATION | Change.THEME):
            self._show_terms()
        if change & (Change.OPTIMISATION | Change.TERMS | Change.FRAME | Change.THEME):
            self._show_state()
        if change & (Change.OPTIMISATION | Change.ITERATION | Change.TERMS | Change.THEME):
            shown = self.session.snapshot.iteration if self.session.snapshot else None
            self.plot.setVisible(bool(self.session.optimisation.energies))
            self.curves_note.setVisible(self.plot.isHidden())
            self.plot.show_energies(self.session.optimisation, shades_of(self.session), shown)

    def _show_icons(self) -> None:
        shades = shades_of(self.session)
        self.step.setIcon(icon("step", shades))
        self.reset.setIcon(icon("reset", shades))
        for row in self.rows.values():
            row.set_shades(shades)

    def _show_terms(self) -> None:
        settings, run = self.session.terms, self.session.optimisation
        if self.preset.currentText() != settings.preset:
            self.preset.setCurrentText(settings.preset)
        latest = run.energies[-1].weighted if run.energies else {}
        total = sum(latest.values())
        for name, row in self.rows.items():
            share = latest[name] / total if name in latest and total > 0 else None
            row.show_setting(settings.terms[name], share=share, unavailable=run.unavailable.get(name, ""))

    def _show_state(self) -> None:
        run, shades = self.session.optimisation, shades_of(self.session)
        running = run.status in ("starting", "running")
        self.run.setText("Pause" if running else "Run")
        self.run.setIcon(icon("pause" if running else "play", shades, color=shades.on_accent))
        self.reset.setEnabled(run.status != "off")
        iterations = self.session.terms.iterations
        self.progress.set_share(min(run.iteration / iterations, 1.0))
        words = _STATES[run.status]
        if run.alive:
            words = f"iteration {run.iteration} of {iterations}  ·  {words}"
        self.state.setText(words)
        if run.alive and self.session.row not in run.rows:
            self.note.setText(
                f"This run is of {self.session.project.keys[run.rows[0]]}; Run starts anew here."
            )
        else:
            self.note.setText(run.message or (run.course.message if run.course else ""))
        set_role(self.note, "danger" if run.status == "failed" else "muted")
        self.note.setVisible(bool(self.note.text()))

    def _run_or_pause(self) -> None:
        running = self.session.optimisation.status in ("starting", "running")
        self.invoke("optimize.pause" if running else "optimize.start")
