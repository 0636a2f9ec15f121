"""Imports a data set: everything is checked and told before there is a project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.jobs.jobs import Jobs
from app.panels.controls import make_button, make_note, make_tool, set_role
from app.panels.progress_line import ProgressLine
from app.session.changes import Change
from app.session.import_order import ImportOrder, list_found, parse_named_files
from app.session.session import Session
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, ROOMY, TIGHT
from core.errors import JointlensError


class ImportDialog(QDialog):
    """Asks for the parts of a data set, shows what an import finds, and keeps it or leaves no trace.

    Args:
        parent: the window that it opens over.
        jobs: check and import in the background.
        session: tells how far they are.
        open_project: shows the new project.
    """

    def __init__(
        self, parent: QWidget, jobs: Jobs, session: Session, open_project: Callable[[Path], None]
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._session = session
        self._open_project = open_project
        self._order: ImportOrder | None = None
        self._job = 0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import a data set")
        self.resize(640, 620)
        self.dataset, self.body, self.project = QLineEdit(), QLineEdit(), QLineEdit()
        self.estimates, self.regressors = QPlainTextEdit(), QPlainTextEdit()
        for box, hint in (
            (self.estimates, "one NAME=FILE a line, e.g. spin=estimates/spin.npz; the first is “initial”"),
            (self.regressors, "one NAME=FILE a line, e.g. J_std=J_regressor_h36m.npy"),
        ):
            box.setPlaceholderText(hint)
            box.setProperty("role", "input")
            box.setFixedHeight(58)
            box.setTabChangesFocus(True)
        self.progress = ProgressLine()
        self.found = QLabel()
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.found.setWordWrap(True)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.found.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.found.setText(
            "Check reads everything and tells what it found: frames, cameras, the order of the joints,"
            " whether left and right agree with the geometry, and what is missing. A project is made after"
            " that, when you say so."
        )
        self.progress.hide()
        self.note = make_note()
        self.note.setText("The data set is referred to, never changed.")
        self.check = make_button("Check", primary=True)
        self.keep = make_button("Make the project")
        self.check.clicked.connect(self._check)
        self.keep.clicked.connect(self._keep)
        self.keep.setEnabled(False)
        self._lay_out()
        session.changed.connect(self._follow)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(GAP)
        form.setVerticalSpacing(GAP)
        for title, box, folder in (
            ("Data set", self.dataset, True),
            ("Body model", self.body, False),
        ):
            form.addRow(title, self._with_browser(box, title, folder=folder))
        form.addRow("Estimates", self.estimates)
        form.addRow("Regressors", self.regressors)
        form.addRow("Project folder", self._with_browser(self.project, "Project folder", folder=True))
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.check)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(GAP)
        column.addLayout(form)
        column.addWidget(self.progress)
        column.addWidget(self.found, 1)
        column.addLayout(row)

    def _with_browser(self, box: QLineEdit, title: str, *, folder: bool) -> QWidget:
        ground = QWidget()
        row = QHBoxLayout(ground)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        browse = make_tool(f"Choose: {title}")
        browse.setIcon(icon("folder", shades_of(self._session)))

        def choose() -> None:
            if folder:
                path = QFileDialog.getExistingDirectory(self, title, box.text())
            else:
                path, _ = QFileDialog.getOpenFileName(self, title, box.text(), "Body models (*.npz *.pkl)")
            if path:
                box.setText(path)

        browse.clicked.connect(choose)
        box.setAccessibleName(title)
        row.addWidget(box, 1)
        row.addWidget(browse)
        return ground

    def _check(self) -> None:
        """Import into a folder beside the project's, and show what was found."""
        self._discard()
        try:
            order = ImportOrder(
                project=Path(self.project.text().strip()),
                dataset=Path(self.dataset.text().strip()),
                body=Path(self.body.text().strip()),
                estimates=parse_named_files(self.estimates.toPlainText()),
                regressors=parse_named_files(self.regressors.toPlainText()),
            )
            order.check()
        except JointlensError as error:
            self._say(str(error), "danger")
            return
        self._order = order
        self.found.setText("")
        self.progress.show()
        self._say("Checking…", "muted")
        self.check.setEnabled(False)
        self._job = self._jobs.import_data(order, when_done=self._show_found)

    def _show_found(self) -> None:
        if self._order is not None:
            self.found.setText("\n".join(list_found(self._order.read_preview())))
            self._say("Everything is in order. Nothing is kept until you make the project.", "muted")
            self.keep.setEnabled(True)
            self.keep.setDefault(True)

    def _keep(self) -> None:
        assert self._order is not None
        order, self._order = self._order, None
        try:
            order.keep()
        except JointlensError as error:
            self._say(str(error), "danger")
            return
        self.close()
        self._open_project(order.project)

    def _follow(self, change: Change) -> None:
        if not (change & Change.JOBS and self._job):
            return
        job = self._session.jobs[self._job - 1]
        self.progress.set_share(job.fraction or 0.0)
        if not job.live:
            self.check.setEnabled(True)
            self._job = 0
            if job.status != "done":
                self._say(job.message, "danger")

    def _say(self, text: str, role: str) -> None:
        self.note.setText(text)
        set_role(self.note, role)

    def _discard(self) -> None:
        self.keep.setEnabled(False)
        if self._order is not None:
            self._order.discard()
            self._order = None

    def done(self, result: int) -> None:
        """Leave no trace of what was not kept."""
        self._session.changed.disconnect(self._follow, missing_ok=True)
        if self._job:
            self._jobs.cancel(self._job)
        self._discard()
        super().done(result)
