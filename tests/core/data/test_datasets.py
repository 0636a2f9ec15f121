"""Data sets of every format are recognised, mean the same, and say what they lack."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli.main import main
from core.body.model import BodyModel
from core.cameras import project as project_points
from core.cameras import to_camera
from core.data.cameras_json import write_cameras
from core.data.dataset import Dataset
from core.data.detect import FORMATS, detect_format
from core.data.importers.generic import read_generic
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.data.importers.mks_json import read_mks_json
from core.data.importers.precomputed import read_precomputed
from core.data.importers.spin_npz import PLACES, read_spin_dataset
from core.data.importing import import_project
from core.errors import DatasetError
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST
from core.joints_builtin import COCO_17
from core.project.project import Project
from core.regressor.places import find_rest_places

LEFT_FIRST = list(LEFT_FIRST_TO_RIGHT_FIRST)


@pytest.fixture
def h36m(tiny: Any) -> Dataset:
    """What the tiny data set says in the format that is tested elsewhere."""
    return read_h36m_fetch(tiny.root)


def name_image(key: Any) -> str:
    return f"images/{key.subject}_{key.action.replace('-', '_')}.{key.camera}_{key.frame:06d}.jpg"


def write_spin_dataset(path: Path, h36m: Dataset, order: np.ndarray, **changes: Any) -> Path:
    """As SPIN's preprocessing writes Human3.6M, its columns and dtypes."""
    S, part = np.zeros((24, 24, 4)), np.zeros((24, 24, 3))
    relative = h36m.joints - h36m.joints[:, :1]
    S[:, PLACES, :3], S[:, PLACES, 3] = relative[order], 1
    part[:, PLACES, :2], part[:, PLACES, 2] = h36m.keypoints[order], 1
    keypoints = h36m.keypoints[order]
    low, high = keypoints.min(axis=1), keypoints.max(axis=1)
    arrays = {
        "imgname": np.array([name_image(h36m.keys[row]) for row in order]),
        "center": (low + high) / 2,
        "scale": 1.2 * (high - low).max(axis=1) / 200,
        "S": S,
        "part": part,
        **changes,
    }
    np.savez(path, **{name: values for name, values in arrays.items() if values is not None})
    return path


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


def write_mks(root: Path, tiny: Any, h36m: Dataset) -> Path:
    folder = root / "annotations"
    folder.mkdir(parents=True)
    serials = ("54138969", "55011271", "58860488", "60457274")
    for subject in ("S1", "S9"):
        images, world = [], {}
        for number, key in enumerate(key for key in h36m.keys if key.subject == subject):
            camera = serials.index(key.camera) + 1
            images.append(
                {
                    "id": number,
                    "file_name": f"s_{subject[1:]:0>2}_act_07_subact_01_ca_0{camera}/{number}.jpg",
                    "width": 160,
                    "height": 162,
                    "subject": int(subject[1:]),
                    "action_name": "Posing",
                    "action_idx": 7,
                    "subaction_idx": 1,
                    "cam_idx": camera,
                    "frame_idx": key.frame - 1,
                }
            )
            world[str(key.frame - 1)] = (1000 * tiny.world[subject, key.frame]).tolist()
        cameras = {
            str(number): {
                "R": camera.R.tolist(),
                "t": (1000 * camera.t).tolist(),
                "f": camera.lens.f.tolist(),
                "c": camera.lens.c.tolist(),
            }
            for number, serial in enumerate(serials, start=1)
            for camera in [tiny.cameras[subject, serial]]
        }
        stem = folder / f"Human36M_subject{subject[1:]}"
        Path(f"{stem}_data.json").write_text(json.dumps({"images": images, "annotations": []}))
        Path(f"{stem}_camera.json").write_text(json.dumps(cameras))
        Path(f"{stem}_joint_3d.json").write_text(json.dumps({"7": {"1": world}}))
    return root


