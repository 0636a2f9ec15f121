"""Estimates of every format find their frames: by name, or by an order that the labels confirm."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.body.frames import bodies_to_world
from core.body.model import BodyModel
from core.body.skinning import pose_joints
from core.cameras import to_camera
from core.data.bodies_npz import export_bodies
from core.data.dataset import Estimates
from core.data.estimate_files import detect_estimates, read_estimates
from core.data.h36m_names import number_sequence, parse_image_name
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.data.importing import import_project, make_target
from core.data.plausibility import MatchTarget
from core.errors import DatasetError, UntrustedFileError
from core.project.project import Project
from core.types import BodyParameters, FrameKey


@pytest.fixture
def target(tiny: Any, body: BodyModel) -> MatchTarget:
    return make_target(read_h36m_fetch(tiny.root), body)


def load(tiny: Any) -> dict[str, np.ndarray]:
    with np.load(tiny.estimates) as file:
        return {name: file[name] for name in file.files}


def expect_same(estimates: Estimates, tiny: Any, target: MatchTarget) -> None:
    """Every frame has the body that the SPIN file holds for it."""
    compare(estimates, load(tiny), target)


def compare(estimates: Estimates, arrays: dict[str, np.ndarray], target: MatchTarget) -> None:
    row_of = {parse_image_name(name): row for row, name in enumerate(arrays["imgname"].tolist())}
    rows = [row_of[key] for key in target.keys]
    assert estimates.present.all()
    np.testing.assert_allclose(estimates.parameters.betas, arrays["shape"][rows], atol=1e-6)
    ours = Rotation.from_rotvec(estimates.parameters.pose.reshape(-1, 3)).as_matrix()
    theirs = Rotation.from_rotvec(arrays["pose"][rows].reshape(-1, 3)).as_matrix()
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("images/S9_Greeting.60457274_000001.jpg", FrameKey("S9", "Greeting", "60457274", 1)),
        ("images/S9_Greeting_1.60457274_000006.jpg", FrameKey("S9", "Greeting-1", "60457274", 6)),
        ("S1/images/x/S1_Walking 1.54138969_000011.jpg", FrameKey("S1", "Walking-1", "54138969", 11)),
        (
            "/data/S1/Walking-1/imageSequence/54138969/img_000011.jpg",
            FrameKey("S1", "Walking-1", "54138969", 11),
        ),
        ("s_09_act_05_subact_02_ca_04_000001.jpg", FrameKey("S9", "Greeting-2", "60457274", 1)),
        ("images/anna_Greeting-1.north_000001.jpg", FrameKey("anna", "Greeting-1", "north", 1)),
        ("anna_b/jump_1/cam.2/000017", FrameKey("anna_b", "jump_1", "cam.2", 17)),
        ("anna/jump-1/cam2/000000", None),
        ("s_09_act_17_subact_02_ca_04_000001.jpg", None),
        ("s_09_act_05_subact_02_ca_00_000001.jpg", None),
        ("s_09_act_05_subact_02_ca_05_000001.jpg", None),
        ("COCO_train2014_000000000036.jpg", None),
        ("holiday.jpg", None),
    ],
)
def test_frames_are_read_from_the_names_of_pictures(name: str, key: FrameKey | None) -> None:
    assert parse_image_name(name) == key


def test_actions_are_numbered_as_3dmppe_posenet_does() -> None:
    assert number_sequence("Directions-1") == (2, 1)
    assert number_sequence("TakingPhoto-2") == number_sequence("Photo-2") == (12, 2)
    assert number_sequence("WalkingDog-1") == number_sequence("WalkDog-1") == (15, 1)
    assert number_sequence("WalkTogether-1") == (16, 1)
    assert number_sequence("Dancing-1") is None


def test_a_file_may_hold_more_frames_than_the_data_set(tiny: Any, target: MatchTarget) -> None:
    arrays = load(tiny)
    others = np.array([name.replace("_000065", "_000066") for name in arrays["imgname"]])
    np.savez(
        tiny.estimates.with_name("more.npz"),
        imgname=np.concatenate([others[:9], arrays["imgname"]]),
        pose=np.concatenate([arrays["pose"][:9] + 1, arrays["pose"]]),
        shape=np.concatenate([arrays["shape"][:9], arrays["shape"]]),
    )
    # Of the first nine rows only those of frame 65 were renamed; the others name a frame twice.
    with pytest.raises(DatasetError, match=r"rows 0 and 9 both name"):
        read_estimates(tiny.estimates.with_name("more.npz"), target)
    keep = np.array(["_000066" in name for name in others])
    np.savez(
        tiny.estimates.with_name("more.npz"),
        imgname=np.concatenate([others[keep], arrays["imgname"]]),
        pose=np.concatenate([arrays["pose"][keep] + 1, arrays["pose"]]),
        shape=np.concatenate([arrays["shape"][keep], arrays["shape"]]),
    )
    found = read_estimates(tiny.estimates.with_name("more.npz"), target)
    expect_same(found, tiny, target)
    assert "24 of 24 frames are named in the file, 8 of its 32 rows are of other frames" in found.matching


def test_frames_without_estimates_are_absent(tiny: Any, target: MatchTarget) -> None:
    arrays = load(tiny)
    np.savez(tiny.estimates, **{name: values[::2] for name, values in arrays.items()})
    found = read_estimates(tiny.estimates, target)
    assert found.present.sum() == 12
    assert "12 of 24 frames" in found.matching


def test_rows_that_have_no_smpl_are_absent(tiny: Any, target: MatchTarget) -> None:
    arrays = load(tiny)
    has_smpl = np.arange(24) % 3 > 0
    np.savez(tiny.estimates, has_smpl=has_smpl.astype(np.uint8), **arrays)
    found = read_estimates(tiny.estimates, target)
    row_of = {parse_image_name(name): row for row, name in enumerate(arrays["imgname"].tolist())}
    assert found.present.tolist() == [bool(has_smpl[row_of[key]]) for key in target.keys]


def test_estimates_of_no_frame_of_the_data_set_tell_both_sides(tiny: Any, target: MatchTarget) -> None:
    arrays = load(tiny)
    names = np.array([name.replace("Posing", "Eating") for name in arrays["imgname"]])
    np.savez(tiny.estimates, **{**arrays, "imgname": names})
    with pytest.raises(DatasetError, match=r"first is S1/Eating-1/.*, the data set's S1/Posing-1/"):
        read_estimates(tiny.estimates, target)
    names[3] = "frame one"
    np.savez(tiny.estimates, **{**arrays, "imgname": names})
    with pytest.raises(DatasetError, match=r"imgname of row 3 is 'frame one'; expected images/S9_Greeting"):
        read_estimates(tiny.estimates, target)


def test_sequences_of_other_names_are_told_by_the_labels(tiny: Any, target: MatchTarget) -> None:
    arrays = load(tiny)
    names = np.array([name.replace("Posing_1", "Posing_2") for name in arrays["imgname"]])
    np.savez(tiny.estimates, **{**arrays, "imgname": names})
    found = read_estimates(tiny.estimates, target)
    compare(found, arrays, target)
    assert "S1/Posing-2 is read as Posing-1" in found.matching
    # Bodies that fit none of the data set's sequences are not given to one by its name.
    np.savez(tiny.estimates, **{**arrays, "imgname": names, "pose": arrays["pose"][::-1]})
    with pytest.raises(DatasetError, match="none of its 24 rows names a frame"):
        read_estimates(tiny.estimates, target)


def write_result(tiny: Any, order: np.ndarray) -> Path:
    """As SPIN's ``eval.py --result_file`` does: no names at all."""
    arrays, path = load(tiny), tiny.estimates.with_name("result.npz")
    np.savez(
        path,
        pred_joints=np.zeros((24, 17, 3)),
        pose=arrays["pose"][order],
        betas=arrays["shape"][order],
        camera=np.ones((24, 3)),
    )
    return path


