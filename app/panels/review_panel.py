"""The queue of findings: filters, list, and the one that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QModelIndex, QSize, Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QScrollArea, QSplitter, QTableView, QVBoxLayout
from superqt import QElidingLabel

from app.panels.finding_card import FindingCard
from app.panels.finding_filters import FindingFilters
from app.panels.finding_table import FindingTable
from app.panels.panel import Panel
from app.panels.progress_line import ProgressLine
from app.panels.sample_strip import SampleStrip
from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import make_button, make_note, make_panel, make_tool
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, TIGHT, WIDE

_ROW = 40
_MOST_LISTED = 7  # findings that are seen at once, unless a person makes more room
_FOLLOWED = Change.FINDINGS | Change.FLAGS | Change.THEME


class ReviewPanel(Panel):
    """Goes through findings and decides about them.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self._shared: tuple[int, bool] | None = None  # findings and card that room was shared between
        self.model = FindingTable(session)
        self.table = QTableView()
        self._build_table()
        self.filters = FindingFilters(session, invoke)
        self.card = FindingCard(session, invoke)
        self.count = QElidingLabel()
        self.count.setProperty("role", "heading")
        self.origin = QElidingLabel()
        self.origin.setProperty("role", "muted")
        self.progress = ProgressLine()
        self.blind = make_tool("Blind review: hide what others decided", checkable=True)
        self.blind.clicked.connect(lambda blind: invoke("review.blind", blind=blind))
        self.audit = make_button("Run the audit…")
        self.audit.clicked.connect(lambda: invoke("audit.run"))
        self.sample = SampleStrip(session, invoke)
        self.empty = make_note()
        self.optimize = make_button("Optimise the bodies first…")
        self.optimize.setToolTip("Proposes preset jointlens, all views of an instant sharing one body")
        self.optimize.clicked.connect(self._optimize)
        self._lay_out()
        self.listen()

    def _build_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName("Findings")
        self.table.setTabKeyNavigation(False)  # Tab leaves the table
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # of whom, and which joint
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setIconSize(QSize(16, 16))
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        rows.setDefaultSectionSize(_ROW)
        rows.hide()
        columns.hide()
        columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        columns.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.table.clicked.connect(self._go)
        self.table.activated.connect(self._go)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(TIGHT)
        head.addWidget(self.count, 1)
        head.addWidget(self.blind)
        head.addWidget(self.audit)
        top = make_panel()
        upper = QVBoxLayout(top)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(GAP)
        upper.addLayout(head)
        upper.addWidget(self.progress)
        upper.addWidget(self.origin)
        upper.addWidget(self.filters)
        upper.addWidget(self.empty)
        upper.addWidget(self.optimize)
        upper.addWidget(self.table, 1)
        upper.addStretch()
        ground = make_panel()
        lower = QVBoxLayout(ground)
        lower.setContentsMargins(0, GAP, 0, 0)
        lower.setSpacing(WIDE)
        lower.addWidget(self.card)
        lower.addWidget(self.sample)
        lower.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(ground)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._halves = QSplitter(Qt.Orientation.Vertical)
        self._halves.setChildrenCollapsible(False)
        self._top, self._below = top, scroll
        self._halves.addWidget(top)
        self._halves.addWidget(scroll)
        self._halves.setSizes([280, 400])
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, GAP, WIDE, GAP)
        column.addWidget(self._halves)

    def refresh(self, change: Change) -> None:
        """Follow findings, decisions, jobs, the shown frame and the theme."""
        if change & Change.THEME:
            shades = shades_of(self.session)
            self.blind.setIcon(icon("blind", shades))
            self.audit.setIcon(icon("audit", shades))
        if change & _FOLLOWED:
            self._show_queue()
            self.card.show_finding(self.session.review.finding)
            review = self.session.review
            self._below.setVisible(bool(review.findings or review.sample.keys))
        if change & (Change.COMPANIONS | Change.FRAME | Change.LAYERS):
            self.card.strip.update()
        if change & (Change.JOBS | Change.FINDINGS | Change.RUNS):
            self._show_audit()
        if change & (_FOLLOWED | Change.FRAME):
            self.sample.refresh()
        if change & _FOLLOWED:
            self._share_room()

    def _show_queue(self) -> None:
        review = self.session.review
        self.model.reload()
        total, listed = len(review.findings), len(review.listed)
        shown = f"{listed} listed, " if listed != total else ""
        self.count.setText(f"{shown}{review.decided} of {total} reviewed" if total else "No findings yet")
        self.count.setToolTip(f"{total} findings, {listed} of them listed, {review.decided} reviewed by you")
        self.progress.setVisible(bool(total))
        self.progress.set_share(review.decided / total if total else 0.0)
        self.origin.setText(review.origin)
        self.origin.setToolTip(
            f"{review.origin}. Labels that are flagged are judged, but vouch for no others: figures differ"
            " from those of an audit without the flags."
        )
        self.origin.setVisible(bool(total and review.origin))
        self.filters.setVisible(bool(total))
        self.filters.show_filter()
        self.table.setVisible(bool(listed))
        self.blind.setChecked(review.blind)
        self.blind.setVisible(bool(total))
        self.empty.setVisible(not listed)
        self.empty.setText(
            "No finding passes the filter."
            if total
            else "The audit compares every label with the bodies and ranks those that do not fit, with what"
            " speaks for and against each. Go through them with J and K; accept with A, reject with X;"
            " then refit without the flagged labels."
        )
        row = self.model.row_of(review.finding)
        if row is None:
            self.table.clearSelection()
        else:
            self.table.selectRow(row)

    def _share_room(self) -> None:
        """No more room for the list than its findings fill, when their number has changed."""
        rows = self.model.rowCount()
        shown = (rows, self.session.review.finding is not None)
        if shown == self._shared:
            return
        self._shared = shown
        around = self._top.minimumSizeHint().height() - self.table.minimumSizeHint().height()
        listed = around + min(rows, _MOST_LISTED) * _ROW + GAP
        self._halves.setSizes([listed, max(self.height() - listed, _ROW)])

    def _optimize(self) -> None:
        """Make the bodies that tell most: those that agree with labels and masks of all views."""
        views = 4 if self.session.project.has_extrinsics else 1
        self.invoke("optimize.batch", preset="jointlens", views=views)

    def _show_audit(self) -> None:
        optimizing = any(job.live and job.kind == "optimize" for job in self.session.jobs)
        self.optimize.setVisible(not self.session.review.findings and not self.session.runs)
        self.optimize.setEnabled(not optimizing and not self.session.project.read_only)
        self.optimize.setText("Optimising…" if optimizing else "Optimise the bodies first…")
        busy = any(job.live and job.kind == "audit" for job in self.session.jobs)
        self.audit.setEnabled(not busy and not self.session.project.read_only)
        again = "Audit again…" if self.session.review.findings else "Run the audit…"
        self.audit.setText("Auditing…" if busy else again)
        self.audit.setToolTip("Look for bad labels; you choose with whose bodies")

    def _go(self, index: QModelIndex) -> None:
        self.invoke("finding.go", id=self.model.finding_at(index.row()).id)
