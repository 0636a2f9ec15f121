"""A project gives back what was put into it, in every thread and after every restart."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import ProjectError
from core.project.creation import create_project
from core.project.project import Project
from core.resources import resource_path
from core.types import InstantKey


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