def sort_rows(tiny: Any) -> np.ndarray:
    keys = [parse_image_name(name) for name in load(tiny)["imgname"].tolist()]
    return np.array(sorted(range(24), key=lambda row: str(keys[row])))


def test_results_without_names_follow_the_frames_if_the_labels_agree(tiny: Any, target: MatchTarget) -> None:
    path = write_result(tiny, sort_rows(tiny))
    found = read_estimates(path, target)
    expect_same(found, tiny, target)
    assert found.matching.startswith("matched by the order of its 24 rows, as the project sorts its frames")
    assert "mm with the frames shuffled" in found.matching
    with pytest.raises(DatasetError, match=r"its rows do not follow the data set's \(as the project sorts"):
        read_estimates(write_result(tiny, sort_rows(tiny)[::-1]), target)


def test_results_follow_the_data_set_file_that_is_named(tiny: Any, target: MatchTarget) -> None:
    arrays = load(tiny)
    order = np.random.default_rng(1).permutation(24)
    path = write_result(tiny, order)
    names = tiny.estimates.with_name("h36m_valid.npz")
    np.savez(names, imgname=arrays["imgname"][order], S=np.zeros((24, 24, 4)))
    expect_same(read_estimates(f"{path}@{names}", target), tiny, target)
    np.savez(names, imgname=arrays["imgname"][order][:20])
    with pytest.raises(DatasetError, match=r"holds 24 rows, .*h36m_valid\.npz names 20 frames"):
        read_estimates(f"{path}@{names}", target)


