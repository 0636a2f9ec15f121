"""A project is made whole, or nothing is left of it and nothing that was there is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.errors import ProjectError
from core.project.creation import create_project


def test_an_error_while_building_leaves_nothing(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "p"
    with pytest.raises(RuntimeError), create_project(path, dataset, body_file=Path("b"), topology="t"):
        raise RuntimeError
    assert sorted(entry.name for entry in tmp_path.iterdir()) == []


def test_the_rest_of_a_crash_is_cleared_away(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "p.partial" / "regressors").mkdir(parents=True)
    with create_project(tmp_path / "p", dataset, body_file=Path("b"), topology="t"):
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["p"]


def test_what_lies_at_a_projects_place_is_left_alone(
    project_path: Path, dataset: Dataset, tmp_path: Path
) -> None:
    with (
        pytest.raises(ProjectError, match="is a project already"),
        create_project(project_path, dataset, body_file=Path("b"), topology="t"),
    ):
        pass
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with (
        pytest.raises(ProjectError, match="is there already and is no project"),
        create_project(tmp_path / "mine", dataset, body_file=Path("b"), topology="t"),
    ):
        pass
    assert (tmp_path / "mine" / "notes.txt").exists()
