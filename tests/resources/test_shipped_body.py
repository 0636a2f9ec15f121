"""The two shipped files are what their readers count on."""

import numpy as np
import pytest

from core.joints import H36M_17, check_sides
from core.resources import resource_path
from resources.build_demo_body.skeleton import COLLAR, ELBOW, HAND, HIP, KNEE, SHOULDER, WRIST

SHAPES = {
    "v_template": ((6890, 3), np.float32),
    "shapedirs": ((6890, 3, 10), np.float32),
    "posedirs": ((6890, 3, 207), np.float32),
    "J_regressor": ((24, 6890), np.float32),
    "weights": ((6890, 24), np.float32),
    "kintree_table": ((2, 24), np.int64),
    "f": ((13776, 3), np.uint32),
    "material": ((6890,), np.uint8),
}


@pytest.fixture(scope="module")
def body():
    with np.load(resource_path("demo_body.npz"), allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def regressor():
    with np.load(resource_path("studio_regressor.npz"), allow_pickle=False) as file:
        assert file.files == ["weights"]
        return file["weights"]


def test_body_has_the_keys_shapes_and_types_of_smpl_and_no_regressor_of_the_studio(body):
    assert {name: (array.shape, array.dtype) for name, array in body.items()} == SHAPES


def test_shipped_files_stay_small():
    files = ("demo_body.npz", "studio_regressor.npz")
    assert sum(resource_path(name).stat().st_size for name in files) < 2_000_000


def test_mesh_is_closed_and_consistently_oriented(body):
    faces = body["f"].astype(np.int64)
    edges = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    directed = set(map(tuple, edges.tolist()))
    assert len(directed) == len(edges)
    assert all((end, start) in directed for start, end in directed)
    assert len(np.unique(faces)) == len(body["v_template"])
    assert len(body["v_template"]) - len(edges) // 2 + len(faces) == 2


def test_faces_look_outwards(body):
    a, b, c = body["v_template"][body["f"].astype(np.int64)].astype(float).transpose(1, 0, 2)
    volume = (a * np.cross(b, c)).sum() / 6
    assert 0.04 < volume < 0.12  # cubic metres of a grown person


def test_weights_sum_to_one_over_at_most_four_joints(body):
    weights = body["weights"]
    assert weights.min() >= 0
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
    assert (weights > 0).sum(axis=1).max() <= 4


def test_regressors_are_sparse_means(body, regressor):
    for rows in (body["J_regressor"], regressor):
        assert rows.min() >= 0
        np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-6)
        assert (rows > 0).sum(axis=1).max() <= 110  # of 6890
    assert regressor.shape == (17, 6890)
    assert regressor.dtype == np.float32


def test_left_joints_lie_on_the_left(body):
    joints = body["J_regressor"] @ body["v_template"]
    for left, right in (HIP, KNEE, COLLAR, SHOULDER, ELBOW, WRIST, HAND):
        assert joints[left, 0] > 0.02
        assert joints[right, 0] < -0.02


def test_studio_regressor_is_right_first(body, regressor):
    joints = regressor @ body["v_template"]
    assert check_sides(joints[None]) == 1
    for right, left in H36M_17.pairs:
        assert joints[right, 0] < 0 < joints[left, 0]


def test_body_stands_in_a_t_pose_of_human_size(body):
    height = np.ptp(body["v_template"][:, 1])
    span = np.ptp(body["v_template"][:, 0])
    assert 1.5 < height < 2.0
    assert abs(span / height - 1) < 0.15


def test_shape_directions_are_ordered_by_size_and_grow_the_body(body):
    sizes = np.linalg.norm(body["shapedirs"].astype(float), axis=(0, 1))
    assert (np.diff(sizes) <= 1e-6).all()
    lifted = body["v_template"] + body["shapedirs"][:, :, 0]
    assert np.ptp(lifted[:, 1]) > np.ptp(body["v_template"][:, 1])


def test_every_material_is_worn(body):
    assert set(np.unique(body["material"])) == {0, 1, 2, 3, 4}
