"""Test subjects are changed by an edit, which is undone, and which regressors and tables follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ProjectError, SettingsError
from core.evaluate import reproduce as experiment
from core.evaluate.counted_frames import list_shots
from core.evaluate.table import evaluate
from core.optimize.refit import refit_regressor
from core.project.project import Project
from core.project.subject_split import list_training_subjects, parse_subjects, set_test_subjects


def test_test_subjects_are_changed_undone_and_redone_across_restarts(project_copy: Path) -> None:
    with Project.open(project_copy) as project, Project.open(project_copy, read_only=True) as other:
        assert set_test_subjects(project, ["S1", "S9", "S1"]) == ("S1", "S9")
        assert set_test_subjects(project, ["S1", "S9"]) == ("S1", "S9")  # changes nothing, and is no edit
        assert project.journal.position == 1
        assert {shot.subject for shot in list_shots(other)} == {"S1", "S9"}
        assert list_training_subjects(other) == ["S5", "S6", "S7", "S8", "S11"]
    with Project.open(project_copy) as project:
        assert project.journal.undo() is not None
        assert project.named_test_subjects == ()
        assert list_training_subjects(project) == ["S1", "S5", "S6", "S7", "S8"]
        assert project.journal.redo() is not None
        assert project.named_test_subjects == ("S1", "S9")
        set_test_subjects(project, [])
        assert {shot.subject for shot in list_shots(project)} == {"S9", "S11"}


def test_test_subjects_that_cannot_be_are_no_edit(project_copy: Path) -> None:
    with Project.open(project_copy) as project:
        with pytest.raises(SettingsError, match=r"'dan' is not in the data set; it has S1, S11"):
            set_test_subjects(project, ["S1", "dan"])
        with pytest.raises(SettingsError, match="leave some to fit to"):
            set_test_subjects(project, project.keys.subjects)
        assert project.journal.position == 0
    with (
        Project.open(project_copy, read_only=True) as project,
        pytest.raises(ProjectError, match="is open read-only"),
    ):
        set_test_subjects(project, ["S1"])


def test_a_regressor_that_knows_those_it_is_tested_on_is_told(project_copy: Path) -> None:
    with Project.open(project_copy) as project:
        refit_regressor(project, source="spin", name="J_spin")
        assert evaluate(project).seen == {}
        assert experiment._is_current(project, "spin", "J_spin")
        set_test_subjects(project, ["S1", "S9"])
        table = evaluate(project)
        assert table.seen == {"J_spin": ("S1",)}
        assert "J_spin was fitted to S1, now counted as new to it: refit it." in table.notes
        assert not experiment._is_current(project, "spin", "J_spin")
        refit_regressor(project, source="spin", name="J_spin")
        assert evaluate(project).seen == {}
        assert experiment._is_current(project, "spin", "J_spin")


def test_names_may_hold_spaces() -> None:
    assert parse_subjects(" Jörg Müller , Änne,,") == ["Jörg Müller", "Änne"]
