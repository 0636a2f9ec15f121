"""Test subjects are named by a command, undone in words, and replayed from a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.commands.replay import Replay, read_script
from app.session.session import Session
from core.project.project import Project
from tests.app.commands.conftest import JOBS


@pytest.fixture
def session(project_copy: Path) -> Iterator[Session]:
    with Project.open(project_copy) as project:
        yield Session(project)


def test_test_subjects_are_named_undone_and_redone(session: Session, registry: CommandRegistry) -> None:
    registry.execute("project.test_subjects", {"subjects": ["S1", "S5"]})
    assert session.project.named_test_subjects == ("S1", "S5")
    assert session.status == "Test subjects S1, S5; refit what is to be tested on them"
    registry.execute("edit.undo")
    assert session.project.named_test_subjects == ()
    assert session.status == "Undone: test subjects S1, S5"
    registry.execute("edit.redo")
    assert session.project.named_test_subjects == ("S1", "S5")
    registry.execute("project.test_subjects", {"subjects": []})
    assert session.project.named_test_subjects == ()
    registry.invoke("project.test_subjects", subjects=["dan"])
    assert session.status.startswith("test subject 'dan' is not in the data set")


def test_named_test_subjects_are_replayed(
    session: Session, registry: CommandRegistry, tmp_path: Path
) -> None:
    script = tmp_path / "script.jsonl"
    registry.execute("project.test_subjects", {"subjects": ["S1"]})
    registry.execute("script.save", {"path": str(script)})
    registry.execute("edit.undo")
    replay = Replay(registry, read_script(script))
    while not replay.advance():
        pass
    assert session.project.named_test_subjects == ("S1",)


def test_a_person_is_asked_with_the_names_that_hold_now(session: Session) -> None:
    asked: list[tuple[str, str, str]] = []

    class Asker:
        def ask_text(self, title: str, prompt: str, value: str) -> str:
            asked.append((title, prompt, value))
            return "S1, S5"

    desk: Any = Asker()
    registry = CommandRegistry(Workspace(session, JOBS, desk=desk), COMMANDS)
    registry.invoke("project.test_subjects")
    registry.close()
    assert asked[0][2] == "S9, S11"
    assert session.project.named_test_subjects == ("S1", "S5")
