"""Imports a data set: everything is checked and told before there is a project."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.jobs.jobs import Jobs
from app.panels.progress_line import ProgressLine
from app.session.changes import Change
from app.session.import_order import ImportOrder, list_found, parse_named_files
from app.session.session import Session
from app.theme.controls import make_button, make_note, make_tool, set_role
from app.theme.current import shades_of
from app.theme.icons import icon
from app.theme.spacing import GAP, ROOMY, TIGHT
from core.errors import JointlensError
from core.project.subject_split import parse_subjects

#: What a button beside a line does, its icon and its title.
Tool = tuple[Callable[[], None], str, str]

_ANY = "All files (*)"
_BODIES = "Body models (*.npz *.pkl)"
_FOLDERS = QFileDialog.Option.ShowDirsOnly


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
        self.test_subjects = QLineEdit()
        for line, hint in (
            (self.dataset, "folder or file; its format is found out"),
            (self.body, "SMPL model, .npz or .pkl"),
            (self.test_subjects, "names, separated by commas; S9 and S11 if none is named"),
            (self.project, "folder to make"),
        ):
            line.setPlaceholderText(hint)
            line.textChanged.connect(self._ask_to_check)
        for box, hint in (
            (self.estimates, "one NAME=FILE a line, e.g. spin=estimates/spin.npz; the first is “initial”"),
            (self.regressors, "one NAME=FILE a line, e.g. J_std=J_regressor_h36m.npy"),
        ):
            box.setPlaceholderText(hint)
            box.setProperty("role", "input")
            box.setFixedHeight(58)
            box.setTabChangesFocus(True)
            box.textChanged.connect(self._ask_to_check)
        self.progress = ProgressLine()
        self.found = QLabel()
        self.found.setTextFormat(Qt.TextFormat.RichText)
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
        form.addRow("Data set", self._with_tools(self.dataset, "Data set", folder=True, file=_ANY))
        form.addRow("Body model", self._with_tools(self.body, "Body model", file=_BODIES))
        form.addRow("Estimates", self._with_adder(self.estimates, "Estimates"))
        form.addRow("Regressors", self._with_adder(self.regressors, "Regressors"))
        self.test_subjects.setAccessibleName("Test subjects")
        form.addRow("Test subjects", self.test_subjects)
        form.addRow("Project folder", self._with_tools(self.project, "Project folder", new=True))
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.check)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOMY, ROOMY, ROOMY, ROOMY)
        column.setSpacing(GAP)
        column.addLayout(form)
        column.addWidget(self.progress)
        scroll = QScrollArea()  # a data set can have many notes
        scroll.setWidget(self.found)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        column.addWidget(scroll, 1)
        column.addLayout(row)

    def _with_tools(
        self, box: QLineEdit, title: str, *, folder: bool = False, file: str = "", new: bool = False
    ) -> QWidget:
        """A line with buttons that choose a folder, a file of some kind, or the place of a new folder."""

        def choose_folder() -> str:
            return QFileDialog.getExistingDirectory(self, title, box.text())

        def choose_file() -> str:
            return QFileDialog.getOpenFileName(self, title, box.text(), file)[0]

        def choose_place() -> str:
            return QFileDialog.getSaveFileName(self, title, box.text(), options=_FOLDERS)[0]

        def fill(choose: Callable[[], str]) -> None:
            path = choose()
            if path:
                box.setText(path)

        tools: list[Tool] = []
        if folder:
            tools.append((partial(fill, choose_folder), "folder", f"Choose a folder: {title}"))
        if file:
            tools.append((partial(fill, choose_file), "file", f"Choose a file: {title}"))
        if new:
            tools.append((partial(fill, choose_place), "folder", f"Choose where: {title}"))
        box.setAccessibleName(title)
        return self._beside(box, tools)

    def _with_adder(self, box: QPlainTextEdit, title: str) -> QWidget:
        """Lines with a button that adds one for each of some files, named after it."""

        def add() -> None:
            files, _ = QFileDialog.getOpenFileNames(self, title, "", _ANY)
            known = box.toPlainText().splitlines()
            box.setPlainText("\n".join([*known, *(f"{Path(file).stem}={file}" for file in files)]))

        box.setAccessibleName(title)
        return self._beside(box, [(add, "file", f"Add files: {title}")])

    def _beside(self, box: QWidget, tools: list[Tool]) -> QWidget:
        ground = QWidget()
        row = QHBoxLayout(ground)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        row.addWidget(box, 1)
        for run, image, title in tools:
            button = make_tool(title)
            button.setIcon(icon(image, shades_of(self._session)))
            button.clicked.connect(lambda _checked, run=run: run())
            row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
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
                test_subjects=tuple(parse_subjects(self.test_subjects.text())),
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
            rows = "".join(
                f'<tr><td style="color:{shades_of(self._session).muted}">{title}&nbsp;&nbsp;</td>'
                f"<td>{escape(words)}</td></tr>"
                for title, words in list_found(self._order.read_preview())
            )
            self.found.setText(f'<table cellpadding="2">{rows}</table>')
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

    def _ask_to_check(self) -> None:
        """What was checked is no longer what is asked for."""
        if self.keep.isEnabled():
            self._discard()
            self._say("Check again: the fields have changed.", "muted")

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