def test_results_of_another_length_ask_for_the_file_that_they_follow(tiny: Any, target: MatchTarget) -> None:
    path = write_result(tiny, np.arange(23).repeat([1] * 22 + [2])[:24])
    with np.load(path) as file:
        np.savez(path, pose=file["pose"][:23], betas=file["betas"][:23])
    with pytest.raises(DatasetError, match=r"holds 23 rows without frame names .* 24 frames; .*FILE@"):
        read_estimates(path, target)
    with np.load(path) as file:
        longer = {name: np.concatenate([file[name], file[name]]) for name in ("pose", "betas")}
    np.savez(path, **longer)
    with pytest.raises(DatasetError, match=r"holds 46 rows without frame names .* 24 frames; .*FILE@"):
        read_estimates(path, target)


def test_static_fits_are_read(tiny: Any, target: MatchTarget) -> None:
    arrays, path = load(tiny), tiny.estimates.with_name("h36m_fits.npy")
    fits = np.concatenate([arrays["pose"], arrays["shape"]], axis=1).astype(np.float32)[sort_rows(tiny)]
    np.save(path, fits)
    expect_same(read_estimates(path, target), tiny, target)
    fits[5] = 0
    np.save(path, fits)
    assert np.flatnonzero(~read_estimates(path, target).present).tolist() == [5]
    np.save(path, fits[:, :75])
    with pytest.raises(DatasetError, match=r"shape \(24, 75\) of float32; SPIN's static fits are floats"):
        read_estimates(path, target)
    np.save(path, np.array([{}], object), allow_pickle=True)
    with pytest.raises(UntrustedFileError, match="holds pickled objects"):
        read_estimates(path, target)


def test_human_data_is_read_without_trusting_it(tiny: Any, target: MatchTarget) -> None:
    arrays, path = load(tiny), tiny.estimates.with_name("human_data.npz")
    smpl = {
        "global_orient": arrays["pose"][:, :3],
        "body_pose": arrays["pose"][:, 3:].reshape(-1, 23, 3),
        "betas": arrays["shape"],
    }
    kept = {"image_path": arrays["imgname"].tolist(), "__data_len__": 24, "__keypoints_compressed__": True}
    np.savez_compressed(path, smpl=smpl, bbox_xywh=np.ones((24, 5)), **kept)
    expect_same(read_estimates(path, target), tiny, target)
    np.savez_compressed(path, smpl={**smpl, "betas": arrays["shape"][:1]}, **kept)  # one person's
    assert (read_estimates(path, target).parameters.betas == arrays["shape"][:1].astype(np.float32)).all()

    class Harm:
        def __reduce__(self) -> tuple:
            return (Path.touch, (path.with_name("harmed"),))

    np.savez_compressed(path, smpl={**smpl, "betas": Harm()}, **kept)
    with pytest.raises(UntrustedFileError, match="asks for"):
        read_estimates(path, target)
    assert not path.with_name("harmed").exists()
    np.savez_compressed(path, smplx=smpl, **kept)
    with pytest.raises(DatasetError, match="has no smpl"):
        read_estimates(path, target)


