"""The table of errors, from the job that makes it to what is copied and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.choices import list_choices
from tests.app.window.conftest import Open

pytestmark = pytest.mark.window


def test_an_evaluation_opens_as_a_table_that_is_copied_and_saved(
    open_window: Callable[[], Open], qtbot: QtBot, tmp_path: Path
) -> None:
    opened = open_window()
    opened.registry.invoke("table.save", path=str(tmp_path / "none.csv"))
    assert "evaluate all estimators first" in opened.session.status
    opened.registry.invoke("job.evaluate")
    qtbot.waitUntil(lambda: opened.session.evaluation is not None, timeout=120_000)
    dialog = opened.window.desk.evaluation
    assert dialog is not None
    assert dialog.isVisible()
    project = opened.session.project
    rows = [
        (dialog.table.item(row, 0).text(), dialog.table.item(row, 1).text())
        for row in range(dialog.table.rowCount())
    ]
    assert rows == [
        (estimator, name) for estimator in project.estimators() for name in project.regressor_names()
    ]
    assert float(dialog.table.item(0, 2).text()) > 0
    notes = dialog.notes.text().splitlines()
    assert notes
    assert len(notes) == len(set(notes))
    assert notes[-1] not in opened.session.status, "the status line says that it is done"

    dialog.copy_text.click()
    copied = QApplication.clipboard().text()
    assert f"{rows[0][0]}\t{rows[0][1]}\t{dialog.table.item(0, 2).text()}" in copied
    dialog.copy_latex.click()
    assert r"\toprule" in QApplication.clipboard().text()
    for name in ("table.csv", "table.tex"):
        opened.registry.execute("table.save", {"path": str(tmp_path / name)})
    assert (tmp_path / "table.csv").read_text().startswith("protocol,estimates,regressor")
    assert r"\toprule" in (tmp_path / "table.tex").read_text()

    dialog.close()
    job = opened.session.evaluation
    assert "job.show" in {choice.command for choice in list_choices(opened.session, opened.registry)}
    opened.window.jobs_panel.rows[job].show_table.click()
    assert dialog.isVisible()