def test_3dmppe_posenet_s_json_is_read(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    root = write_mks(tmp_path / "mks", tiny, h36m)
    found = read_mks_json(root)
    assert found.keys == h36m.keys  # its frames count from 0, its cameras from 1, its actions from 2
    np.testing.assert_allclose(found.joints, h36m.joints, atol=1e-5)
    assert np.abs(found.keypoints - h36m.keypoints).max() < 3  # a pinhole: it knows no distortion
    np.testing.assert_allclose(found.camera(0).t, h36m.camera(0).t)
    joints = json.loads((root / "annotations" / "Human36M_subject9_joint_3d.json").read_text())
    del joints["7"]["1"]["64"]
    (root / "annotations" / "Human36M_subject9_joint_3d.json").write_text(json.dumps(joints))
    with pytest.raises(DatasetError, match=r"subject9_joint_3d\.json: has no joints \[7\]\[1\]\[64\]"):
        read_mks_json(root)


def test_the_papers_folders_are_a_data_set(h36m: Dataset, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    folder = tmp_path / "precomputed_val"
    folder.mkdir()
    order = np.random.default_rng(2).permutation(24)
    keys = [h36m.keys[row] for row in order]
    images = [f"/scratch/{key.sequence}/imageSequence/{key.camera}/img_{key.frame:06d}.jpg" for key in keys]
    (folder / "images.pkl").write_bytes(pickle.dumps(images))
    matrices = np.zeros((24, 3, 3))
    for number, row in enumerate(order):
        lens = h36m.camera(int(row)).lens
        matrices[number] = [[lens.f[0], 0, lens.c[0]], [0, lens.f[1], lens.c[1]], [0, 0, 1]]
    for name, values in (
        ("gt_j3d", 1000 * h36m.joints[order][:, LEFT_FIRST]),
        ("gt_j2d", h36m.keypoints[order][:, LEFT_FIRST]),
        ("intrinsics", matrices),
    ):
        torch.save(torch.from_numpy(np.ascontiguousarray(values)), folder / f"{name}.pt")
    found = read_precomputed(folder)
    assert detect_format(folder) == "precomputed"
    assert found.keys == h36m.keys
    np.testing.assert_allclose(found.joints, h36m.joints, atol=1e-5)
    np.testing.assert_allclose(found.keypoints, h36m.keypoints)
    np.testing.assert_allclose(found.camera(5).lens.c, h36m.camera(5).lens.c)


def test_human_data_keeps_190_joints_of_which_a_mask_tells(h36m: Dataset, tmp_path: Path) -> None:
    values = np.zeros((24, 190, 4))
    # human_data.py's numbers of the pelvis, right and left leg, spine, neck, nose, head, left and right arm
    places = [148, 144, 5, 8, 145, 4, 7, 150, 146, 152, 147, 16, 18, 20, 17, 19, 21]
    values[:, places, :3] = h36m.joints - h36m.joints[:, :1]
    values[:, places, 3] = 1
    mask = np.zeros(190, np.uint8)
    mask[places] = 1
    boxes = np.tile([20.0, 30, 50, 100, 1], (24, 1))
    arrays = {"image_path": [name_image(key) for key in h36m.keys], "bbox_xywh": boxes}
    path = tmp_path / "human_data.npz"
    for kept in (values, values[:, mask > 0]):
        np.savez_compressed(path, keypoints3d=kept, keypoints3d_mask=mask, **arrays)
        assert detect_format(path) == "human-data"
        found = FORMATS["human-data"].read(path)
        np.testing.assert_allclose(found.joints, h36m.joints - h36m.joints[:, :1], atol=1e-6)
        assert not found.absolute_labels
        np.testing.assert_allclose(found.crops, np.tile([-5, 30, 2.24], (24, 1)))
    np.savez_compressed(path, keypoints3d=values[:, :20], keypoints3d_mask=mask, **arrays)
    with pytest.raises(DatasetError, match="has 20 joints; its mask keeps 17 of 190"):
        FORMATS["human-data"].read(path)


def write_generic(root: Path, h36m: Dataset, **changes: Any) -> Path:
    root.mkdir(exist_ok=True)
    write_cameras(root / "cameras.json", h36m.cameras)
    arrays = {
        "format_version": 1,
        "frame": [str(key) for key in h36m.keys],
        "joints": h36m.joints.astype(np.float64),
        "joints_frame": "camera",
        **changes,
    }
    np.savez(root / "labels.npz", **{name: value for name, value in arrays.items() if value is not None})
    return root


def test_a_folder_of_ones_own_means_the_same_in_every_frame(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    seen = read_generic(write_generic(tmp_path / "g", h36m))
    world = np.array([tiny.world[key.subject, key.frame] for key in h36m.keys])
    backwards = slice(None, None, -1)
    told = read_generic(
        write_generic(
            tmp_path / "g",
            h36m,
            joints=world[backwards],
            frame=[str(key) for key in h36m.keys[backwards]],
            joints_frame="world",
            label_origin="mocap",
        )
    )
    assert seen.keys == told.keys == h36m.keys
    np.testing.assert_allclose(seen.joints, h36m.joints)
    np.testing.assert_allclose(told.joints, h36m.joints, atol=1e-5)
    np.testing.assert_allclose(told.keypoints, h36m.keypoints, atol=1e-3)
    assert (seen.label_origin, told.label_origin) == ("unknown", "mocap")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"joints": None}, r"has no joints \(floats \(N, J, 3\), metres\)"),
        ({"joints_frame": None}, r"has no joints_frame \(one of camera, world, relative\)"),
        ({"format_version": None}, r"has no format_version \(1\)"),
        ({"format_version": 2}, "has format_version 2; this version reads 1"),
        ({"joints_frame": "room"}, "joints_frame is 'room'; expected one of camera, world, relative"),
        ({"colour": np.zeros(3)}, "holds colour; expected format_version, frame"),
        (
            {"joints": np.zeros((24, 16, 3))},
            r"joints has shape \(24, 16, 3\) .* expected floats \(24, 17, 3\), or name their joint_set",
        ),
        ({"image": ["/etc/passwd"] * 24}, "leads out of the data set's folder"),
        ({"frame": ["S1/Posing-1/000001"] * 24}, "has no camera"),
        ({"frame": ["S1/Posing-1/54138969/000001"] * 24}, "rows 0 and 1 are both of"),
        ({"joint_set": "mpii"}, "'mpii' is no joint set"),
    ],
)
def test_a_bad_folder_of_ones_own_is_told(
    h36m: Dataset, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        read_generic(write_generic(tmp_path / "g", h36m, **changes))


def scramble(joints: np.ndarray) -> np.ndarray:
    return joints[:, np.random.default_rng(0).permutation(17)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (scramble, r"labels\.npz: S1: joints do not look like h36m-17 \(the median \w+-\w+ is .* m long, on"),
        (
            lambda joints: joints[:, [*range(11), 14, 15, 16, 11, 12, 13]],
            "S1: the arm called right is on the side of the left leg in 100% of the frames; see the order",
        ),
        (lambda joints: 1000 * joints, r"labels\.npz: S1: joints look like millimetres .* divide by 1000"),
        (lambda joints: 100 * joints, r"look like centimetres \(the median RKnee-RAnkle is 42 long\)"),
        (lambda joints: joints * [1, -1, -1], r"; joints must be .* z forward, or joints_frame is not"),
    ],
)
def test_labels_of_another_order_unit_or_frame_are_refused(
    tiny: Any, h36m: Dataset, tmp_path: Path, change: Any, message: str
) -> None:
    root = write_generic(tmp_path / "g", h36m, joints=change(h36m.joints.astype(np.float64)))
    with pytest.raises(DatasetError, match=message):
        import_project(tmp_path / "p", dataset=root, body=tiny.body, estimates={}, regressors={})


