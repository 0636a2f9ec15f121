"""Regressors of every project are read into one order, and foreign ones are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from core.body.model import BodyModel
from core.errors import RegressorError, UntrustedFileError
from core.joints import H36M_17, LEFT_FIRST_TO_RIGHT_FIRST, JointSet, Place
from core.joints_builtin import COCO_17
from core.regressor.compare import diff_regressors
from core.regressor.files import (
    find_own_joint_set,
    normalise_rows,
    read_matrix,
    read_regressor,
    write_regressor,
)
from core.regressor.lint import lint_regressor
from core.regressor.order import to_right_first
from core.regressor.places import make_anatomical_regressor
from core.regressor.record import Regressor

RELEASED = Path(__file__).parents[4] / "shared" / "data" / "retrained_J_Regressor.pt"
LEFT_FIRST = list(LEFT_FIRST_TO_RIGHT_FIRST)


def save(path: Path, matrix: np.ndarray) -> Path:
    np.save(path, matrix)
    return path


def test_left_first_rows_are_put_right_first(tmp_path: Path, weights: np.ndarray, body: BodyModel) -> None:
    regressor = read_regressor(save(tmp_path / "spin.npy", weights[LEFT_FIRST]), "J_std", body)
    np.testing.assert_allclose(regressor.weights, weights)
    assert regressor.provenance["order_in_file"] == "left-first"
    assert regressor.topology == body.topology
    right_hip = regressor.apply(body.v_template)[1]
    assert right_hip[0] < -0.05  # the body's right, seen from behind its eyes


def test_right_first_rows_stay(tmp_path: Path, weights: np.ndarray, body: BodyModel) -> None:
    regressor = read_regressor(save(tmp_path / "p2m.npy", weights), "J_std", body)
    np.testing.assert_allclose(regressor.weights, weights)
    assert regressor.provenance["order_in_file"] == "right-first"


def test_weights_are_rectified_and_normalised(tmp_path: Path, weights: np.ndarray, body: BodyModel) -> None:
    raw = 1.7 * weights
    raw[:, np.flatnonzero(~weights.any(axis=0))[:3]] = -0.1
    regressor = read_regressor(save(tmp_path / "raw.npy", raw), "J", body)
    np.testing.assert_allclose(regressor.weights, weights)
    assert regressor.provenance["normalised_on_import"]


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".safetensors", ".pt"])
def test_every_format_comes_back_as_written(
    tmp_path: Path, weights: np.ndarray, body: BodyModel, suffix: str
) -> None:
    path = tmp_path / "sub" / f"J{suffix}"
    write_regressor(Regressor("J_opt", weights, body.topology, provenance={"project": "p1"}), path)
    regressor = read_regressor(path, "J_opt", body)
    np.testing.assert_allclose(regressor.weights, weights, atol=1e-12)
    if suffix in (".npy", ".pt"):
        assert json.loads(path.with_name(f"J{suffix}.json").read_text())["provenance"] == {"project": "p1"}


def test_a_transposed_cuda_tensor_is_read_by_its_stride(
    tmp_path: Path, weights: np.ndarray, body: BodyModel
) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.from_numpy(weights.T.copy()).T.requires_grad_()
    assert tensor.stride() == (1, 17)
    torch.save(tensor, tmp_path / "cpu.pt")
    with ZipFile(tmp_path / "cpu.pt") as saved, ZipFile(tmp_path / "cuda.pt", "w") as moved:
        for name in saved.namelist():  # as torch saves it from a GPU: the same but for the storage's place
            content = saved.read(name)
            if name.endswith("data.pkl"):
                assert content.count(b"X\x03\0\0\0cpu") == 1
                content = content.replace(b"X\x03\0\0\0cpu", b"X\x06\0\0\0cuda:0")
            moved.writestr(name, content)
    np.testing.assert_allclose(read_regressor(tmp_path / "cuda.pt", "J", body).weights, weights)


def test_another_number_of_vertices_is_refused(tmp_path: Path, weights: np.ndarray, body: BodyModel) -> None:
    path = save(tmp_path / "star.npy", np.pad(weights, ((0, 0), (0, 10))))
    with pytest.raises(
        RegressorError, match=r"star\.npy: is for meshes of 6900 vertices; the body demo_body has 6890"
    ):
        read_regressor(path, "J", body)


def test_another_vertex_order_of_the_same_size_is_refused(
    tmp_path: Path, weights: np.ndarray, body: BodyModel
) -> None:
    shuffled = weights[:, np.random.default_rng(0).permutation(body.vertex_count)]
    with pytest.raises(RegressorError, match=r"foreign\.npy: the row of \w+ lands \d+ cm from that joint"):
        read_regressor(save(tmp_path / "foreign.npy", shuffled), "J", body)


def test_a_record_of_another_topology_is_refused(
    tmp_path: Path, weights: np.ndarray, body: BodyModel
) -> None:
    write_regressor(Regressor("J", weights, "elsewhere"), tmp_path / "j.safetensors")
    with pytest.raises(RegressorError, match="belongs to mesh topology elsewhere"):
        read_regressor(tmp_path / "j.safetensors", "J", body)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.ones((6890, 17)), "transposed"),
        (np.ones((24, 6890)), r"has shape \(24, 6890\)"),
        (np.full((17, 6890), np.nan), "row 0 has a weight that is NaN"),
        (-np.ones((17, 6890)), "row 0 has no positive weight"),
    ],
)
def test_what_is_no_regressor_is_told(
    tmp_path: Path, body: BodyModel, matrix: np.ndarray, message: str
) -> None:
    with pytest.raises(RegressorError, match=message):
        read_regressor(save(tmp_path / "j.npy", matrix), "J", body)


def test_damaged_missing_and_pickled_files_are_told(tmp_path: Path, body: BodyModel) -> None:
    (tmp_path / "j.pt").write_bytes(b"no tensor")
    with pytest.raises((RegressorError, UntrustedFileError), match=r"j\.pt"):
        read_matrix(tmp_path / "j.pt")
    (tmp_path / "j.npy").write_bytes(b"")
    with pytest.raises(RegressorError, match=r"j\.npy: is no readable"):
        read_matrix(tmp_path / "j.npy")
    (tmp_path / "j.safetensors").write_bytes(b"\xff" * 20)
    with pytest.raises(RegressorError, match="is no readable safetensors file"):
        read_matrix(tmp_path / "j.safetensors")
    np.save(tmp_path / "o.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(UntrustedFileError, match=r"o\.npy: holds pickled objects"):
        read_matrix(tmp_path / "o.npy")
    with pytest.raises(RegressorError, match=r"gone\.npy: no such file"):
        read_matrix(tmp_path / "gone.npy")
    with pytest.raises(RegressorError, match="unknown suffix"):
        write_regressor(Regressor("J", np.ones((17, 1)), "t"), tmp_path / "j.csv")


def test_lint_counts_and_tells_the_order(tmp_path: Path, weights: np.ndarray, body: BodyModel) -> None:
    raw = 2 * weights[LEFT_FIRST]
    raw[0, np.flatnonzero(weights[0] == 0)[:2]] = -1
    report = lint_regressor(save(tmp_path / "j.npy", raw), body)
    assert report["order"] == "left-first"
    assert report["negative_weights"] == 2
    assert report["positive_weights"] == (weights > 0).sum()
    assert report["needs_normalising"]
    np.testing.assert_allclose(report["row_sums"], [0.0, *[2.0] * 16], atol=1e-9)
    assert lint_regressor(save(tmp_path / "n.npy", weights), body)["needs_normalising"] is False
    assert lint_regressor(tmp_path / "n.npy")["order"] == "right-first"


def test_exchanged_rows_are_told_with_the_order_that_mends_them(
    tmp_path: Path, weights: np.ndarray, body: BodyModel
) -> None:
    arms = [*range(11), 14, 15, 16, 11, 12, 13]
    path = save(tmp_path / "arms.npy", weights[arms])
    with pytest.raises(RegressorError, match="arms are exchanged: row 11 lands on RShoulder, not") as caught:
        read_regressor(path, "J", body)
    assert f"save weights[{arms}] instead" in str(caught.value)
    assert lint_regressor(path)["order"] is None
    assert "arms are exchanged" in lint_regressor(path)["problems"][0]
    order = np.random.default_rng(0).permutation(17)
    with pytest.raises(RegressorError, match="its rows are in another order") as caught:
        read_regressor(save(path, weights[order]), "J", body)
    mended = np.array(json.loads(str(caught.value).split("save weights[")[1].split("]")[0] + "]"))
    np.testing.assert_array_equal(weights[order][mended], weights)


def test_smpls_numbering_tells_arms_and_legs_alone(tmp_path: Path) -> None:
    matrix = np.zeros((17, 6890))
    # smplx's vertex_ids of heel, big toe and thumb, and vertices of the paper's rows.
    left = dict(zip((1, 2, 3, 11, 12, 13), (3387, 3216, 3436, 2746, 1988, 821)))
    right = dict(zip((4, 5, 6, 14, 15, 16), (6787, 6617, 6786, 6191, 5325, 4500)))
    for row in range(17):
        matrix[row, {**left, **right}.get(row, 3000)] = 1
    report = lint_regressor(save(tmp_path / "J.npy", matrix))
    assert report["order"] == "left-first"
    assert "arms and legs alone" in report["order_told_by"]


def test_lint_says_when_a_regressor_does_not_fit_the_body(
    tmp_path: Path, weights: np.ndarray, body: BodyModel
) -> None:
    shuffled = weights[:, np.random.default_rng(0).permutation(body.vertex_count)]
    report = lint_regressor(save(tmp_path / "j.npy", shuffled), body)
    assert report["order"] is None
    assert "another mesh topology" in report["problems"][0]
    assert "give the body file" in lint_regressor(tmp_path / "j.npy")["problems"][0]


@pytest.mark.skipif(not RELEASED.is_file(), reason="the paper's released regressor is not at hand")
def test_the_papers_released_regressor(body: BodyModel) -> None:
    report = lint_regressor(RELEASED)
    assert report["order"] == "left-first"
    assert (report["positive_weights"], report["negative_weights"]) == (62, 45)
    assert min(report["row_sums"]) == pytest.approx(0.786, abs=0.005)
    assert max(report["row_sums"]) == pytest.approx(2.148, abs=0.005)
    assert report["needs_normalising"]
    with pytest.raises(RegressorError, match="belongs to another mesh topology"):
        read_regressor(RELEASED, "J", body)
    matrix, _ = read_matrix(RELEASED)
    assert (to_right_first(normalise_rows(matrix, RELEASED), "left-first") > 0).sum() == 62


def test_a_difference_tells_how_far_joints_move(weights: np.ndarray, body: BodyModel) -> None:
    other = weights.copy()
    other[3] = weights[6]  # the right ankle read off the left one
    report = diff_regressors(weights, other, body)
    assert not report["identical"]
    ankle = report["joints"][3]
    assert ankle["joint"] == "RAnkle"
    assert ankle["moved_weight"] == pytest.approx(1.0)
    assert ankle["distance_mm"] > 100
    assert report["joints"][2]["moved_weight"] == 0
    assert diff_regressors(weights, weights)["identical"]
    coco = make_anatomical_regressor(body, COCO_17).weights
    report = diff_regressors(coco, coco[::-1], joint_set=COCO_17)
    assert [entry["joint"] for entry in report["joints"]] == list(COCO_17.names)
    with pytest.raises(RegressorError, match="they fit other meshes"):
        diff_regressors(weights, weights[:, :-1])


def test_a_record_keeps_its_provenance(tmp_path: Path, weights: np.ndarray, body: BodyModel) -> None:
    original = Regressor(
        "J_opt", weights, body.topology, provenance={"project": "p1", "run_settings": {"on": True}}
    )
    write_regressor(original, tmp_path / "j.safetensors")
    read = read_regressor(tmp_path / "j.safetensors", "J", body)
    assert read.provenance["project"] == "p1"
    assert replace(read, provenance={}).joint_set == original.joint_set


def test_lint_tells_how_far_joints_are_from_their_places(
    body: BodyModel, weights: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "J.npy"
    moved = weights.copy()
    elbow = H36M_17.index("RElbow")
    vertex = int(np.argmin(body.v_template[:, 0]))  # the tip of the right hand
    moved[elbow] = 0
    moved[elbow, vertex], moved[elbow, weights[elbow].argmax()] = 0.05, 0.95
    np.save(path, moved[LEFT_FIRST])
    report = lint_regressor(path, body)
    told = {entry["joint"]: entry for entry in report["joints"]}
    assert list(told) == list(H36M_17.names)
    assert told["LKnee"]["to_place_mm"] < 1
    assert told["RElbow"]["to_place_mm"] > 20
    assert told["Spine"]["to_surface_mm"] > 30
    assert report["heaviest"][elbow] == pytest.approx(0.95)
    assert any("RElbow hangs by one vertex" in warning for warning in report["warnings"])
    moved = weights.copy()
    knee = H36M_17.index("RKnee")
    moved[knee] = 0
    moved[knee, weights[knee].argmax()] = 1
    np.save(path, moved[LEFT_FIRST])
    assert any(warning.startswith("RKnee hangs") for warning in lint_regressor(path, body)["warnings"])


def test_a_regressor_of_another_joint_set_is_linted(body: BodyModel, tmp_path: Path) -> None:
    np.save(tmp_path / "J.npy", make_anatomical_regressor(body, COCO_17).weights)
    report = lint_regressor(tmp_path / "J.npy", body, COCO_17)
    assert (report["joint_set"], report["order"]) == ("coco-17", "as-named")
    assert len(report["joints"]) == 17


OWN = JointSet("own-2", ("RHip", "LHip"), (-1, 0), ((0, 1),), places=(Place(2), Place(1)))


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".pt", ".safetensors"])
def test_what_is_told_with_a_file_is_read_again(tmp_path: Path, body: BodyModel, suffix: str) -> None:
    path = tmp_path / f"J{suffix}"
    weights = make_anatomical_regressor(body, OWN).weights
    write_regressor(Regressor("J", weights, body.topology, OWN.name), path, joint_set=OWN)
    found = find_own_joint_set(path)
    assert (found.names, found.places) == (OWN.names, OWN.places)
    report = lint_regressor(path, body, found)
    assert (report["topology"], report["problems"]) == (body.topology, [])
    with pytest.raises(RegressorError, match=r"is for the joint set own-2; expected h36m-17"):
        read_matrix(path)
    write_regressor(Regressor("J", weights, "elsewhere", OWN.name), path)
    with pytest.raises(RegressorError, match=r"own-2; give the joint set of its rows by --joints, a JSON"):
        find_own_joint_set(path)
    with pytest.raises(RegressorError, match="belongs to mesh topology elsewhere"):
        read_regressor(path, "J", body, OWN)


def test_rows_of_unknown_joints_name_the_option(tmp_path: Path, weights: np.ndarray) -> None:
    path = save(tmp_path / "J.npy", weights[:14])
    with pytest.raises(RegressorError, match=r"has 14 rows, not Human3\.6M's 17; give .* by --joints"):
        find_own_joint_set(path)
    assert find_own_joint_set(save(path, weights)) == H36M_17
    (tmp_path / "J.npy.json").write_text("[]")
    with pytest.raises(RegressorError, match=r"J\.npy\.json: tells no topology, joint_set and provenance"):
        find_own_joint_set(path)


def test_the_order_of_a_file_is_not_taken_over(tmp_path: Path, weights: np.ndarray, body: BodyModel) -> None:
    path = tmp_path / "J.npy"
    write_regressor(Regressor("J", weights, body.topology), path, order="left-first")
    regressor = read_regressor(path, "J", body)
    np.testing.assert_allclose(regressor.weights, weights, atol=1e-12)
    assert "order" not in regressor.provenance
    assert regressor.provenance["order_in_file"] == "left-first"
