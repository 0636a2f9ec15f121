"""Commands about the window itself: its dialogs, keys and projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.commands.command import Command, Entry, Workspace
from app.commands.desk import Dialog
from core.errors import SettingsError


def open_dialog(workspace: Workspace, *, dialog: Dialog) -> None:
    """Open one of the window's dialogs."""
    workspace.require_desk().open_dialog(dialog)


def open_project(workspace: Workspace, *, path: str) -> None:
    """Show another project in place of this one."""
    folder = Path(path).expanduser()
    if not (folder / "project.sqlite").is_file():
        raise SettingsError(f"{folder}: is no project folder; expected one that holds project.sqlite")
    workspace.require_desk().open_project(folder)


def close_window(workspace: Workspace) -> None:
    """Close the window; asks first where a job would be lost that cannot be gone on with."""
    workspace.require_desk().leave()


def open_documentation(workspace: Workspace) -> None:
    """Open the documentation that came with the program."""
    workspace.session.set_status(workspace.require_desk().open_documentation())


def set_key(workspace: Workspace, *, entry: str, key: str, take: bool = False) -> None:
    """Give an entry of a command another key, or none; with ``take`` also one that another entry has."""
    if workspace.keys is not None:
        workspace.keys.set_key(entry, key, take=take)


def reset_keys(workspace: Workspace, *, entry: str | None = None) -> None:
    """Give an entry, or all, the keys that they came with."""
    if workspace.keys is not None:
        workspace.keys.reset(entry)


def _ask_project(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    path = workspace.require_desk().ask_folder("Open a project")
    return None if path is None else {**given, "path": str(path)}


COMMANDS = (
    Command(
        "project.open",
        open_project,
        (Entry("Open a project…", key="Ctrl+O", icon="folder", menu="File"),),
        ask=_ask_project,
        recorded=False,
    ),
    Command(
        "dialog.open",
        open_dialog,
        (
            Entry("Import a data set…", {"dialog": "import"}, "Ctrl+I", "import", "File"),
            Entry("Command palette", {"dialog": "palette"}, "Ctrl+Shift+P", menu="Window"),
            Entry("Keys…", {"dialog": "keys"}, "Ctrl+K", "keys", "Window"),
            Entry("Tour of the window", {"dialog": "tour"}, "F1", "help", "Help"),
            Entry("About Jointlens", {"dialog": "about"}, menu="Help"),
        ),
        recorded=False,
    ),
    Command(
        "documentation.open",
        open_documentation,
        (Entry("Documentation", key="Shift+F1", menu="Help"),),
        recorded=False,
    ),
    Command("keys.set", set_key),
    Command("keys.reset", reset_keys, (Entry("All keys as they came", menu="Window"),)),
)

#: The last of its menu.
LEAVING = (
    Command(
        "window.close",
        close_window,
        (Entry("Quit", key="Ctrl+Q", menu="File"),),
        recorded=False,
    ),
)
