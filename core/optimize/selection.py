"""Which frames a command means: those of the training subjects, or those that patterns of keys name."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectError
from core.project.subject_split import list_training_subjects
from core.types import compose

if TYPE_CHECKING:
    from core.project.project import Project


def select_training_rows(project: Project) -> NDArray[np.intp]:
    """Rows of the training subjects.

    Raises:
        ProjectError: only test subjects are there.
    """
    subjects = project.keys.subjects
    training = list_training_subjects(project)
    if not training:
        raise ProjectError(
            f"{project.path}: has only test subjects ({', '.join(subjects)}); name the frames that are meant"
        )
    return np.concatenate([project.rows_of(subject) for subject in training])


def select_rows(project: Project, expression: str) -> NDArray[np.intp]:
    """Rows whose keys match one of some patterns.

    Args:
        project: whose keys.
        expression: shell patterns of keys, separated by commas, in which ``*`` stands for anything, slashes
            included: ``S5/*``, ``S1/Walking-1/*``, ``S9/*/54138969/*``.

    Raises:
        ProjectError: no key matches.
    """
    patterns = [pattern.strip() for pattern in compose(expression).split(",") if pattern.strip()]
    rows = [
        row
        for row, key in enumerate(project.keys)
        if any(fnmatchcase(str(key), pattern) for pattern in patterns)
    ]
    if not rows:
        raise ProjectError(
            f"{expression!r} matches no frame of {project.path}; keys look like {project.keys[0]}"
        )
    return np.array(rows, dtype=np.intp)


def select_views(project: Project, rows: NDArray[np.intp], *, views: int) -> NDArray[np.intp]:
    """Those of some ascending rows that show their instant in one of its first ``views`` cameras."""
    instants = project.keys.instants[rows]
    order = np.argsort(instants, kind="stable")
    _, starts, counts = np.unique(instants[order], return_index=True, return_counts=True)
    rank = np.arange(len(rows)) - np.repeat(starts, counts)
    return np.sort(rows[order[rank < views]])