def test_bones_are_told_by_the_joints_that_are_there(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    joints = h36m.joints.astype(np.float64)
    joints[:, 10] = np.nan
    joints[::3, 13] = joints[::3, 16]  # a planted defect of a third of the frames
    root = write_generic(tmp_path / "g", h36m, joints=joints)
    preview = import_project(tmp_path / "p", dataset=root, body=tiny.body, estimates={}, regressors={})
    assert preview.absent_labels == 24


@pytest.mark.parametrize("kind", ["mask", "image"])
def test_a_path_that_does_not_exist_is_named_by_its_row(
    tiny: Any, h36m: Dataset, tmp_path: Path, kind: str
) -> None:
    backwards = slice(None, None, -1)
    root = write_generic(
        tmp_path / "g",
        h36m,
        joints=h36m.joints[backwards],
        frame=[str(key) for key in h36m.keys[backwards]],
        **{kind: [f"{kind}s/{row}.png" for row in range(24)]},
    )
    (root / f"{kind}s").mkdir()
    shutil.copy(tiny.picture("maskSequence"), root / f"{kind}s" / "0.png")
    with pytest.raises(
        DatasetError,
        match=rf"labels\.npz: the {kind} of row 1, '{kind}s/1\.png', does not exist "
        r"\(23 of 24 are missing, .*; correct the path, or write",
    ):
        import_project(tmp_path / "p", dataset=root, body=tiny.body, estimates={}, regressors={})


def test_labels_of_another_joint_set_make_a_project(
    tiny: Any, h36m: Dataset, body: BodyModel, tmp_path: Path
) -> None:
    places = find_rest_places(body, COCO_17)
    standing = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])  # SMPL's axes in a world with z up
    world = places @ standing + [0, 0, 1]
    joints = np.array(
        [to_camera(world, h36m.camera(row).R, h36m.camera(row).t) for row in range(len(h36m.keys))]
    )
    root = write_generic(tmp_path / "coco", h36m, joints=joints, joint_set="coco-17")
    preview = import_project(tmp_path / "p", dataset=root, body=tiny.body, estimates={}, regressors={})
    assert (preview.joint_set, preview.right_share) == ("coco-17", 1)
    assert any("J_std is made from the body's own joints" in note for note in preview.notes)
    with Project.open(tmp_path / "p") as project:
        assert project.joint_set == COCO_17
        assert project.read_regressor("J_std").joint_set == "coco-17"
        camera = project.camera(0)
        labels = project.labels(np.array([0]))[0].astype(np.float64)
        np.testing.assert_allclose(
            project.keypoints(np.array([0]))[0], project_points(labels, camera.lens), atol=1e-2
        )
    mirrored = write_generic(tmp_path / "coco", h36m, joints=joints * [-1, 1, 1], joint_set="coco-17")
    with pytest.raises(DatasetError, match="left side first or mirrored"):
        import_project(tmp_path / "q", dataset=mirrored, body=tiny.body, estimates={}, regressors={})


def test_formats_are_told_by_their_content(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    assert detect_format(tiny.root) == "h36m-fetch"
    assert detect_format(write_generic(tmp_path / "g", h36m)) == "generic"
    assert detect_format(write_mks(tmp_path / "m", tiny, h36m)) == "mks-json"
    assert detect_format(write_spin_dataset(tmp_path / "s.npz", h36m, np.arange(24))) == "spin-npz"
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="is in no known format"):
        detect_format(tmp_path / "empty")
    with pytest.raises(DatasetError, match="is not there"):
        detect_format(tmp_path / "gone")


def test_a_preview_makes_nothing(tiny: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["import", str(tmp_path / "p"), "--dataset", str(tiny.root), "--body", str(tiny.body)]
    assert main([*arguments, "--estimates", f"spin={tiny.estimates}", "--preview"]) == 0
    told = capsys.readouterr().out
    assert "Nothing was made; found for" in told
    assert "right is right in 100.0% of the frames" in told
    assert "24 of 24 frames are named in the file" in told
    assert not (tmp_path / "p").exists()
