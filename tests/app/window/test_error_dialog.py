"""An error that nobody foresaw is told with what a report needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.window.error_dialog import ErrorDialog

pytestmark = pytest.mark.window


def test_errors_are_collected_and_copied_with_the_machine(qtbot: QtBot, tmp_path: Path) -> None:
    ground = QWidget()
    qtbot.addWidget(ground)
    dialog = ErrorDialog(ground, tmp_path / "errors.log")
    dialog.add_error("Traceback: the first")
    dialog.add_error("Traceback: the second")
    (copy,) = (button for button in dialog.findChildren(QPushButton) if "Copy" in button.text())
    copy.click()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    first, *_, last = clipboard.text().splitlines()
    assert first.startswith("Jointlens ")
    assert "Python" in first
    assert last == "Traceback: the second"
