"""Windows on a copy of the small studio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.session.session import Session
from app.window.disposal import dispose
from app.window.main_window import MainWindow
from core.project.project import Project


@dataclass
class Open:
    """A window with what it stands on."""

    window: MainWindow
    session: Session
    registry: CommandRegistry
    jobs: Jobs
    settings: Path


@pytest.fixture
def open_window(qtbot: QtBot, project_copy: Path, tmp_path: Path) -> Iterator[Callable[[], Open]]:
    """Opens windows on a copy of the small studio, one after another, and cleans up."""
    project = Project.open(project_copy)
    opened: list[Open] = []

    def make() -> Open:
        session = Session(project)
        jobs = Jobs(session)
        registry = CommandRegistry(Workspace(session, jobs), COMMANDS)
        settings = tmp_path / "window.ini"
        window = MainWindow(session, registry, jobs, settings=settings)
        with qtbot.waitExposed(window):
            window.show()
        opened.append(Open(window, session, registry, jobs, settings))
        return opened[-1]

    yield make
    for each in opened:
        dispose(each.window)
        each.jobs.close()
        each.registry.close()
    project.close()
