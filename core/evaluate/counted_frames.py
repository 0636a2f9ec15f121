"""Which frames of a project a protocol counts: those of the test subjects, or of subjects that are named."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import DatasetError, ProjectError
from core.evaluate.protocols import PROTOCOLS, Protocol
from core.evaluate.sampling import sample_rows
from core.project.frame_index import Shot
from core.project.subject_split import TEST_SUBJECTS, list_test_subjects

if TYPE_CHECKING:
    from core.project.project import Project


def list_shots(project: Project, subjects: Sequence[str] = ()) -> list[Shot]:
    """Shots of some subjects, of the test subjects if none is given, in the order of their rows."""
    counted = subjects or list_test_subjects(project.keys.subjects, project.named_test_subjects)
    return [shot for shot in project.keys.shots if shot.subject in counted]


def list_protocols(project: Project, *, subjects: Sequence[str] = ()) -> list[Protocol]:
    """The protocols whose frames and joints a project has, of some subjects or of the test subjects."""
    usable = []
    for protocol in PROTOCOLS.values():
        try:
            find_shots(project, protocol, subjects=subjects)
            protocol.describe(project.joint_set)
        except (DatasetError, ProjectError):
            continue
        usable.append(protocol)
    return usable


def find_shots(project: Project, protocol: Protocol, *, subjects: Sequence[str] = ()) -> list[Shot]:
    """Shots of the project that the protocol counts, of some subjects or of the test subjects.

    Raises:
        ProjectError: there are none.
    """
    there = list_shots(project, subjects)
    shots = [shot for shot in there if protocol.counts(shot)]
    if not shots:
        needed = (
            f"camera {protocol.cameras[0]}"
            if there and protocol.cameras
            else f"test subjects, and {', '.join(project.keys.subjects)} are none: name some by import "
            f"{quote(str(project.path))} --test-subjects, or those that are to count by evaluate --subjects "
            f"(Human3.6M's are {' and '.join(TEST_SUBJECTS)})"
        )
        raise ProjectError(f"{project.path}: protocol {protocol.id} counts no frame; it needs {needed}")
    return shots


def find_rows(project: Project, protocol: Protocol, *, subjects: Sequence[str] = ()) -> NDArray[np.intp]:
    """Rows of the project that the protocol counts, ascending; as :func:`find_shots`."""
    shots = find_shots(project, protocol, subjects=subjects)
    return np.concatenate([sample_rows(project, shot, protocol.every) for shot in shots])
