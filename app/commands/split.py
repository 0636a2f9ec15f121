"""The command that says which subjects are tested on; regressors are fitted to the others."""

from __future__ import annotations

from typing import Any

from app.commands.command import Command, Entry, Workspace
from core.project.subject_split import list_test_subjects, parse_subjects, set_test_subjects


def name_test_subjects(workspace: Workspace, *, subjects: tuple[str, ...]) -> None:
    """Evaluate on these subjects and fit to the others from now on; without any, Human3.6M's split holds."""
    named = set_test_subjects(workspace.session.project, subjects)
    workspace.session.refresh_edits()
    sentence = describe_split(named)
    workspace.session.set_status(f"{sentence[0].upper()}{sentence[1:]}; refit what is to be tested on them")


def describe_split(named: tuple[str, ...]) -> str:
    """The test subjects in words."""
    return f"test subjects {', '.join(named)}" if named else "Human3.6M's test subjects"


def _ask_subjects(workspace: Workspace, given: dict[str, Any]) -> dict[str, Any] | None:
    project = workspace.session.project
    now = list_test_subjects(project.keys.subjects, project.named_test_subjects)
    prompt = f"Names, separated by commas, of {', '.join(project.keys.subjects)}"
    answer = workspace.require_desk().ask_text("Test subjects", prompt, ", ".join(now))
    return None if answer is None else {**given, "subjects": parse_subjects(answer)}


COMMANDS = (
    Command(
        "project.test_subjects",
        name_test_subjects,
        (Entry("Test subjects…", menu="Regressors"),),
        ask=_ask_subjects,
    ),
)
