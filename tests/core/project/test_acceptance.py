"""A regressor's name means the version that a person accepted, through refits, undo and restarts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.body.model import BodyModel
from core.errors import ProjectError
from core.project.acceptance import accept_regressor, withdraw_acceptance
from core.project.flag_history import list_flags_at
from core.project.flags import Flag, add_flag
from core.project.project import Project
from core.regressor.record import Regressor

NAME = "J_opt"


def add_version(project: Project, body: BodyModel) -> int:
    """One more version, whose weights are at the vertices of its number."""
    weights = np.zeros((17, body.vertex_count))
    weights[:, len(project.regressor_versions(NAME)) + 1] = 1
    return project.add_regressor(Regressor(NAME, weights, body.topology)).version


def find_meant(project: Project) -> int:
    """The version that the name means, told from its weights."""
    return int(project.read_regressor(NAME).weights[0].argmax())


def test_an_accepted_version_stays_what_the_name_means(project: Project, body: BodyModel) -> None:
    add_version(project, body)
    add_version(project, body)
    assert (find_meant(project), project.accepted_version(NAME)) == (2, None)
    assert accept_regressor(project, NAME, 1) == 1
    assert find_meant(project) == 1
    add_version(project, body)
    assert find_meant(project) == 1
    assert [known.accepted for known in project.regressor_versions(NAME)] == [True, False, False]
    assert accept_regressor(project, NAME) == 3
    assert find_meant(project) == 3
    withdraw_acceptance(project, NAME)
    add_version(project, body)
    assert (find_meant(project), project.accepted_version(NAME)) == (4, None)


def test_acceptance_is_undone_and_redone_across_restarts(project_path: Path, body: BodyModel) -> None:
    with Project.open(project_path) as project:
        add_version(project, body)
        add_version(project, body)
        accept_regressor(project, NAME, 1)
        flag = add_flag(project, Flag("S5", "RAnkle", reason="off"))
        accept_regressor(project, NAME, 2)
        accept_regressor(project, NAME, 2)  # changes nothing, and is no edit
        assert project.journal.position == 3
    meant = []
    for turn in ("undo", "undo", "undo", "redo"):
        with Project.open(project_path) as project:
            assert getattr(project.journal, turn)()
            meant.append((find_meant(project), len(project.flags())))
    assert meant == [(1, 1), (1, 0), (2, 0), (1, 0)]
    with Project.open(project_path) as project:
        assert list_flags_at(project, 3) == [flag]


def test_what_cannot_be_accepted_is_refused(project_path: Path, body: BodyModel) -> None:
    with Project.open(project_path) as project:
        with pytest.raises(ProjectError, match="J_opt is no regressor of the project; it has none"):
            accept_regressor(project, NAME)
        add_version(project, body)
        with pytest.raises(ProjectError, match="J_opt has no version 2; it has 1 to 1"):
            accept_regressor(project, NAME, 2)
        with pytest.raises(ProjectError, match="no version of J_opt is accepted"):
            withdraw_acceptance(project, NAME)
        assert project.journal.position == 0
    with (
        Project.open(project_path, read_only=True) as project,
        pytest.raises(ProjectError, match="is open read-only"),
    ):
        accept_regressor(project, NAME)
