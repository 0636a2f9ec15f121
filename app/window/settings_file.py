"""The user's settings of the window: layout, theme and what was shown last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import platformdirs
from PyQt6.QtCore import QByteArray, QSettings
from PyQt6.QtWidgets import QMainWindow, QSplitter

from app.theme.colors import DATA_COLORS, SHADES

#: Raised when docks or tool bars change so much that an old layout no longer fits.
LAYOUT_VERSION = 2
#: Projects that are remembered.
RECENT = 8


def default_path() -> Path:
    """The settings file in the user's configuration folder."""
    return platformdirs.user_config_path("jointlens", ensure_exists=True) / "window.ini"


class SettingsFile:
    """Reads and writes the settings.

    Args:
        path: of the file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """``dark``, ``light``, or empty where none was chosen."""
        value = str(self._settings.value("theme", ""))
        return value if value in SHADES else ""

    @theme.setter
    def theme(self, theme: str) -> None:
        self._settings.setValue("theme", theme)

    @property
    def data_colors(self) -> str:
        """Name of the set of colours that joints and regions are drawn in."""
        value = str(self._settings.value("data_colors", "standard"))
        return value if value in DATA_COLORS else "standard"

    @data_colors.setter
    def data_colors(self, name: str) -> None:
        self._settings.setValue("data_colors", name)

    @property
    def keys(self) -> dict[str, str]:
        """Keys that a person chose, by name of entry."""
        return _read_names(self._settings.value("keys", ""))

    @keys.setter
    def keys(self, keys: dict[str, str]) -> None:
        self._settings.setValue("keys", json.dumps(keys))

    @property
    def reviewer(self) -> str:
        """Who reviews, or empty."""
        return str(self._settings.value("reviewer", ""))

    @reviewer.setter
    def reviewer(self, name: str) -> None:
        self._settings.setValue("reviewer", name)

    @property
    def toured(self) -> bool:
        """Whether the tour was offered already."""
        return str(self._settings.value("toured", "")) == "yes"

    def set_toured(self) -> None:
        """Offer the tour no more."""
        self._settings.setValue("toured", "yes")

    @property
    def recent_projects(self) -> list[Path]:
        """Projects that were open lately and are still there, the last one first."""
        paths = _read_names(self._settings.value("recent_projects", "")).values()
        return [Path(path) for path in paths if Path(path).is_dir()]

    def add_project(self, path: Path) -> None:
        """Remember a project that was open."""
        recent = [path, *(known for known in self.recent_projects if known != path)][:RECENT]
        names = {str(number): str(known) for number, known in enumerate(recent)}
        self._settings.setValue("recent_projects", json.dumps(names))

    def place_of(self, project: str) -> int:
        """Row that was shown last of a project, by its id; 0 without any."""
        value = str(self._settings.value(f"places/{project}", "0"))
        return int(value) if value.isdecimal() else 0

    def set_place(self, project: str, row: int) -> None:
        """Remember the row that is shown of a project."""
        self._settings.setValue(f"places/{project}", row)

    def shown_of(self, project: str) -> dict[str, str]:
        """What was shown last of a project besides its place, by its id: texts by name."""
        return _read_names(self._settings.value(f"shown/{project}", ""))

    def set_shown(self, project: str, shown: dict[str, str]) -> None:
        """Remember what is shown of a project."""
        self._settings.setValue(f"shown/{project}", json.dumps(shown))

    @property
    def save_folder(self) -> Path | None:
        """The folder that was saved to last, if it is still there."""
        folder = str(self._settings.value("save_folder", ""))
        return Path(folder) if folder and Path(folder).is_dir() else None

    @save_folder.setter
    def save_folder(self, folder: Path) -> None:
        self._settings.setValue("save_folder", str(folder))

    def save_layout(self, window: QMainWindow, splitter: QSplitter) -> None:
        """Remember size, docks and splitter."""
        self._settings.setValue("geometry", window.saveGeometry())
        self._settings.setValue("layout", window.saveState(LAYOUT_VERSION))
        self._settings.setValue("centre", splitter.saveState())
        self._settings.sync()

    def restore_layout(self, window: QMainWindow, splitter: QSplitter) -> bool:
        """Bring them back; False where there is nothing, or nothing that fits."""
        geometry, layout, centre = (self._settings.value(name) for name in ("geometry", "layout", "centre"))
        if not all(isinstance(value, QByteArray) for value in (geometry, layout, centre)):
            return False
        splitter.restoreState(centre)
        return window.restoreGeometry(geometry) and window.restoreState(layout, LAYOUT_VERSION)


def _read_names(value: Any) -> dict[str, str]:
    """Texts by name out of JSON; nothing where it is damaged."""
    try:
        read = json.loads(str(value)) if value else {}
    except json.JSONDecodeError:
        return {}
    return {str(name): str(text) for name, text in read.items()} if isinstance(read, dict) else {}
