"""Questions before something long begins, in a real window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.commands.form import Form, Question
from app.window.form_dialog import FormDialog
from core.errors import SettingsError
from tests.app.window.conftest import Open

pytestmark = pytest.mark.window


def tell(answers: Mapping[str, Any]) -> tuple[str, ...]:
    if answers["name"] == "taken":
        raise SettingsError("that name is taken")
    return (f"{answers['name']} with {answers['views']} views",)


FORM = Form(
    "Begin",
    (Question("name", "Name", "run-1"), Question("views", "Views", 4, (("one", 1), ("four", 4)))),
    "Start",
    tell,
)


def test_a_form_proposes_tells_and_refuses(qtbot: QtBot) -> None:
    dialog = FormDialog(None, FORM)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.answers == {"name": "run-1", "views": 4}
    assert dialog.told.text() == "run-1 with 4 views"
    dialog.fields["views"].setCurrentIndex(0)
    assert dialog.told.text() == "run-1 with 1 views"
    dialog.fields["name"].setText("taken")
    assert dialog.told.text() == "that name is taken"
    assert not dialog.start.isEnabled()
    dialog.fields["name"].setText(" mine ")
    QTest.keyClick(dialog.fields["name"], Qt.Key.Key_Return)
    assert dialog.result() == FormDialog.DialogCode.Accepted
    assert dialog.answers == {"name": "mine", "views": 1}


def test_the_window_asks_with_whose_bodies_to_audit(open_window: Callable[[], Open], qtbot: QtBot) -> None:
    opened = open_window()
    seen: list[str] = []

    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FormDialog)
        seen.append(dialog.fields["source"].currentText())
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    QTimer.singleShot(0, leave)
    opened.registry.invoke("audit.run")
    assert seen == [f"Initial ({opened.session.project.estimators()[0]})"]
    assert not [job for job in opened.session.jobs if job.kind == "audit"]
