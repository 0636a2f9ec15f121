"""Runs fill up, are gone on with, and are never overwritten unasked."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import ProjectError
from core.project.arrays import ArrayStore
from core.project.block_bodies import BlockRecord
from core.project.project import Project


def test_a_run_fills_up_and_survives_a_restart(project: Project) -> None:
    project.create_run("paper", {"preset": "paper"}, details={"weights": [1.0]})
    rows = np.array([1, 4])
    bodies = project.read_bodies("spin", rows)
    project.write_bodies("paper", rows, bodies)
    project.update_run("paper", state="running", progress=2 / 12, details={"rows": 2})
    with Project.open(project.path) as again:
        run = again.runs()[0]
        assert (run.name, run.state, run.settings) == ("paper", "running", {"preset": "paper"})
        assert run.details == {"weights": [1.0], "rows": 2}
        assert run.provenance["project"] == project.id
        assert np.flatnonzero(again.bodies_present("paper")).tolist() == [1, 4]
        np.testing.assert_array_equal(again.read_bodies("paper", rows).betas, bodies.betas)
        assert np.isnan(again.read_bodies("paper", np.array([0])).betas).all()


def test_a_run_is_not_overwritten_unasked(project: Project) -> None:
    project.create_run("paper", {})
    with pytest.raises(ProjectError, match="'paper' is a run of the project already"):
        project.create_run("paper", {})
    project.write_bodies("paper", np.array([0]), project.read_bodies("spin", np.array([0])))
    project.create_run("paper", {"preset": "other"}, overwrite=True)
    assert not project.bodies_present("paper").any()


@pytest.mark.parametrize("name", ["spin", "initial", "a/b", "..", ""])
def test_a_run_cannot_take_an_impossible_name(project: Project, name: str) -> None:
    with pytest.raises(ProjectError):
        project.create_run(name, {}, overwrite=True)


def test_an_impossible_state_is_refused(project: Project) -> None:
    project.create_run("paper", {})
    with pytest.raises(ProjectError, match="'stuck' is no state"):
        project.update_run("paper", state="stuck")
    with pytest.raises(ProjectError, match="'other' is no run of the project; it has paper"):
        project.update_run("other", state="done")


def test_a_run_that_an_older_version_started_in_blocks_is_read(project: Project) -> None:
    blocks = [np.array([0, 2, 1]), np.array([5, 3])]
    run = project.create_run("run", {}, blocks=blocks)
    bodies = project.read_bodies("initial", blocks[1])
    project.run_table.write_block_bodies(run, 0, 1, bodies)
    project.run_table.keep_block(
        "run", BlockRecord(0, 1, 1, 1.0, "here", {}, "2026-01-01T00:00:00Z"), progress=0.4
    )
    folder = f"bodies/run/{run.layout}"
    arrays = ArrayStore(project.path)
    arrays.add(f"{folder}/rows", arrays.read(f"{folder}/rows").ravel(), chunk_rows=3)
    with Project.open(project.path, read_only=True) as opened:
        assert [rows.tolist() for rows in opened.run_table.list_block_rows(run)] == [[0, 2, 1], [5, 3]]
        assert opened.run_table.read_block_rows(run, 1).tolist() == [5, 3]
        assert opened.bodies_present("run").nonzero()[0].tolist() == [3, 5]
        np.testing.assert_array_equal(opened.read_bodies("run", blocks[1]).betas, bodies.betas)