def test_eft_poses_are_rotation_matrices(tiny: Any, target: MatchTarget) -> None:
    arrays, path = load(tiny), tiny.estimates.with_name("eft.json")
    matrices = Rotation.from_rotvec(arrays["pose"].reshape(-1, 3)).as_matrix().reshape(24, 24, 3, 3)
    data = [
        {
            "parm_pose": matrices[row].tolist(),
            "parm_shape": arrays["shape"][row].tolist(),
            "joint_validity_openpose18": [True] * 18,
            "parm_cam": [0.9, 0, 0],
            "bbox_scale": 1.0,
            "bbox_center": [80, 80],
            "imageName": Path(arrays["imgname"][row]).name,
            "annotId": row,
            "smpltype": "smpl",
        }
        for row in range(24)
    ]
    path.write_text(json.dumps({"ver": 0.1, "data": data}))
    expect_same(read_estimates(path, target), tiny, target)
    data[3]["parm_shape"] = [data[3]["parm_shape"]]  # its own reader reshapes it
    path.write_text(json.dumps({"ver": 0.1, "data": data}))
    expect_same(read_estimates(path, target), tiny, target)
    data[4]["smpltype"] = "smplx"
    path.write_text(json.dumps({"ver": 0.1, "data": data}))
    with pytest.raises(DatasetError, match="row 4 is a body of smplx; expected smpltype smpl"):
        read_estimates(path, target)
    data[4] |= {"smpltype": "smpl", "parm_pose": np.ones((24, 3, 3)).tolist()}
    path.write_text(json.dumps({"ver": 0.1, "data": data}))
    with pytest.raises(DatasetError, match="the matrices of row 4 are no rotations"):
        read_estimates(path, target)
    data[0]["imageName"] = "COCO_train2014_000000000036.jpg"
    path.write_text(json.dumps({"ver": 0.1, "data": data}))
    with pytest.raises(DatasetError, match="imageName of row 0 is 'COCO_train2014"):
        read_estimates(path, target)


def test_neural_annot_stands_in_the_world(tiny: Any, target: MatchTarget, body: BodyModel) -> None:
    folder = tiny.estimates.with_name("neural_annot")
    folder.mkdir()
    arrays = load(tiny)
    keys = [parse_image_name(name) for name in arrays["imgname"].tolist()]
    first = [row for row, key in enumerate(keys) if key is not None and key.camera == "54138969"]
    for subject in ("S1", "S9"):
        frames = {}
        for row in first:
            key = keys[row]
            assert key is not None
            if key.subject != subject:
                continue
            camera = tiny.cameras[subject, key.camera]
            seen = BodyParameters(
                arrays["pose"][row : row + 1, :3], arrays["pose"][row : row + 1, 3:],
                arrays["shape"][row : row + 1], np.array([[0.2, 0.1, 4.5]]),
            )  # fmt: skip
            world = bodies_to_world(seen, body.rest_pelvis(seen.betas), camera.R, camera.t)
            frames[str(key.frame - 1)] = {
                "pose": np.concatenate([world.global_orient[0], world.body_pose[0]]).tolist(),
                "shape": world.betas[0].tolist(),
                "trans": world.transl[0].tolist(),
            }
        text = json.dumps({"7": {"1": frames}})  # action 7 is Posing
        (folder / f"Human36M_subject{subject[1:]}_SMPL_NeuralAnnot.json").write_text(text)
    found = read_estimates(folder, target)
    assert found.present.all()
    joints = pose_joints(body, found.parameters)
    rows = [row for row, key in enumerate(target.keys) if (key.subject, key.frame) == ("S9", 65)]
    worlds = []
    for row in rows:
        camera = target.cameras["S9", target.keys[row].camera]
        worlds.append((joints[row].astype(float) - camera.t) @ camera.R)
        if target.keys[row].camera == "54138969":
            seen_joints = joints[row]
    np.testing.assert_allclose(worlds, np.broadcast_to(worlds[0], np.shape(worlds)), atol=1e-4)
    own = tiny.cameras["S9", "54138969"]
    np.testing.assert_allclose(to_camera(worlds[0], own.R, own.t), seen_joints, atol=1e-4)
    for file in folder.iterdir():  # I2L-MeshNet's name for the same
        file.rename(file.with_name(file.name.replace("SMPL_NeuralAnnot", "smpl_param")))
    np.testing.assert_array_equal(read_estimates(folder, target).parameters.pose, found.parameters.pose)


