"""What commands ask of the window that they run in: questions to a person, and pictures of a view."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Protocol

from app.commands.form import Form

Fit = Literal["person", "picture"]
View = Literal["overlay", "viewport", "window", "subjects"]
Dialog = Literal["palette", "keys", "import", "tour", "subjects", "evaluation", "about"]


class Desk(Protocol):
    """A window, as commands see it."""

    def ask_text(self, title: str, prompt: str, value: str) -> str | None:
        """A line of text from a person; None if they changed their mind."""

    def ask_form(self, form: Form) -> dict[str, Any] | None:
        """Answers to a form's questions; None if a person changed their mind."""

    def ask_file_to_write(self, title: str, name: str, kinds: str) -> Path | None:
        """Where to write; None if they changed their mind."""

    def ask_folder(self, title: str) -> Path | None:
        """A folder that is there; None if they changed their mind."""

    def open_dialog(self, dialog: Dialog) -> None:
        """Show one of the window's dialogs."""

    def show_queue(self) -> None:
        """Bring what is to be reviewed to the front."""

    def open_project(self, path: Path) -> None:
        """Show another project in place of this one."""

    def leave(self) -> None:
        """Close the window, unless a person is for staying because of what would be lost."""

    def open_documentation(self) -> str:
        """Show the documentation; tells where it is."""

    def zoom_picture(self, factor: float) -> None:
        """Enlarge the picture about the middle of its view."""

    def fit_picture(self, what: Fit) -> None:
        """Show the person, or the whole picture."""

    def save_view(self, path: Path, view: View) -> None:
        """Write a picture of a view.

        Raises:
            JointlensError: it cannot be written.
        """
