"""Subjects that regressors are fitted to, and those that they are tested on: Human3.6M's, or an import's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.project.project import Project

TRAINING_SUBJECTS = ("S1", "S5", "S6", "S7", "S8")
TEST_SUBJECTS = ("S9", "S11")


def list_test_subjects(subjects: Sequence[str], named: Sequence[str] = ()) -> list[str]:
    """Those of some subjects that are evaluated on and nothing is fitted to.

    Args:
        subjects: of a data set.
        named: when it was imported; Human3.6M's if none.
    """
    return [subject for subject in subjects if subject in (named or TEST_SUBJECTS)]


def list_training_subjects(project: Project) -> list[str]:
    """Subjects that regressors are fitted to: Human3.6M's where there are any, or all but the test ones."""
    subjects, named = project.keys.subjects, project.named_test_subjects
    if not named and (training := [subject for subject in subjects if subject in TRAINING_SUBJECTS]):
        return training
    test = list_test_subjects(subjects, named)
    return [subject for subject in subjects if subject not in test]
