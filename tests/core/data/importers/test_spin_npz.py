"""A file of SPIN's is a data set without lenses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.cameras_json import write_cameras
from core.data.dataset import Dataset
from core.data.importers.spin_npz import PLACES, read_spin_dataset
from core.data.importing import import_project
from core.errors import DatasetError
from core.project.project import Project
from tests.core.data.writers import name_image, write_spin_dataset


def test_a_spin_npz_alone_is_a_data_set_without_lenses(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(24)
    path = write_spin_dataset(tmp_path / "h36m_valid_protocol1.npz", h36m, order)
    found = read_spin_dataset(path)
    assert found.keys == h36m.keys
    np.testing.assert_allclose(found.joints, h36m.joints - h36m.joints[:, :1], atol=1e-6)
    np.testing.assert_allclose(found.keypoints, h36m.keypoints, atol=1e-4)
    assert not found.absolute_labels
    assert not found.has_intrinsics
    # Results of SPIN follow the file's own order, which the labels confirm.
    with np.load(tiny.estimates) as file:
        row_of = {name: row for row, name in enumerate(file["imgname"].tolist())}
        rows = [row_of[name_image(h36m.keys[row])] for row in order]
        np.savez(tmp_path / "result.npz", pose=file["pose"][rows], betas=file["shape"][rows])
    preview = import_project(
        tmp_path / "project",
        dataset=path,
        body=tiny.body,
        estimates={"spin": tmp_path / "result.npz"},
        regressors={"J_std": tiny.regressor},
    )
    assert preview.format == "spin-npz"
    assert preview.reprojection_px is None
    assert preview.right_share == 1
    assert preview.label_frame == "metres, camera axes, relative to the pelvis"
    assert "as in the data set's file" in preview.matching["spin"]
    assert any(note.startswith("no intrinsics") for note in preview.notes)
    assert any(note.startswith("labels are relative to the pelvis") for note in preview.notes)
    with Project.open(tmp_path / "project") as project:
        assert not project.has_absolute_labels
        camera = project.camera(0)
        assert (camera.width, camera.height) == (1000, 1002)
        crop = project.crops(np.array([3]))[0]
        assert np.isfinite(crop).all()


def test_the_whole_training_file_of_spin_is_read(h36m: Dataset, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    whole = {
        "openpose": random.normal(size=(24, 25, 3)),
        "pose": random.normal(size=(24, 72)),
        "shape": random.normal(size=(24, 10)),
        "has_smpl": np.ones(24),
        "gender": np.array(["m"] * 24),
        "maskname": np.array(["a.png"] * 24),
        "partname": np.array([""] * 24),
    }
    found = read_spin_dataset(write_spin_dataset(tmp_path / "train.npz", h36m, np.arange(24), **whole))
    np.testing.assert_allclose(found.keypoints, h36m.keypoints, atol=1e-4)  # and none of OpenPose's
    S = np.zeros((24, 24, 4))
    S[:, PLACES, :3], S[:, PLACES, 3] = h36m.joints - h36m.joints[:, :1], 1
    part = np.zeros((24, 24, 3))
    path = write_spin_dataset(tmp_path / "a.npz", h36m, np.arange(24), S=S, part=part)
    assert np.isnan(read_spin_dataset(path).keypoints).all()  # of confidence 0


def test_spin_s_24_joints_keep_the_left_side_where_spin_has_it(h36m: Dataset, tmp_path: Path) -> None:
    S = np.zeros((24, 24, 4))
    S[..., 0] = np.arange(24)  # each joint at its own number in SPIN's constants.py
    S[..., 3] = 1
    found = read_spin_dataset(write_spin_dataset(tmp_path / "a.npz", h36m, np.arange(24), S=S))
    spin = {"RAnkle": 0, "RKnee": 1, "RHip": 2, "LHip": 3, "LKnee": 4, "LAnkle": 5, "RWrist": 6, "RElbow": 7,
            "RShoulder": 8, "LShoulder": 9, "LElbow": 10, "LWrist": 11, "Pelvis": 14}  # fmt: skip
    for name, number in spin.items():
        assert (found.joints[:, found.joint_set.index(name), 0] == number).all(), name


def test_pictures_of_spin_s_validation_script_are_said_to_be_late(h36m: Dataset, tmp_path: Path) -> None:
    order = np.arange(24)
    valid = read_spin_dataset(write_spin_dataset(tmp_path / "h36m_valid.npz", h36m, order, part=None))
    assert "one frame late" in valid.notes[0]
    assert not read_spin_dataset(write_spin_dataset(tmp_path / "h36m_train.npz", h36m, order)).notes


def test_what_a_spin_npz_lacks_is_nan_and_its_box_the_crop(h36m: Dataset, tmp_path: Path) -> None:
    S = np.zeros((24, 24, 4))
    S[:, PLACES[1:], 3] = 1
    center, scale = np.tile([70.0, 90.0], (24, 1)), np.full(24, 0.5)
    path = write_spin_dataset(
        tmp_path / "a.npz", h36m, np.arange(24), S=S, part=None, center=center, scale=scale
    )
    found = read_spin_dataset(path)
    assert np.isnan(found.joints[:, 0]).all()
    assert np.isnan(found.keypoints).all()
    assert found.crops is not None
    np.testing.assert_allclose(found.crops, np.tile([20.0, 40.0, 2.24], (24, 1)))
    with pytest.raises(DatasetError, match=r"S is \(24, 24, 3\); expected \(N, 24, 4\)"):
        read_spin_dataset(write_spin_dataset(path, h36m, np.arange(24), S=S[..., :3]))
    names = np.array([name_image(h36m.keys[0])] * 24)
    with pytest.raises(DatasetError, match=r"rows 0 and 1 are both of S1/Posing-1/54138969/000001"):
        read_spin_dataset(write_spin_dataset(path, h36m, np.arange(24), imgname=names))


def test_lenses_beside_a_spin_npz_are_taken(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    write_cameras(tmp_path / "cameras.json", tiny.cameras)
    found = read_spin_dataset(write_spin_dataset(tmp_path / "a.npz", h36m, np.arange(24)))
    assert found.has_intrinsics
    assert found.camera(0).width == 160
