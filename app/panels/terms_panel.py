"""The energy: which terms pull on the body, how strongly, and the run that lets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout

from app.commands.terms import KEYS
from app.panels.energy_chart import EnergyChart
from app.panels.panel import Panel
from app.panels.term_row import TermRow
from app.panels.terms_transport import Transport
from app.panels.terms_variants import VariantList
from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import make_choice, make_label, make_line, make_panel
from app.theme.current import shades_of
from app.theme.spacing import GAP, HAIR, TIGHT, WIDE
from core.energy.terms import TERMS
from core.optimize.presets import PRESETS

#: How many views may share the body, and what that is called.
VIEWS = {1: "1 view", 4: "4 views"}
#: Lines of terms that are seen at least, however low the window.
_LEAST_LINES = 4


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
        self.preset.setToolTip("Terms, weights and step sizes to start from")
        self.preset.textActivated.connect(lambda name: invoke("terms.preset", preset=name))
        self.views = make_choice("Views")
        for count, title in VIEWS.items():
            self.views.addItem(title, count)
        self.views.activated.connect(lambda place: invoke("terms.views", n=self.views.itemData(place)))
        self.transport = Transport(session, invoke)
        self.variants = VariantList(session, invoke)
        self.rows = {name: TermRow(term, invoke, key=KEYS.get(name, "")) for name, term in TERMS.items()}
        self.chart = EnergyChart(session, invoke)
        self.plot = self.chart.plot
        self._lay_out()
        self.listen()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(self.preset, 3)
        top.addWidget(self.views, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, GAP)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addWidget(self.transport)
        column.addWidget(self.variants)
        column.addWidget(make_line())
        column.addWidget(self._lay_out_terms())
        column.addWidget(make_line())
        column.addWidget(self.chart, 1)

    def _lay_out_terms(self) -> QScrollArea:
        """All terms where there is room, a few of them otherwise, so that the curves stay in sight."""
        ground = make_panel()
        grid = QGridLayout(ground)
        grid.setContentsMargins(0, 0, TIGHT, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(HAIR)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(2, 40)
        for place, title in ((1, "Term"), (2, "Share"), (3, "Weight")):
            heading = make_label(title, "muted")
            if place > 1:
                heading.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(heading, 0, place)
        for number, row in enumerate(self.rows.values()):
            row.place(grid, 1 + number)
        scroll = QScrollArea()
        scroll.setWidget(ground)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        height = ground.sizeHint().height()
        scroll.setMaximumHeight(height)
        scroll.setMinimumHeight(height * (_LEAST_LINES + 1) // (len(self.rows) + 1))
        scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        return scroll

    def ignore(self) -> None:
        """Listen no more, and draw no curve that still waits for its turn."""
        super().ignore()
        self.plot.forget()

    def refresh(self, change: Change) -> None:
        """Follow the settings, the live run, the shown frame and the theme."""
        if change & Change.THEME:
            self.transport.show_icons()
            self.chart.show_icons()
            for row in self.rows.values():
                row.set_shades(shades_of(self.session))
        if change & (Change.TERMS | Change.OPTIMISATION | Change.THEME):
            self._show_terms()
        if change & (Change.OPTIMISATION | Change.TERMS | Change.FRAME | Change.THEME):
            self.transport.show_state()
        if change & (Change.OPTIMISATION | Change.TERMS | Change.RUN_VIEW | Change.THEME):
            self.variants.show_variants()
        if change & (Change.OPTIMISATION | Change.TERMS | Change.THEME):
            self.chart.show_run()

    def _show_terms(self) -> None:
        session, settings, run = self.session, self.session.terms, self.session.optimisation
        if self.preset.currentText() != settings.preset:
            self.preset.setCurrentText(settings.preset)
        shared = session.project.has_extrinsics
        self.views.setEnabled(shared)
        self.views.setCurrentIndex(self.views.findData(settings.views))
        self.views.setToolTip(
            "How many cameras of the instant share one body; taken up when the run begins anew"
            if shared
            else "This data set does not say where its cameras stand, so they cannot share a body"
        )
        record = run.course.energies_at(run.course.shown) if run.course else None
        latest = record.weighted if record else {}
        total = sum(latest.values())
        for name, row in self.rows.items():
            share = latest[name] / total if name in latest and total > 0 else None
            row.show_setting(settings.terms[name], share=share, unavailable=run.unavailable.get(name, ""))
