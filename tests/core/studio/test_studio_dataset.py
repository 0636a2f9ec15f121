"""The data set that a studio writes, read as any other program would read it."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import cv2
import h5py
import joblib
import numpy as np
import pytest
import smplx

from core.body.files import load_body
from core.cameras import project, to_world
from core.data.cameras_json import read_cameras
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.data.joblib_tracks import read_tracks
from core.data.match_bodies import match_by_name
from core.data.spin_npz import read_spin_bodies
from core.errors import DatasetError, SettingsError
from core.joints import H36M_17, LEFT_FIRST_TO_RIGHT_FIRST, check_sides
from core.studio.make import make_studio
from core.studio.subjects import SUBJECTS
from core.studio.truth import read_truth


@pytest.fixture(scope="module")
def dataset(studio_small: Path) -> Path:
    return studio_small / "dataset"


def test_a_small_studio_has_seven_subjects_with_two_sequences_of_four_instants_in_four_cameras(dataset):
    keys = read_h36m_fetch(dataset).keys
    assert {key.subject for key in keys} == set(SUBJECTS)
    assert len({key.sequence for key in keys}) == 14
    assert len({key.camera for key in keys}) == 4
    assert len(keys) == 7 * 2 * 4 * 4


def test_annotations_follow_h36m_fetch(dataset):
    for path in sorted(dataset.glob("*/*/annot.h5")):
        with h5py.File(path) as file:
            n = len(file["frame"])
            assert file["pose/2d"].shape == (n, 32, 2)
            assert file["pose/3d"].shape == file["pose/3d-univ"].shape == (n, 32, 3)
            assert file["frame"][()].min() == 1
            assert set(file["subject"][()]) == {int(path.parent.parent.name[1:])}
            assert set(file["subaction"][()]) == {int(path.parent.name.split("-")[1])}
            joints = file["pose/3d"][()]
            np.testing.assert_array_equal(joints[:, 0], joints[:, 11])
            np.testing.assert_array_equal(joints[:, 13], joints[:, 16])
            assert 2000 < np.median(joints[..., 2]) < 8000
            for camera in np.unique(file["camera"][()]):
                fx, cx, fy, cy = file[f"intrinsics/{camera}"][()]
                assert fx == pytest.approx(1145, abs=20) == fy
                assert cx == pytest.approx(512, abs=40)
                assert cy == pytest.approx(508, abs=40)


def test_keypoints_are_the_projected_labels_with_lens_distortion(dataset):
    found = read_h36m_fetch(dataset)
    for row in range(0, len(found.keys), 17):
        key = found.keys[row]
        camera = found.cameras[key.subject, key.camera]
        np.testing.assert_allclose(
            project(found.joints[row].astype(float), camera.lens), found.keypoints[row], atol=0.01
        )


def test_the_four_cameras_agree_on_where_the_labels_are(dataset):
    found = read_h36m_fetch(dataset)
    worlds: dict[str, list[np.ndarray]] = {}
    for key, joints in zip(found.keys, found.joints):
        camera = found.cameras[key.subject, key.camera]
        worlds.setdefault(str(key.instant), []).append(to_world(joints, camera.R, camera.t))
    for views in worlds.values():
        np.testing.assert_allclose(views, np.broadcast_to(views[0], np.shape(views)), atol=1e-5)


def test_left_and_right_of_labels_are_right_by_geometry(dataset):
    assert check_sides(read_h36m_fetch(dataset).joints) == 1.0


def test_cameras_differ_a_little_between_subjects(dataset):
    cameras = read_cameras(dataset / "cameras.json")
    assert len(cameras) == 28
    one, other = cameras["S1", "54138969"], cameras["S5", "54138969"]
    assert (one.width, one.height) == (1000, 1002)
    np.testing.assert_array_equal(one.lens.k, other.lens.k)
    centres = [-camera.R.T @ camera.t for camera in (one, other)]
    assert 0.001 < np.linalg.norm(centres[0] - centres[1]) < 0.2


def test_the_standard_regressor_is_written_left_side_first(dataset):
    written = np.load(dataset / "J_regressor_h36m.npy", allow_pickle=False)
    assert written.shape == (17, 6890)
    assert written.dtype == np.float64
    rest = load_body(dataset / "body" / "SMPL_NEUTRAL.npz").v_template
    assert (written @ rest)[1, 0] > 0.05
    joints = written[list(LEFT_FIRST_TO_RIGHT_FIRST)] @ rest
    assert joints[H36M_17.index("RHip"), 0] < -0.05


def test_smplx_loads_the_body(dataset):
    model = smplx.SMPL(str(dataset / "body" / "SMPL_NEUTRAL.pkl"))
    own = load_body(dataset / "body" / "SMPL_NEUTRAL.pkl")
    np.testing.assert_allclose(model.v_template.numpy(), own.v_template, atol=1e-6)


def test_estimates_follow_spins_data_set_format(dataset):
    with np.load(dataset / "estimates" / "spin.npz", allow_pickle=False) as file:
        assert file["pose"].shape == (224, 72)
        assert file["shape"].shape == (224, 10)
        assert file["S"].shape == (224, 24, 4)
        assert (file["S"][..., 3].sum(axis=1) == 17).all()
        np.testing.assert_array_equal(file["S"][:, 14, :3], 0)
        assert file["center"].shape == (224, 2)
        assert ((file["scale"] * 200 > 150) & (file["scale"] * 200 < 900)).all()
    estimates = match_by_name(
        read_spin_bodies(dataset / "estimates" / "spin.npz"), read_h36m_fetch(dataset).keys
    )
    assert estimates.present.all()
    assert np.isnan(estimates.parameters.transl).all()


@pytest.mark.parametrize("name", ["vibe", "meva"])
def test_estimates_follow_vibe_s_and_meva_s_results(dataset, name):
    with (dataset / "estimates" / name / "videos.csv").open(newline="") as file:
        videos = list(csv.DictReader(file))
    assert len(videos) == 7 * 2 * 4
    spin = match_by_name(
        read_spin_bodies(dataset / "estimates" / "spin.npz"), read_h36m_fetch(dataset).keys
    ).parameters
    for video in videos[::11]:
        assert video["file"] == f"{video['subject']}/{video['action']}.{video['camera']}.pkl"
        (track,) = joblib.load(dataset / "estimates" / name / video["file"]).values()
        shapes = {field: values.shape for field, values in track.items() if values is not None}
        assert shapes == {
            "pred_cam": (4, 3), "orig_cam": (4, 4), "pose": (4, 72), "betas": (4, 10), "joints3d": (4, 49, 3),
            "bboxes": (4, 4), "frame_ids": (4,),
        }  # fmt: skip
        assert track["frame_ids"][0] == 0
        # The weak-perspective camera brings the pelvis where its label is: inside the box, and the image.
        pelvis = track["joints3d"][:, 25 + 14, :2]
        in_box = track["pred_cam"][:, :1] * (pelvis + track["pred_cam"][:, 1:])
        assert (np.abs(in_box) < 1).all()
        in_image = track["orig_cam"][:, :2] * (pelvis + track["orig_cam"][:, 2:])
        pixels = (in_image + 1) * np.array([1000, 1001]) / 2
        box = track["bboxes"]
        np.testing.assert_allclose(pixels, box[:, :2] + in_box * box[:, 2:] / 2, atol=1.5)
    estimates = read_tracks(dataset / "estimates" / name, read_h36m_fetch(dataset).keys)
    assert estimates.present.all()
    assert np.abs(estimates.parameters.body_pose - spin.body_pose).max(axis=1).min() > 0.05


def test_masks_are_valid_8_bit_pictures_of_the_cameras_size(dataset):
    cameras = read_cameras(dataset / "cameras.json")
    paths = sorted(dataset.glob("*/*/maskSequence/*/*.jpg"))
    assert len(paths) == 224
    for path in paths[::13]:
        mask = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        camera = cameras[path.parts[-5], path.parts[-2]]
        assert mask.dtype == np.uint8
        assert mask.shape == (camera.height, camera.width)
        assert mask[0, 0] != 0
        assert 0.005 < (mask > 127).mean() < 0.2


def test_it_says_that_it_is_synthetic(dataset):
    record = json.loads((dataset / "studio.json").read_text())
    assert record["kind"] == "synthetic studio"
    assert record["format_version"] == 2
    assert record["hard"] == []
    assert (record["seed"], record["size"], record["images"]) == (3, "small", True)
    assert read_h36m_fetch(dataset).synthetic


def test_nothing_in_the_data_set_tells_the_truth(dataset, studio_small):
    truth = read_truth(studio_small / "truth")
    assert not [path for path in dataset.rglob("*") if "truth" in path.name or "defects" in path.name]
    standard = np.load(dataset / "J_regressor_h36m.npy")[list(LEFT_FIRST_TO_RIGHT_FIRST)]
    assert np.abs(standard - truth.regressor).sum(axis=1).min() > 0.5
    with np.load(dataset / "estimates" / "spin.npz") as file:
        assert set(file.files) == {"imgname", "center", "scale", "pose", "shape", "S"}
        distances = np.linalg.norm(file["shape"][:, None] - truth.parameters.betas[None], axis=-1)
        assert distances.min() > 0.2
    with np.load(dataset / "body" / "SMPL_NEUTRAL.npz", allow_pickle=False) as file:
        assert not [name for name in file.files if "h36m" in name]


def test_the_same_seed_gives_the_same_files(dataset, tmp_path):
    make_studio(tmp_path / "again", seed=3, size="small")
    again = tmp_path / "again" / "dataset"
    assert not list(again.glob("*/*/imageSequence")), "pictures are rendered when they are needed"
    seen = {name: digest for name, digest in hash_files(dataset).items() if "imageSequence" not in name}
    assert hash_files(again) == seen
    assert hash_files(tmp_path / "again" / "truth") == hash_files(dataset.parent / "truth")


def hash_files(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_a_studio_is_never_overwritten(dataset):
    with pytest.raises(DatasetError, match="exists; choose another folder"):
        make_studio(dataset.parent, seed=4, size="small")


def test_an_unknown_size_or_a_negative_seed_makes_nothing(tmp_path):
    with pytest.raises(SettingsError, match="'huge' is unknown; expected one of small, default, audit"):
        make_studio(tmp_path / "studio", size="huge")
    with pytest.raises(SettingsError, match="seed is -1; expected zero or more"):
        make_studio(tmp_path / "studio", seed=-1)
    assert not (tmp_path / "studio").exists()


def test_a_studio_that_fails_halfway_leaves_nothing(tmp_path):
    def stop(done: int, total: int, message: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_studio(tmp_path, seed=3, size="small", progress=stop)
    assert not list(tmp_path.iterdir())