def test_the_papers_folders_are_read(tiny: Any, target: MatchTarget) -> None:
    torch = pytest.importorskip("torch")
    arrays, folder = load(tiny), tiny.estimates.with_name("precomputed_val")
    folder.mkdir()
    matrices = Rotation.from_rotvec(arrays["pose"].reshape(-1, 3)).as_matrix().reshape(24, 24, 3, 3)
    # A 3x2 matrix row by row: SPIN's layout, not ours. As a network gives it, its columns are no unit vectors
    # and stand not at right angles.
    columns = 2 * matrices[..., 0], 0.5 * matrices[..., 1] + 0.3 * matrices[..., 0]
    sixd = np.stack(columns, axis=-1).reshape(24, 24, 6)
    keys = [parse_image_name(name) for name in arrays["imgname"].tolist()]
    images = [
        f"/scratch/h36m/{key.subject}/{key.action}/imageSequence/{key.camera}/img_{key.frame:06d}.jpg"
        for key in keys
        if key is not None
    ]
    (folder / "images.pkl").write_bytes(pickle.dumps(images))
    for orient, pose in ((sixd[:, :1], sixd[:, 1:]), (matrices[:, :1], matrices[:, 1:])):
        for name, values in (("orient", orient), ("pose", pose), ("betas", arrays["shape"])):
            torch.save(torch.from_numpy(values.copy()), folder / f"{name}.pt")
        expect_same(read_estimates(folder, target), tiny, target)
    torch.save({"orient": Path("x")}, folder / "orient.pt")
    with pytest.raises(UntrustedFileError, match=r"orient\.pt: holds more than tensors"):
        read_estimates(folder, target)


def test_exported_bodies_come_back_as_estimates(tiny: Any, target: MatchTarget) -> None:
    path = tiny.root.parent / "project"
    import_project(path, dataset=tiny.root, body=tiny.body, estimates={"spin": tiny.estimates}, regressors={})
    with Project.open(path) as project:
        project.write_translations("spin", np.arange(24), np.tile(np.float32([0.1, 0.2, 4]), (24, 1)))
        export_bodies(project, "spin", tiny.root.parent / "bodies.npz")
        bodies = project.read_bodies("spin", np.arange(24))
    found = read_estimates(tiny.root.parent / "bodies.npz", target)
    expect_same(found, tiny, target)
    np.testing.assert_allclose(found.parameters.transl, bodies.transl, atol=1e-4)


def test_what_is_no_estimate_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone\.npz: cannot be read"):
        detect_estimates(tmp_path / "gone.npz")
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(DatasetError, match=r"bad\.npz: is no readable npz"):
        detect_estimates(tmp_path / "bad.npz")


def test_a_shot_with_anothers_bodies_is_named(tiny: Any, target: MatchTarget) -> None:
    assert "too far" not in read_estimates(tiny.estimates, target).matching
    arrays = load(tiny)
    exchanged = {
        "S9_Posing_1.54138969": "S9_Posing_1.60457274",
        "S9_Posing_1.60457274": "S9_Posing_1.54138969",
    }
    names = [
        next((name.replace(old, new) for old, new in exchanged.items() if old in name), name)
        for name in arrays["imgname"].tolist()
    ]
    np.savez(tiny.estimates, **{**arrays, "imgname": np.array(names)})
    told = read_estimates(tiny.estimates, target).matching
    assert "but those of S9/Posing-1/54138969 and 1 more shots lie too far" in told
    np.savez(tiny.estimates, **{**arrays, "pose": arrays["pose"][::-1]})
    assert "too far to be bodies of these frames" in read_estimates(tiny.estimates, target).matching
