"""Work in the background: how far it is, how long it still takes, what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from app.panels.panel import Panel
from app.panels.progress_line import ProgressLine
from app.session.changes import Change
from app.session.durations import format_seconds
from app.session.job_record import JobRecord
from app.session.session import Session
from app.theme.colors import Shades
from app.theme.controls import make_label, make_panel, make_tool, set_role
from app.theme.current import shades_of
from app.theme.fonts import fixed_font
from app.theme.icons import icon
from app.theme.spacing import GAP, TIGHT, WIDE

_ICONS = {
    "queued": "jobs",
    "running": "jobs",
    "done": "done",
    "failed": "warning",
    "cancelled": "cancel",
    "interrupted": "pause",
}


#: Rows of jobs that are over; a long day of scrubbing has pictures drawn hundreds of times.
_LISTED = 40
#: Height of a row: three of them are seen in the lowest window. And the length of its progress line.
_ROW, _PROGRESS = 22, 48
#: Length that a title has before what the job does has any.
_TITLE = 190


class JobsPanel(Panel):
    """One row a job, newest first, beside what they said; of those that are over the last ones.

    Args:
        session: what is shown.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, session: Session, invoke: Callable[..., Any]) -> None:
        super().__init__(session, invoke)
        self.rows: dict[int, JobRow] = {}
        self._shown: tuple[JobRecord, ...] = ()
        self.empty = make_label("Nothing runs in the background.", "muted")
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName("What jobs say")
        self.log.setFont(fixed_font())
        self.log.setMaximumBlockCount(2000)
        self.log.setPlaceholderText("What jobs say stands here.")
        ground = make_panel()
        self._column = QVBoxLayout(ground)
        self._column.setContentsMargins(WIDE, TIGHT, WIDE, TIGHT)
        self._column.setSpacing(0)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(ground)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.addWidget(scroll)
        halves.addWidget(self.log)
        halves.setSizes([650, 350])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(halves)
        self.listen()

    def refresh(self, change: Change) -> None:
        """Follow the jobs and the theme."""
        if change & (Change.JOBS | Change.THEME):
            self._list_jobs(anew=bool(change & Change.THEME))
        if change & Change.JOBS:
            self._write_log()

    def _list_jobs(self, *, anew: bool) -> None:
        """Show those that have changed, or all of them anew."""
        jobs, shades = self.session.jobs, shades_of(self.session)
        kept = ("queued", "running", "interrupted")  # they can be cancelled, or gone on with
        listed = {job.id: job for job in jobs if job.status in kept or job.id > len(jobs) - _LISTED}
        before = {job.id: job for job in self._shown}
        for gone in self.rows.keys() - listed.keys():
            row = self.rows.pop(gone)
            self._column.removeWidget(row)
            row.deleteLater()
        for job in listed.values():
            known = job.id in self.rows
            if not known:
                self.rows[job.id] = JobRow(job, self.invoke)
                self._column.insertWidget(0, self.rows[job.id])
            if anew or not known or before.get(job.id) is not job:
                self.rows[job.id].show_job(job, shades)
        self.empty.setVisible(not self.rows)

    def _write_log(self) -> None:
        before = {job.id: job for job in self._shown}
        for job in self.session.jobs:
            written = len(before[job.id].log) if job.id in before else 0
            for line in job.log[written:]:
                self.log.appendPlainText(f"{job.id}  {line}")
        self._shown = self.session.jobs


class JobRow(QWidget):
    """Title, what it does, progress, remaining time and a button to cancel, on one line.

    Args:
        job: of the session.
        invoke: runs a command by id with JSON arguments.
    """

    def __init__(self, job: JobRecord, invoke: Callable[..., Any]) -> None:
        super().__init__()
        self.title = QElidingLabel(job.title)
        self.title.setMinimumWidth(min(self.title.fontMetrics().horizontalAdvance(job.title) + GAP, _TITLE))
        self.mark = make_label()
        self.time = make_label(role="muted")
        self.message = QElidingLabel()
        self.message.setProperty("role", "muted")
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.progress = ProgressLine()
        self.progress.setFixedWidth(_PROGRESS)
        self.cancel = make_tool("Cancel")
        self.cancel.clicked.connect(lambda: invoke("job.cancel", job=job.id))
        self.resume = make_tool("Go on with this run")
        self.resume.clicked.connect(lambda: invoke("job.resume", run=job.run))
        self.show_table = make_tool("Show its table")
        self.show_table.clicked.connect(lambda: invoke("job.show", job=job.id))
        for button in (self.cancel, self.resume, self.show_table):
            button.setProperty("role", "chip")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self.mark)
        line.addWidget(self.title)
        line.addWidget(self.message, 1)
        for widget in (self.progress, self.time, self.cancel, self.resume, self.show_table):
            line.addWidget(widget)
        self.setFixedHeight(_ROW)

    def show_job(self, job: JobRecord, shades: Shades) -> None:
        """Show how far a job is."""
        color = {"done": shades.success, "failed": shades.danger}.get(job.status, shades.muted)
        self.mark.setPixmap(icon(_ICONS[job.status], shades, color=color).pixmap(16, 16))
        self.progress.setVisible(job.status == "running")
        self.progress.set_share(job.fraction or 0.0)
        self.cancel.setIcon(icon("cancel", shades))
        self.cancel.setVisible(job.live and not job.background)
        self.resume.setIcon(icon("play", shades))
        self.resume.setVisible(job.status == "interrupted")
        self.show_table.setIcon(icon("table", shades))
        self.show_table.setVisible(job.status == "done" and job.kind == "evaluate")
        self.time.setText(_describe_time(job))
        message = _describe_progress(job)
        self.message.setText(message)
        self.message.setToolTip(message)
        self.title.setToolTip(f"{job.title}\n{message}" if message else job.title)
        set_role(self.message, "danger" if job.status == "failed" else "muted")


def _describe_progress(job: JobRecord) -> str:
    if job.status == "running" and job.total:
        rate = f"  ·  {job.rate:.3g}/s" if job.rate else ""
        return f"{job.message}  ·  {job.done} of {job.total}{rate}".removeprefix("  ·  ")
    return job.message


def _describe_time(job: JobRecord) -> str:
    if job.remaining is not None:
        left = format_seconds(job.remaining)
        return f"{left} left" if left != format_seconds(0) else "finishing"
    if job.status == "running":
        return format_seconds(job.elapsed)
    if job.status == "queued":
        return "waiting"
    return f"{job.status} in {format_seconds(job.elapsed)}" if job.elapsed else job.status
