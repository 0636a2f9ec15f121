"""Subjects that regressors are fitted to, and those that they are tested on: Human3.6M's, or a project's own.

Which subjects are tested on is named when a data set is imported, and can be changed by an edit.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.errors import SettingsError
from core.project.journal import Applier, Edit
from core.types import compose

if TYPE_CHECKING:
    from core.project.project import Project

TRAINING_SUBJECTS = ("S1", "S5", "S6", "S7", "S8")
TEST_SUBJECTS = ("S9", "S11")
#: The edit that changes them.
SET = "project.test_subjects"


def list_test_subjects(subjects: Sequence[str], named: Sequence[str] = ()) -> list[str]:
    """Those of some subjects that are evaluated on and nothing is fitted to.

    Args:
        subjects: of a data set.
        named: of them, by a person; Human3.6M's if none.
    """
    return [subject for subject in subjects if subject in (named or TEST_SUBJECTS)]


def list_training_subjects(project: Project) -> list[str]:
    """Subjects that regressors are fitted to: Human3.6M's where there are any, or all but the test ones."""
    subjects, named = project.keys.subjects, project.named_test_subjects
    if not named and (training := [subject for subject in subjects if subject in TRAINING_SUBJECTS]):
        return training
    test = list_test_subjects(subjects, named)
    return [subject for subject in subjects if subject not in test]


def parse_subjects(text: str) -> list[str]:
    """Names that are separated by commas, as a person writes them."""
    return [name for name in map(str.strip, compose(text).split(",")) if name]


def check_test_subjects(subjects: Sequence[str], named: Sequence[str]) -> tuple[str, ...]:
    """The named test subjects, each once.

    Args:
        subjects: of the data set.
        named: of them, as test subjects.

    Raises:
        SettingsError: one is no subject of the data set, or none is left to fit to.
    """
    there = ", ".join(sorted(subjects))
    for name in named:
        if name not in subjects:
            raise SettingsError(f"test subject {name!r} is not in the data set; it has {there}")
    if set(subjects) <= set(named):
        raise SettingsError(f"all subjects ({there}) are named as test subjects; leave some to fit to")
    return tuple(dict.fromkeys(named))


def set_test_subjects(project: Project, named: Sequence[str]) -> tuple[str, ...]:
    """Evaluate on these subjects from now on, and fit to the others; undone by ``project.journal.undo()``.

    Regressors that were fitted before stay as they are.

    Args:
        project: that has the subjects.
        named: the test subjects; none for Human3.6M's.

    Returns:
        The named test subjects. Those that were named before are no edit.

    Raises:
        SettingsError: one is no subject of the project, or none is left to fit to.
        ProjectError: the project is read-only.
    """
    checked = list(check_test_subjects(project.keys.subjects, named))
    with project.database.transaction() as connection:
        before = list(read_test_subjects(connection))
        if checked != before:
            project.journal.append_in(connection, SET, {"subjects": checked}, Edit(SET, {"subjects": before}))
    return tuple(checked)


def read_test_subjects(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The named test subjects; none where Human3.6M's split holds."""
    found = connection.execute("SELECT value FROM meta WHERE key = 'test_subjects'").fetchone()
    return tuple(json.loads(found[0])) if found else ()


def _apply(connection: sqlite3.Connection, payload: dict[str, Any]) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO meta VALUES ('test_subjects', ?)", (json.dumps(payload["subjects"]),)
    )


APPLIERS: dict[str, Applier] = {SET: _apply}
