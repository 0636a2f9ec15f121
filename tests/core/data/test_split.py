"""Whoever imports can name the subjects that nothing is fitted to."""

from __future__ import annotations

from typing import Any

from core.data.split import describe_split
from core.errors import SettingsError
from core.optimize.selection import select_training_rows
from core.project.project import Project
from core.project.subject_split import list_training_subjects
from tests.core.data.refusals import expect_refusal, run_import


def test_test_subjects_that_were_named_are_kept_with_the_project(tiny: Any) -> None:
    assert run_import(tiny, test_subjects=["S1"]).test_subjects == ["S1"]
    with Project.open(tiny.root.parent / "project") as project:
        assert project.named_test_subjects == ("S1",)
        assert list_training_subjects(project) == ["S9"]
        assert {project.keys[row].subject for row in select_training_rows(project).tolist()} == {"S9"}


def test_human36ms_split_holds_where_none_is_named(tiny: Any) -> None:
    assert run_import(tiny).test_subjects == ["S9"]
    with Project.open(tiny.root.parent / "project") as project:
        assert list_training_subjects(project) == ["S1"]


def test_test_subjects_that_cannot_be_are_refused(tiny: Any) -> None:
    expect_refusal(
        tiny, SettingsError, r"'dan' is not in the data set; it has S1, S9", test_subjects=["S1", "dan"]
    )
    expect_refusal(tiny, SettingsError, "leave some to fit to", test_subjects=["S9", "S1"])


def test_a_data_set_without_test_subjects_is_told_how_to_name_some() -> None:
    (note,) = describe_split(["anna", "dan"], [])
    assert "import --test-subjects dan" in note
    assert describe_split(["anna", "dan"], ["anna"]) == []
    (note,) = describe_split(["anna"], [])
    assert "there is anna alone; see evaluate --subjects" in note
