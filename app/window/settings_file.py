"""The user's settings of the window: layout, theme and what was shown last."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from PyQt6.QtCore import QByteArray, QSettings
from PyQt6.QtWidgets import QMainWindow, QSplitter

from app.theme.colors import DATA_COLORS, SHADES

#: Raised when docks or tool bars change so much that an old layout no longer fits.
LAYOUT_VERSION = 2


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
