"""Leaving a window, coming back to it, and what it tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.commands.recorder import Step
from app.session.job_record import JobRecord
from app.window.about_dialog import AboutDialog
from core.optimize.presets import get_preset
from tests.app.window.conftest import Open

pytestmark = pytest.mark.window


def test_what_was_shown_comes_back_and_begins_the_script(open_window: Callable[[], Open]) -> None:
    first = open_window()
    project = first.session.project
    other = project.estimators()[1]
    for command, args in (
        ("frame.next", {}),
        ("terms.preset", {"preset": "jointlens"}),
        ("terms.views", {"n": 4}),
        ("bodies.show", {"source": other}),
        ("joint.select", {"joint": "RAnkle"}),
    ):
        first.registry.execute(command, args)
    first.window.labels.show_page("Subjects")
    first.window.close()
    second = open_window()
    assert second.session.row == 1
    assert second.session.terms == get_preset("jointlens", views=4)
    assert second.session.body_source == other
    assert second.session.selection == project.joint_set.index("RAnkle")
    assert second.window.body_choice.currentData() == other
    assert second.window.labels.page == "Subjects"
    assert second.registry.workspace.recorder.steps == (
        Step("frame.go", {"key": str(project.keys[1])}),
        Step("terms.preset", {"preset": "jointlens"}),
        Step("terms.views", {"n": 4}),
        Step("bodies.show", {"source": other}),
        Step("joint.select", {"joint": "RAnkle"}),
    )


def test_leaving_asks_only_where_something_would_be_lost(
    open_window: Callable[[], Open], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_window()
    asked: list[str] = []

    def stay(_title: str, text: str, _button: str) -> bool:
        asked.append(text)
        return False

    monkeypatch.setattr(opened.window.desk, "ask_whether", stay)
    job = opened.session.next_job
    opened.session.receive_job(JobRecord(job, "refit", "Refit J_spin from initial", "running"))
    opened.registry.execute("window.close")
    assert opened.window.isVisible()
    assert "Refit J_spin from initial" in asked[0]
    opened.session.receive_job(JobRecord(job, "optimize", "Optimise run-1", "running"))
    opened.registry.execute("window.close")
    assert len(asked) == 1
    assert not opened.window.isVisible()


def test_a_file_is_saved_beside_the_last_one(
    open_window: Callable[[], Open], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proposed: list[Path] = []

    def choose(_parent: Any, _title: str, path: str, _kinds: str) -> tuple[str, str]:
        proposed.append(Path(path))
        return str(tmp_path / "pictures" / "a.png"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    (tmp_path / "pictures").mkdir()
    first = open_window()
    beside = first.session.project.path.parent
    first.registry.invoke("view.save", view="overlay")
    first.registry.invoke("script.save")
    assert [path.parent for path in proposed] == [beside, tmp_path / "pictures"]
    first.window.close()
    open_window().registry.invoke("script.save")
    assert proposed[-1].parent == tmp_path / "pictures"


def test_help_tells_the_version_and_where_the_documentation_is(
    open_window: Callable[[], Open], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    opened = open_window()
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toLocalFile()))
    opened.registry.execute("documentation.open")
    assert Path(urls[0]).is_file()
    assert urls[0] in opened.session.status
    opened.registry.execute("dialog.open", {"dialog": "about"})
    (about,) = opened.window.findChildren(AboutDialog)
    assert "Jointlens 0." in about.told.text()
    assert "torch 2" in about.told.text()
    assert "GPL 3" in about.told.text()
    about.close()
    titles = [action.text() for action in opened.window.menus._menus["File"].actions() if action.text()]
    assert titles[-1] == "Quit"
    assert titles[titles.index("Open a project…") + 1] == "Open recent"
