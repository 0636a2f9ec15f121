"""Human3.6M as h36m-fetch lays it out is read right, or told what is wrong."""

from __future__ import annotations

import shutil
from typing import Any

import h5py
import numpy as np
import pytest

from core.cameras import Camera
from core.data.cameras_json import write_cameras
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.errors import (
    DatasetError,
)
from core.joints import H36M_32_TO_17
from core.project.project import Project
from tests.core.data.refusals import expect_refusal, run_import


def test_absent_labels_stay_absent(tiny: Any) -> None:
    def hide(values: np.ndarray) -> np.ndarray:
        values[2, 3] = np.nan
        return values

    tiny.change("pose/3d", hide)
    tiny.change("pose/2d", hide)
    assert run_import(tiny).absent_labels == 1
    with Project.open(tiny.root.parent / "project") as opened:
        assert np.isnan(opened.labels(np.arange(24))).all(axis=-1).sum() == 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_joint_that_is_damaged_in_part_is_named(tiny: Any, value: float) -> None:
    def damage(values: np.ndarray) -> np.ndarray:
        values[1, 2, 0] = value
        return values

    tiny.change("pose/3d", damage)
    expect_refusal(tiny, DatasetError, r"pose/3d of frame S1/Posing-1/54138969/000065, joint 2, is \[")


@pytest.mark.parametrize(("lost", "kept"), [("pose/3d", "pose/2d"), ("pose/2d", "pose/3d")])
def test_a_joint_that_has_one_label_of_two_is_named(tiny: Any, lost: str, kept: str) -> None:
    def lose(values: np.ndarray) -> np.ndarray:
        values[1:3, 2] = np.nan
        return values

    tiny.change(lost, lose)
    frame = "S1/Posing-1/54138969/000065"
    message = rf"{lost} of frame {frame}, joint 2, is NaN but {kept} is not, one of 2 such labels"
    expect_refusal(tiny, DatasetError, message)


def test_labels_that_are_all_nan_are_an_error(tiny: Any) -> None:
    tiny.change("pose/3d", lambda values: np.full_like(values, np.nan))
    expect_refusal(tiny, DatasetError, r"S1/Posing-1/annot\.h5: pose/3d has no finite value")


@pytest.mark.parametrize(
    ("name", "edit", "message"),
    [
        ("pose/3d", lambda values: None, "has no pose/3d"),
        ("pose/3d", lambda values: values[:, :17], r"pose/3d has shape \(12, 17, 3\); expected \(n, 32, 3\)"),
        ("pose/3d", lambda values: values[:-1], "expected one number of rows"),
        ("pose/3d", lambda values: values / 1000, "makes the thigh 0.45. long; expected millimetres"),
        ("pose/3d", lambda values: values * [1, 1, -1], "pose/3d must be in the camera frame, .* z forward$"),
        ("pose/3d", lambda values: values + np.array([300, 0, 0]), r"camera \d+: 3D labels project .* px"),
        ("frame", lambda values: values - 1, "has frame 0; frames count from 1"),
        ("frame", lambda values: np.ones_like(values), "occurs twice"),
        ("frame", lambda values: values + 2**31, "has frame 2147483777; frame numbers go up to 2147483647"),
        ("subject", lambda values: values + 4, "is of subject S5, but lies in the folder of S1"),
        ("intrinsics/60457274", lambda values: None, "camera 60457274 has no intrinsics"),
        ("intrinsics/60457274", lambda values: values + 27, "camera 60457274 has intrinsics .* 27.0 px off"),
        ("intrinsics/60457274", lambda values: values[:3], r"expected \[fx, cx, fy, cy\]"),
    ],
)  # fmt: skip
def test_a_bad_annotation_is_told(tiny: Any, name: str, edit: Any, message: str) -> None:
    tiny.change(name, edit)
    expect_refusal(tiny, DatasetError, message)


def test_exchanged_legs_are_found_by_geometry(tiny: Any) -> None:
    def exchange(values: np.ndarray) -> np.ndarray:
        values[:, [1, 2, 3, 6, 7, 8]] = values[:, [6, 7, 8, 1, 2, 3]]
        return values

    for name in ("pose/3d", "pose/2d"):
        tiny.change(name, exchange, "S9")
    assert H36M_32_TO_17[1:4] == (1, 2, 3)
    expect_refusal(
        tiny, DatasetError, "S9: the joints called right lie on the body's left in 100% of the frames"
    )


def test_a_damaged_annotation_file_is_told(tiny: Any) -> None:
    tiny.annotations().write_bytes(b"not HDF5")
    expect_refusal(tiny, DatasetError, r"annot\.h5: is no readable HDF5 file")


def test_a_folder_without_sequences_is_told(tiny: Any) -> None:
    expect_refusal(
        tiny,
        DatasetError,
        "is in no known format; expected .*a folder with <subject>/<action>/annot.h5",
        dataset=tiny.root / "S1",
    )


def test_without_cameras_json_bodies_stay_in_the_camera_frame(tiny: Any) -> None:
    (tiny.root / "cameras.json").unlink()
    preview = run_import(tiny)
    assert preview.view_agreement_mm is None
    assert 0 < preview.reprojection_px < 3
    with Project.open(tiny.root.parent / "project") as opened:
        assert not opened.has_extrinsics
        assert (opened.camera(0).width, opened.camera(0).height) == (160, 162)


def test_extrinsics_in_the_other_convention_are_found_out(tiny: Any) -> None:
    centres = {
        view: Camera(camera.name, camera.R, -camera.R.T @ camera.t, camera.lens, camera.width, camera.height)
        for view, camera in tiny.cameras.items()
    }
    write_cameras(tiny.root / "cameras.json", centres)
    expect_refusal(tiny, DatasetError, "expected X_camera = R X_world .* not the camera's centre")


def test_a_camera_that_cameras_json_lacks_is_named(tiny: Any) -> None:
    cameras = {view: camera for view, camera in tiny.cameras.items() if view != ("S9", "55011271")}
    write_cameras(tiny.root / "cameras.json", cameras)
    expect_refusal(tiny, DatasetError, r"cameras\.json: has no camera 55011271 for S9")


def test_universal_poses_are_never_labels(tiny: Any) -> None:
    with h5py.File(tiny.annotations(), "r+") as file:
        file["pose/3d-univ"] = file["pose/3d"][()] * 1.3
    run_import(tiny)
    with Project.open(tiny.root.parent / "project") as opened:
        key, camera = opened.keys[0], opened.camera(0)
        expected = tiny.world[key.subject, key.frame] @ camera.R.T + camera.t
        np.testing.assert_allclose(opened.labels(np.array([0]))[0], expected, atol=1e-5)


def test_intrinsics_that_were_fitted_to_each_sequence_need_not_agree(tiny: Any) -> None:
    (tiny.root / "cameras.json").unlink()
    for number, change in ((2, 6.0), (3, 14.0)):
        folder = tiny.root / "S1" / f"Posing-{number}"
        shutil.copytree(tiny.root / "S1" / "Posing-1", folder)
        with h5py.File(folder / "annot.h5", "r+") as file:
            file["intrinsics/60457274"][...] += change
    lens = read_h36m_fetch(tiny.root).cameras["S1", "60457274"].lens
    assert (lens.f[0], lens.c[0]) == (186.0, 86.5)  # the middle one
