"""The status line: what was said last, and what one works on."""

from __future__ import annotations

from PyQt6.QtWidgets import QStatusBar
from superqt import QElidingLabel

from app.session.changes import Change
from app.session.session import Session
from app.theme.controls import SteadyLabel, make_label
from app.theme.spacing import GAP, WIDE


class StatusLine(QStatusBar):
    """Message on the left; device, project and its origin on the right.

    Args:
        session: what is shown.
        device: that the live run computes on, in words.
    """

    def __init__(self, session: Session, device: str) -> None:
        super().__init__()
        self._session = session
        self.setSizeGripEnabled(False)
        self.setContentsMargins(WIDE, 0, WIDE, 0)
        self.message = QElidingLabel()
        self.addWidget(self.message, 1)
        self.device = make_label(device, "muted")
        self.device.setToolTip("What the live run computes on")
        folder = session.project.path
        # A project is mostly called "project": its parent folder tells which.
        self.project = make_label(f"{folder.parent.name}/{folder.name}", "muted")
        self.project.setToolTip(str(folder))
        self.frame = SteadyLabel()
        self.frame.setProperty("role", "muted")
        self.frame.setToolTip("The shown frame, of all")
        self.progress = make_label(role="muted")
        for widget in (self.progress, self.frame, self.device, self.project):
            widget.setContentsMargins(GAP, 0, GAP, 0)
            self.addPermanentWidget(widget)
        if session.project.read_only:
            self.addPermanentWidget(make_label("read-only", "warning"))
        self.refresh(Change.everything())

    def refresh(self, change: Change) -> None:
        """Follow the session's status, frame and jobs."""
        if change & Change.FRAME:
            self.frame.setText(f"{self._session.row + 1} of {len(self._session.project.keys)}")
        if change & Change.JOBS:
            running = [job for job in self._session.jobs if job.status == "running"]
            share = f" {100 * running[0].fraction:.0f}%" if running and running[0].fraction else ""
            self.progress.setText(f"{running[0].title}{share}" if running else "")
        if change & Change.STATUS:
            self.message.setText(self._session.status)
            self.message.setToolTip(self._session.status)
