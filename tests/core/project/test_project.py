"""A project gives back what was put into it, in every thread and after every restart."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.body.model import BodyModel
from core.data.dataset import Dataset
from core.errors import ProjectError, RegressorError
from core.project.arrays import ArrayStore
from core.project.block_bodies import BlockRecord
from core.project.creation import create_project
from core.project.project import Project
from core.regressor.record import Regressor
from core.resources import resource_path
from core.types import BodyParameters, InstantKey


def make_regressor(body: BodyModel, name: str = "J_std", shift: int = 0) -> Regressor:
    weights = np.zeros((17, body.vertex_count))
    weights[np.arange(17), np.arange(17) * 10 + shift] = 1
    return Regressor(name, weights, body.topology, provenance={"from": "a test"})


def test_labels_cameras_and_files_come_back(project: Project, dataset: Dataset) -> None:
    assert list(project.keys) == dataset.keys
    rows = np.array([11, 0, 3])
    np.testing.assert_array_equal(project.labels(rows), dataset.joints[rows])
    np.testing.assert_array_equal(project.keypoints(rows), dataset.keypoints[rows])
    assert project.crops(rows).shape == (3, 3)
    assert np.isfinite(project.crops(rows)).all()
    assert project.image_path(3) == dataset.root / dataset.images[3]
    assert project.mask_path(0) is None
    assert project.mask_path(1) == dataset.root / str(dataset.masks[1])
    assert project.camera(11).name == dataset.keys[11].camera
    np.testing.assert_array_equal(project.camera(11).lens.f, [1145, 1144])
    assert project.synthetic
    assert project.label_origin == "synthetic"


def test_a_crop_holds_all_labels_of_its_frame(project: Project) -> None:
    rows = np.arange(len(project.keys))
    left, top, scale = project.crops(rows).T
    keypoints = project.keypoints(rows)
    inside = (keypoints - np.stack([left, top], -1)[:, None]) * scale[:, None, None]
    assert np.nanmin(inside) > 0
    assert np.nanmax(inside) < 224


def test_bodies_are_read_by_estimator_and_initial_is_the_first(project: Project) -> None:
    assert project.estimators() == ["spin", "vibe"]
    rows = np.array([2, 9])
    np.testing.assert_array_equal(
        project.read_bodies("initial", rows).body_pose, project.read_bodies("spin", rows).body_pose
    )
    assert not np.array_equal(
        project.read_bodies("vibe", rows).betas, project.read_bodies("spin", rows).betas
    )
    with pytest.raises(
        ProjectError,
        match=r"'meva' is no estimator or run of the project; it has spin, vibe, .*initial is spin",
    ):
        project.read_bodies("meva", rows)


def test_translations_are_filled_in_row_by_row(project: Project) -> None:
    rows = np.array([7, 2])
    before = project.read_bodies("spin", rows)
    project.write_translations("spin", rows, np.array([[1, 2, 3], [4, 5, 6]], np.float32))
    after = project.read_bodies("spin", np.array([2, 7, 8]))
    np.testing.assert_array_equal(after.transl[:2], [[4, 5, 6], [1, 2, 3]])
    assert np.isnan(after.transl[2]).all()
    np.testing.assert_array_equal(after.body_pose[1], before.body_pose[0])


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


def test_a_regressor_keeps_its_history(project: Project, body: BodyModel) -> None:
    project.add_regressor(make_regressor(body))
    project.add_regressor(make_regressor(body, "J_spin"))
    project.add_regressor(make_regressor(body, shift=1))
    assert project.regressor_names() == ["J_std", "J_spin"]
    assert [entry.version for entry in project.regressor_versions("J_std")] == [1, 2]
    np.testing.assert_array_equal(
        project.read_regressor("J_std").weights, make_regressor(body, shift=1).weights
    )
    first = project.read_regressor("J_std", 1)
    np.testing.assert_array_equal(first.weights, make_regressor(body).weights)
    assert first.provenance["from"] == "a test"
    with pytest.raises(ProjectError, match="J_opt is no regressor of the project; it has J_std, J_spin"):
        project.read_regressor("J_opt")


def test_a_regressor_of_another_mesh_is_refused(project: Project, body: BodyModel) -> None:
    with pytest.raises(RegressorError, match="belongs to mesh topology elsewhere"):
        project.add_regressor(replace(make_regressor(body), topology="elsewhere"))
    assert project.regressor_names() == []


def test_threads_share_a_project(project: Project) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(5):
                project.read_bodies("spin", np.array([number]))
                project.create_run(f"run{number}", {}, overwrite=True)
                project.write_bodies(
                    f"run{number}", np.array([number]), project.read_bodies("vibe", np.array([number]))
                )
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(project.runs()) == 4


def test_the_project_and_its_data_move_together(project_path: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    project_path.rename(moved / "project")
    with Project.open(moved / "project") as project:
        assert project.dataset_root == moved / "dataset"


def test_a_body_of_another_topology_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "p"
    with create_project(path, dataset, body_file=resource_path("demo_body.npz"), topology="another"):
        pass
    with (
        Project.open(path) as project,
        pytest.raises(ProjectError, match="the project was made with another"),
    ):
        project.body()


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


def test_a_folder_that_is_no_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="is no Jointlens project"):
        Project.open(tmp_path)
    with pytest.raises(ProjectError, match="is no Jointlens project"):
        Project.open(tmp_path / "absent", exclusive=True)


def test_the_second_window_opens_read_only(project_path: Path) -> None:
    with Project.open(project_path, exclusive=True) as first:
        assert not first.read_only
        with Project.open(project_path, exclusive=True) as second:
            assert second.read_only
            assert second.locked_by_other
            with pytest.raises(ProjectError, match="is open read-only"):
                second.create_run("paper", {})
        with Project.open(project_path) as command_line:
            command_line.create_run("paper", {})
    with Project.open(project_path, exclusive=True) as third:
        assert not third.locked_by_other


def test_an_instant_is_found_in_its_first_camera(project: Project) -> None:
    row = project.row(InstantKey("S5", "Walking-1", 9))
    assert str(project.keys[row]) == "S5/Walking-1/54138969/000009"
    with pytest.raises(ProjectError, match="S5/Walking-1/000003 is no frame of the project"):
        project.row(InstantKey("S5", "Walking-1", 3))


def test_bodies_of_another_count_are_refused(project: Project) -> None:
    few = BodyParameters(np.zeros((2, 3)), np.zeros((2, 69)), np.zeros((2, 10)), np.zeros((2, 3)))
    with pytest.raises(ProjectError, match="has 2 bodies for 12 frames"):
        project.add_estimates("meva", few, np.ones(2, bool), {})


def test_a_full_disk_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import zarr

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    project.create_run("paper", {})
    monkeypatch.setattr(zarr.Array, "__setitem__", fail)
    with pytest.raises(ProjectError, match=r"arrays\.zarr: cannot be written \(No space left on device\)"):
        project.write_bodies("paper", np.array([0]), project.read_bodies("spin", np.array([0])))
    assert not project.bodies_present("paper").any()


def test_a_folder_that_is_no_project_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="is no Jointlens project"):
        Project.open(tmp_path, exclusive=True)
    assert list(tmp_path.iterdir()) == []


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
