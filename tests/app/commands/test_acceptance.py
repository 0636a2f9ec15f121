"""Regressors are accepted by commands, undone, followed by the session, and replayed from a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.commands.replay import Replay, read_script
from app.session.session import Session
from core.errors import SettingsError
from core.project.project import Project
from tests.app.commands.conftest import JOBS


@pytest.fixture
def session(project_copy: Path) -> Iterator[Session]:
    """On a project whose J_std has two versions, with the joints in another order in the second."""
    with Project.open(project_copy) as project:
        first = project.read_regressor("J_std")
        project.add_regressor(replace(first, weights=np.roll(first.weights, 1, axis=0)))
        yield Session(project)


def find_version(session: Session) -> int:
    return int(session.regressors["J_std"].provenance["version"])


def test_an_acceptance_is_shown_at_once_undone_and_redone(
    session: Session, registry: CommandRegistry
) -> None:
    session.appearance.toggle_layer("J_std", shown=False)
    registry.execute("regressor.accept", {"name": "J_std", "version": 1})
    assert find_version(session) == 1
    assert session.status == "Accepted J_std v1"
    assert session.appearance.shown_regressors == ("J_std",)
    registry.execute("edit.undo")
    assert find_version(session) == 2
    assert session.status == "Undone: accepted J_std v1"
    registry.execute("edit.redo")
    assert find_version(session) == 1
    registry.execute("regressor.withdraw", {"name": "J_std"})
    assert find_version(session) == 2
    registry.execute("regressor.accept", {"name": "J_std"})
    assert session.versions["J_std"][1].accepted


def test_a_session_begins_with_what_was_accepted(session: Session, registry: CommandRegistry) -> None:
    registry.execute("regressor.accept", {"name": "J_std", "version": 1})
    assert find_version(Session(session.project)) == 1


def test_an_acceptance_of_another_program_is_taken_over(session: Session, registry: CommandRegistry) -> None:
    other = CommandRegistry(Workspace(Session(session.project), JOBS), COMMANDS)
    other.execute("regressor.accept", {"name": "J_std", "version": 1})
    other.close()
    assert session.take_over_edits()
    assert find_version(session) == 1
    assert session.status == "Another program has edited this project; what it changed is shown now"


def test_a_recorded_acceptance_is_replayed(
    session: Session, registry: CommandRegistry, tmp_path: Path
) -> None:
    script = tmp_path / "script.jsonl"
    registry.execute("regressor.accept", {"name": "J_std", "version": 1})
    registry.execute("script.save", {"path": str(script)})
    assert json.loads(script.read_text().splitlines()[-1])["command"] == "regressor.accept"
    registry.execute("edit.undo")
    replay = Replay(registry, read_script(script))
    while not replay.advance():
        pass
    assert find_version(session) == 1


def test_a_version_that_is_not_there_is_refused(session: Session, registry: CommandRegistry) -> None:
    with pytest.raises(SettingsError, match=r"expected {name: str, version: int or null}"):
        registry.execute("regressor.accept", {"name": "J_std", "version": 0})
    registry.invoke("regressor.accept", name="J_std", version=7)
    assert session.status == "J_std has no version 7; it has 1 to 2"
