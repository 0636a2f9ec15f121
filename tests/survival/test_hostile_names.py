"""Names inside data files never lead out of the folders that Jointlens writes to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DatasetError, ProjectError
from core.optimize.batch import run_batch
from core.optimize.presets import get_preset
from core.project.naming import check_name, check_place
from core.project.project import Project

HOSTILE = ["..", "../../etc", "/etc", "a/b", "a\\b", "", ".", "C:x", "a\nb", "x" * 200]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_subject_that_is_a_path_is_refused(name: str) -> None:
    with pytest.raises(DatasetError, match="cannot name a subject"):
        check_place(name, "a subject")


@given(st.text(max_size=150))
def test_a_name_that_is_taken_stays_within_its_folder(name: str) -> None:
    folder = Path("/project/masks")
    for check, error in ((check_place, DatasetError), (check_name, ProjectError)):
        try:
            check(name, "a thing")
        except error:
            continue
        assert (folder / name).resolve().parent == folder


@pytest.mark.parametrize("name", ["../out", "..", "a/b"])
def test_a_run_that_is_a_path_is_refused_before_anything_is_written(project_copy: Path, name: str) -> None:
    before = sorted(project_copy.parent.iterdir())
    with Project.open(project_copy) as project, pytest.raises(ProjectError, match="cannot name a run"):
        run_batch(project, name, get_preset("jointlens"), overwrite=True, device="cpu")
    assert sorted(project_copy.parent.iterdir()) == before
    assert not (project_copy / "runs").exists()
