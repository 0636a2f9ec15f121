"""What the window offers to commands: questions, dialogs, files of what is seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QDialog, QFileDialog, QInputDialog, QLineEdit, QMessageBox

from app.commands.desk import Dialog, Fit, View
from app.commands.form import Form
from app.theme.current import shades_of
from app.window.about_dialog import AboutDialog
from app.window.evaluation_dialog import EvaluationDialog
from app.window.form_dialog import FormDialog
from app.window.import_dialog import ImportDialog
from app.window.screenshot import save_screenshot, write_viewport
from app.window.shortcut_editor import ShortcutEditor
from app.window.subject_dialog import SubjectDialog
from app.window.tour import Tour
from app.window.tour_stops import list_stops
from app.window.view_files import write_drawing, write_widget
from core.errors import JointlensError

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


_DOCS = Path(__file__).parents[2] / "docs"
#: Where the documentation is in a checkout: built, or as it is written.
_DOCUMENTS = (_DOCS / "build" / "index.html", _DOCS / "index.md")


class WindowDesk:
    """The desk of one window.

    Args:
        window: that dialogs open over.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.subjects: SubjectDialog | None = None
        self.evaluation: EvaluationDialog | None = None
        self.next_project: Path | None = None
        self.save_folder = window.session.project.path.parent

    def ask_text(self, title: str, prompt: str, value: str) -> str | None:
        """A line of text from a person; None if they changed their mind."""
        text, given = QInputDialog.getText(self._window, title, prompt, QLineEdit.EchoMode.Normal, value)
        return text.strip() if given else None

    def ask_form(self, form: Form) -> dict[str, Any] | None:
        """Answers to a form's questions; None if a person changed their mind."""
        dialog = FormDialog(self._window, form)
        taken = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog.answers if taken else None

    def ask_file_to_write(self, title: str, name: str, kinds: str) -> Path | None:
        """Where to write; None if they changed their mind."""
        path, _ = QFileDialog.getSaveFileName(self._window, title, str(self.save_folder / name), kinds)
        if path:
            self.save_folder = Path(path).parent
        return Path(path) if path else None

    def ask_folder(self, title: str) -> Path | None:
        """A folder that is there; None if they changed their mind."""
        beside = str(self._window.session.project.path.parent)
        path = QFileDialog.getExistingDirectory(self._window, title, beside)
        return Path(path) if path else None

    def open_dialog(self, dialog: Dialog) -> None:
        """Show one of the window's dialogs."""
        match dialog:
            case "palette":
                self._window.open_palette()
            case "keys":
                commands = self._window.commands
                entries = list(commands.entries())
                _show(ShortcutEditor(self._window, entries, commands.keys, commands.invoke))
            case "import":
                _show(ImportDialog(self._window, self._window.jobs, self._window.session, self.open_project))
            case "tour":
                Tour(self._window, list_stops(self._window), shades_of(self._window.session))
            case "about":
                _show(AboutDialog(self._window, self._window.commands.invoke))
            case "subjects":
                self._show_subjects()
            case "evaluation":
                self._show_evaluation()

    def show_queue(self) -> None:
        """Bring what is to be reviewed to the front."""
        self._window.show_queue()

    def open_project(self, path: Path) -> None:
        """Close the window, and have another project's opened in its place."""
        if self.may_leave():
            self.next_project = path
            self._window.close()

    def leave(self) -> None:
        """Close the window, unless a person is for staying because of what would be lost."""
        if self.may_leave():
            self._window.close()

    def may_leave(self) -> bool:
        """Whether nothing would be lost by closing the window, or a person does not mind."""
        lost = [job.title for job in self._window.session.jobs if job.live and not job.resumable]
        return not lost or self.ask_whether(
            "Close the window?",
            f"This is not done yet, and would have to be begun anew: {', '.join(lost)}.",
            "Close all the same",
        )

    def ask_whether(self, title: str, text: str, button: str) -> bool:
        """Whether a person presses a button rather than Cancel."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, parent=self._window)
        yes = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is yes

    def open_documentation(self) -> str:
        """Show the documentation; tells where it is."""
        found = [path for path in _DOCUMENTS if path.is_file()]
        if not found:
            return "The documentation is in the folder docs of the program's source"
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(found[0])))
        return f"The documentation is {found[0]}"

    def zoom_picture(self, factor: float) -> None:
        """Enlarge the picture about the middle of its view."""
        self._window.overlay.view.zoom_by(factor)

    def fit_picture(self, what: Fit) -> None:
        """Show the person, or the whole picture."""
        overlay = self._window.overlay
        if what == "person":
            overlay.fit_person()
        else:
            overlay.fit_picture()

    def save_view(self, path: Path, view: View) -> None:
        """Write a picture of a view.

        Raises:
            JointlensError: it cannot be written.
        """
        match view:
            case "overlay":
                page = self._window.overlay.pages.currentWidget()
                assert page is not None
                write_widget(page, path)
            case "viewport":
                write_viewport(self._window.viewport, path)
            case "window":
                save_screenshot(self._window, self._window.viewport, path)
            case "subjects":
                if self.subjects is None:
                    raise JointlensError("no subjects are compared; compare two first")
                figure = self.subjects.figure
                write_drawing(figure.draw_whole, figure.sizeHint(), path)

    def close(self) -> None:
        """Close what is open; to be called before the window closes."""
        if self.subjects is not None:
            self.subjects.ignore()
            self.subjects.close()
        if self.evaluation is not None:
            self.evaluation.ignore()
            self.evaluation.close()

    def _show_subjects(self) -> None:
        if self.subjects is None:
            window = self._window
            self.subjects = SubjectDialog(window, window.session, window.commands.invoke)
        self.subjects.show()
        self.subjects.raise_()

    def _show_evaluation(self) -> None:
        if self._window.session.evaluation is None:
            return
        if self.evaluation is None:
            window = self._window
            self.evaluation = EvaluationDialog(window, window.session, window.commands.invoke)
        _show(self.evaluation)


def _show(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
