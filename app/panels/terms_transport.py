"""Buttons that run, pause, step, fork and reset the live run, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget
from superqt import QElidingLabel

from app.panels.progress_line import ProgressLine
from app.session.session import Session
from app.theme.colors import Shades
from app.theme.controls import SteadyLabel, make_button, make_tool, set_role
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, TIGHT

_STATES = {
    "off": "not started",
    "starting": "preparing this frame",
    "running": "running",
    "paused": "paused",
    "done": "done",
    "failed": "failed",
}


class Transport(QWidget):
    """Steers the live run.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self._session = session
        self._invoke = invoke
        self._face: tuple[str, Shades] | None = None
        self.run = make_button("Run", primary=True)
        self.every = make_tool("Run all variants  (Shift+R)")
        self.step = make_tool("One step  (N)")
        self.fork = make_tool("Fork: begin a variant at the shown iteration  (Y)")
        self.reset = make_tool("Back to the start, with one variant  (Ctrl+R)")
        self.run.clicked.connect(self._run_or_pause)
        self.every.clicked.connect(lambda: invoke("optimize.start", variants="all"))
        self.step.clicked.connect(lambda: invoke("optimize.step", n=1))
        self.fork.clicked.connect(lambda: invoke("optimize.fork"))
        self.reset.clicked.connect(lambda: invoke("optimize.reset"))
        self.state = SteadyLabel()
        self.state.setProperty("role", "muted")
        self.pace = SteadyLabel()
        self.pace.setProperty("role", "muted")
        self.pace.setToolTip("Iterations a second of this variant, averaged over the last two seconds")
        self.progress = ProgressLine()
        self.note = QElidingLabel()
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        buttons = QHBoxLayout()
        buttons.setSpacing(TIGHT)
        buttons.addWidget(self.run, 1)
        for button in (self.every, self.step, self.fork, self.reset):
            buttons.addWidget(button)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(TIGHT)
        grid.setHorizontalSpacing(GAP)
        grid.addLayout(buttons, 0, 0)
        grid.addWidget(self.progress, 1, 0)
        where = QHBoxLayout()
        where.addWidget(self.state)
        where.addStretch(1)
        where.addWidget(self.pace)
        grid.addLayout(where, 2, 0)
        grid.addWidget(self.note, 3, 0)

    def show_icons(self) -> None:
        """Take the theme's colours."""
        shades = shades_of(self._session)
        for button, name in (
            (self.every, "fast"),
            (self.step, "step"),
            (self.fork, "fork"),
            (self.reset, "reset"),
        ):
            button.setIcon(icon(name, shades))

    def show_state(self) -> None:
        """Follow the live run."""
        run, shades = self._session.optimisation, shades_of(self._session)
        running = run.busy
        self._show_button("Pause" if running else "Run", shades)
        self.reset.setEnabled(run.phase != "off")
        self.every.setVisible(len(run.variants) > 1)
        iterations = self._session.terms.iterations
        shown = run.course.shown if run.course else 0
        self.progress.set_share(min(shown / iterations, 1.0))
        self.state.setText(self._describe(shown, iterations))
        self.state.setToolTip(f"{len(run.rows)} views share the body" if len(run.rows) > 1 else "")
        self.pace.setText(describe_pace(run.pace))
        if run.alive and self._session.row not in run.rows:
            self.note.setText(
                f"This run is of {self._session.project.keys[run.rows[0]]}; Run starts anew here."
            )
        else:
            self.note.setText(run.message or (run.course.message if run.course else ""))
        set_role(self.note, "danger" if run.status == "failed" else "muted")
        self.note.setToolTip(self.note.text())
        self.note.setVisible(bool(self.note.text()))

    def _show_button(self, title: str, shades: Shades) -> None:
        """Give the button another face only where it has another: each one has the panel laid out anew."""
        if (title, shades) == self._face:
            return
        self._face = title, shades
        pauses = title == "Pause"
        self.run.setText(title)
        self.run.setToolTip("Pause  (P)" if pauses else "Run on from the shown iteration  (R)")
        self.run.setIcon(icon("pause" if pauses else "play", shades, color=shades.on_accent))

    def _describe(self, shown: int, iterations: int) -> str:
        run = self._session.optimisation
        if run.phase != "ready":
            return _STATES[run.status]
        where = f"iteration {shown}" + (f" of {iterations}" if shown <= iterations else "")
        if run.status != "running" and shown != run.iteration:
            return f"{where}  ·  went on to {run.iteration}"
        return f"{where}  ·  {_STATES[run.status]}"

    def _run_or_pause(self) -> None:
        self._invoke("optimize.pause" if self._session.optimisation.busy else "optimize.start")


def describe_pace(pace: float | None) -> str:
    """``430 it/s``: iterations a second to two figures, so that they stand still; empty while unknown."""
    return "" if pace is None else f"{float(f'{pace:.2g}'):g} it/s"
