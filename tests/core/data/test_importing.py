"""An import is whole and right, or says in one line what is wrong and makes nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import h5py
import numpy as np
import pytest

from core.body.files import save_body
from core.body.model import BodyModel
from core.cameras import Camera, project
from core.data import importing
from core.data.cameras_json import write_cameras
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.data.importing import add_estimates, add_regressor, import_project
from core.data.preview import Preview
from core.errors import (
    BodyError,
    DatasetError,
    JointlensError,
    ProjectError,
    RegressorError,
    SettingsError,
    UntrustedFileError,
)
from core.joints import H36M_32_TO_17
from core.project.project import Project


def run_import(tiny: Any, **changes: Any) -> Preview:
    arguments = {
        "dataset": tiny.root,
        "body": tiny.body,
        "estimates": {"spin": tiny.estimates},
        "regressors": {"J_std": tiny.regressor},
        **changes,
    }
    return import_project(tiny.root.parent / "project", **arguments)


def expect_refusal(tiny: Any, kind: type[JointlensError], message: str, **changes: Any) -> None:
    """The import fails with one line, and nothing of a project is left."""
    before = sorted(tiny.root.parent.iterdir())
    with pytest.raises(kind, match=message) as caught:
        run_import(tiny, **changes)
    assert "\n" not in str(caught.value)
    assert sorted(tiny.root.parent.iterdir()) == before


def test_frames_labels_and_cameras_are_the_data_sets(tiny: Any) -> None:
    preview = run_import(tiny)
    assert (preview.frames, preview.sequences, preview.subjects) == (24, 2, ["S1", "S9"])
    assert (preview.pictures, preview.masks, preview.absent_labels) == (24, 24, 0)
    assert preview.right_share == 1
    assert preview.reprojection_px < 1e-3
    assert preview.view_agreement_mm is not None
    assert preview.view_agreement_mm < 0.01
    assert not preview.synthetic
    assert preview.label_origin == "mocap"
    assert preview.notes == []
    with Project.open(tiny.root.parent / "project") as opened:
        for row, key in enumerate(opened.keys):
            camera = opened.camera(row)
            expected = tiny.world[key.subject, key.frame] @ camera.R.T + camera.t
            labels, keypoints = opened.labels(np.array([row]))[0], opened.keypoints(np.array([row]))[0]
            np.testing.assert_allclose(labels, expected, atol=1e-5)
            np.testing.assert_allclose(keypoints, project(expected, camera.lens), atol=1e-3)
            assert opened.image_path(row).is_file()
        masks = opened.read_masks(np.arange(24))
        assert np.isfinite(masks).all()
        np.testing.assert_array_equal(masks[5], opened.read_masks(np.array([5]))[0])
        assert opened.read_regressor("J_std").provenance["order_in_file"] == "left-first"


def test_estimates_follow_their_picture_names(tiny: Any) -> None:
    assert run_import(tiny).estimates == {"spin": 24}
    names = np.load(tiny.estimates)["imgname"].tolist()
    with Project.open(tiny.root.parent / "project") as opened:
        betas = opened.read_bodies("spin", np.arange(24)).betas
        for row, key in enumerate(opened.keys):
            name = f"images/{key.subject}_Posing_1.{key.camera}_{key.frame:06d}.jpg"
            assert betas[row, 0] == pytest.approx(0.01 * names.index(name))
        assert np.isnan(opened.read_bodies("spin", np.arange(24)).transl).all()


def test_importing_needs_no_torch(tiny: Any) -> None:
    code = (
        "import sys; from core.data.importing import import_project; "
        "p, d, b, e, r = sys.argv[1:]; "
        "import_project(p, dataset=d, body=b, estimates={'spin': e}, regressors={'J': r}); "
        "assert 'torch' not in sys.modules"
    )
    paths = (tiny.root.parent / "p", tiny.root, tiny.body, tiny.estimates, tiny.regressor)
    words = [sys.executable, "-c", code, *map(str, paths)]
    ended = subprocess.run(words, cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


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


def test_a_missing_picture_is_named(tiny: Any) -> None:
    tiny.picture("imageSequence").unlink()
    expect_refusal(
        tiny, DatasetError, r"1 of 24 are missing, the first image is S1/.*54138969/img_000065\.jpg; extract"
    )


def test_labels_alone_are_enough(tiny: Any) -> None:
    for folder in [*tiny.root.glob("*/*/imageSequence"), *tiny.root.glob("*/*/maskSequence")]:
        shutil.rmtree(folder)
    preview = run_import(tiny)
    assert (preview.pictures, preview.masks) == (0, 0)
    assert any("no masks" in note for note in preview.notes)
    with Project.open(tiny.root.parent / "project") as opened:
        assert opened.mask_path(0) is None
        assert np.isnan(opened.read_masks(np.arange(2))).all()


def test_a_missing_mask_is_named(tiny: Any) -> None:
    tiny.picture("maskSequence").unlink()
    expect_refusal(
        tiny, DatasetError, r"1 of 24 are missing, the first mask is S1/.*54138969/img_000065\.jpg; segment"
    )


@pytest.mark.parametrize("kind", ["maskSequence", "imageSequence"])
def test_a_file_of_another_size_is_named(tiny: Any, kind: str) -> None:
    cv2.imwrite(str(tiny.picture(kind)), np.zeros((30, 40), np.uint8))
    expect_refusal(tiny, DatasetError, rf"{kind}/54138969/img_000065\.jpg: is 40 x 30 pixels; .* 160 x 162")


def test_a_file_that_is_no_picture_is_named(tiny: Any) -> None:
    tiny.picture("maskSequence").write_bytes(b"text")
    expect_refusal(tiny, DatasetError, r"img_000065\.jpg: is no picture")


def test_an_invalid_mask_is_no_mask(tiny: Any) -> None:
    cv2.imwrite(str(tiny.picture("maskSequence")), np.zeros((162, 160), np.uint8))
    run_import(tiny)
    with Project.open(tiny.root.parent / "project") as opened:
        masks = opened.read_masks(np.arange(24))
        assert np.isnan(masks).all(axis=(1, 2)).sum() == 1


def test_a_studio_makes_its_pictures_later(tiny: Any) -> None:
    (tiny.root / "studio.json").write_text('{"seed": 1, "images": true}')
    tiny.picture("imageSequence").unlink()
    preview = run_import(tiny)
    assert preview.synthetic
    assert preview.label_origin == "synthetic"
    assert "made when they are asked for" in preview.notes[0]


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


def change_estimates(tiny: Any, **arrays: Any) -> None:
    with np.load(tiny.estimates) as file:
        kept = {name: file[name] for name in file.files}
    kept.update(arrays)
    np.savez(tiny.estimates, **{name: values for name, values in kept.items() if values is not None})


def test_arrays_of_different_lengths_tell_both_counts(tiny: Any) -> None:
    with np.load(tiny.estimates) as file:
        short = {name: file[name][:-1] for name in file.files}
    change_estimates(tiny, **{**short, "shape": np.zeros((24, 10))})
    expect_refusal(
        tiny,
        DatasetError,
        r"rows of its arrays differ: pose has 23, betas has 24, frame names has 23",
    )


def test_estimates_with_nan_name_the_row(tiny: Any) -> None:
    pose = np.load(tiny.estimates)["pose"]
    pose[7, 3] = np.nan
    change_estimates(tiny, pose=pose)
    expect_refusal(
        tiny, DatasetError, r"spin\.npz: pose of row 7 \(S1/Posing-1/58860488/000065\) is not finite"
    )


def test_estimates_that_are_no_spin_file_are_told(tiny: Any) -> None:
    change_estimates(tiny, pose=None)
    expect_refusal(tiny, DatasetError, r"has no pose; expected floats \(N, 72\)")
    change_estimates(tiny, pose=np.zeros((24, 75)))
    expect_refusal(tiny, DatasetError, r"pose has shape \(24, 75\)")
    np.savez(tiny.estimates, pose=np.array([{}], dtype=object), shape=np.zeros((24, 10)))
    expect_refusal(tiny, UntrustedFileError, r"spin\.npz: holds pickled objects")
    tiny.estimates.write_bytes(b"PK\x03\x04 cut")
    expect_refusal(tiny, DatasetError, r"spin\.npz: is no readable npz")
    expect_refusal(
        tiny, DatasetError, r"gone\.npz: cannot be read", estimates={"spin": tiny.root / "gone.npz"}
    )


def test_a_regressor_of_another_topology_is_refused(tiny: Any) -> None:
    rows = np.load(tiny.regressor)
    np.save(tiny.regressor, rows[:, np.random.default_rng(0).permutation(rows.shape[1])])
    expect_refusal(tiny, RegressorError, r"J\.npy: the row of \w+ lands")
    np.save(tiny.regressor, rows[:, :-3])
    expect_refusal(tiny, RegressorError, "is for meshes of 6887 vertices; the body demo_body has 6890")


def test_a_body_pickle_with_a_forbidden_class_is_refused(tiny: Any) -> None:
    body = tiny.root.parent / "SMPL_NEUTRAL.pkl"
    body.write_bytes(b"cos\nsystem\n(S'touch harmed'\ntR.")
    expect_refusal(tiny, UntrustedFileError, r"SMPL_NEUTRAL\.pkl: asks for os\.system", body=body)


def test_a_small_hole_of_the_body_is_closed_and_a_large_one_refused(tiny: Any, body: BodyModel) -> None:
    path = tiny.root.parent / "open.npz"
    low = body.v_template[:, 1] < np.median(body.v_template[:, 1])
    save_body(replace(body, faces=body.faces[low[body.faces].all(axis=1)]), path)
    expect_refusal(tiny, BodyError, r"open\.npz: .* a hole of \d+ edges .* m round, .* cap it", body=path)
    save_body(replace(body, faces=body.faces[1:]), path)
    assert "the body's mesh has holes, which 1 triangles close" in run_import(tiny, body=path).notes
    with Project.open(tiny.root.parent / "project") as opened:
        assert opened.body().caps == 1


def test_impossible_names_and_formats_are_refused(tiny: Any) -> None:
    expect_refusal(
        tiny,
        ProjectError,
        "cannot name an estimator",
        estimates={"a/b": tiny.estimates},
    )
    expect_refusal(tiny, ProjectError, "'initial' is an estimator", estimates={"initial": tiny.estimates})
    expect_refusal(
        tiny,
        SettingsError,
        "'coco' is no data set format; expected auto or one of .*h36m-fetch",
        format="coco",
    )


def test_a_full_disk_leaves_nothing(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Project, "add_regressor", fail)
    expect_refusal(tiny, ProjectError, r"project: cannot be written \(No space left on device\)")


def test_a_project_that_is_there_is_not_touched(tiny: Any) -> None:
    run_import(tiny)
    with pytest.raises(ProjectError, match="is a project already"):
        run_import(tiny)


def test_estimates_and_regressors_are_added_later(tiny: Any) -> None:
    run_import(tiny, estimates={}, regressors={})
    with Project.open(tiny.root.parent / "project") as opened:
        assert add_estimates(opened, "vibe", tiny.estimates).present.all()
        assert add_regressor(opened, "J_std", tiny.regressor).order_in_file == "left-first"
        assert opened.estimators() == ["vibe"]
        assert opened.regressor_names() == ["J_std"]
        with pytest.raises(ProjectError, match="'vibe' is an estimator of the project already"):
            add_estimates(opened, "vibe", tiny.estimates)


def test_the_data_set_is_not_changed(tiny: Any) -> None:
    def digest() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(tiny.root.rglob("*")) if path.is_file()}

    before = digest()
    run_import(tiny)
    assert digest() == before


def test_progress_is_told(tiny: Any) -> None:
    told: list[tuple[int, int, str]] = []
    run_import(tiny, progress=lambda *step: told.append(step))
    assert (24, 24, "checking masks") in told


def test_every_format_has_an_importer() -> None:
    documented = {"h36m-fetch", "spin-npz", "mks-json", "human-data", "precomputed", "generic"}
    assert documented <= set(importing.FORMATS)


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
