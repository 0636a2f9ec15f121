"""Joint sets besides Human3.6M's: built in, and a user's own from a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.body.files import load_body
from core.body.model import BodyModel
from core.errors import DatasetError, RegressorError
from core.joints import H36M_17, JointSet, check_sides
from core.joints_builtin import COCO_17, JOINT_SETS, OPENPOSE_25
from core.joints_file import decode_joint_set, encode_joint_set, find_joint_set, read_joint_set
from core.regressor.files import read_regressor
from core.regressor.places import find_rest_places, make_anatomical_regressor
from core.resources import resource_path

MINE = {
    "format_version": 1,
    "name": "mine",
    "pelvis": "Pelvis",
    "joints": [
        {"name": "Pelvis", "parent": None, "smpl_joint": 0},
        {"name": "RHip", "parent": "Pelvis", "mirror": "LHip", "smpl_joint": 2},
        {"name": "LHip", "parent": "Pelvis", "smpl_joint": 1},
        {"name": "Nose", "parent": "Pelvis", "smpl_joint": 15, "offset": [0, 0, 0.12]},
    ],
    "subsets": {"hips": ["RHip", "LHip"]},
}


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return load_body(resource_path("demo_body.npz"))


@pytest.mark.parametrize("joint_set", JOINT_SETS.values(), ids=JOINT_SETS)
def test_the_tables_of_every_set_fit_together(joint_set: JointSet, body: BodyModel) -> None:
    assert len(joint_set) == len(joint_set.parents) == len(joint_set.places)
    assert joint_set.parents.count(-1) == 1
    places = find_rest_places(body, joint_set)
    for right, left in joint_set.pairs:
        assert joint_set.names[right][1:] == joint_set.names[left][1:]
        np.testing.assert_allclose(places[right] * [-1, 1, 1], places[left], atol=0.01)
        assert places[right][0] < -0.02  # the body looks along z with y up: its right is at -x
    assert decode_joint_set(encode_joint_set(joint_set)) == joint_set


@pytest.mark.parametrize("joint_set", JOINT_SETS.values(), ids=JOINT_SETS)
def test_sides_are_told_in_every_set(joint_set: JointSet, body: BodyModel) -> None:
    places = find_rest_places(body, joint_set)[None]
    if joint_set == H36M_17:
        places[:, H36M_17.index("Nose"), 2] += 0.1
    mirrored = places * [-1, 1, 1]
    assert check_sides(places, joint_set) == 1
    assert check_sides(mirrored, joint_set) == 0


def test_a_users_set_comes_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(MINE))
    found = find_joint_set(path)
    assert found.names == ("Pelvis", "RHip", "LHip", "Nose")
    assert found.pairs == ((1, 2),)
    assert found.find_subset("hips") == (1, 2)
    assert found.find_subset("all") == (0, 1, 2, 3)
    with pytest.raises(DatasetError, match="has no subset lsp-14"):
        found.find_subset("lsp-14")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pelvis": "Root"}, "names the joint 'Root'"),
        ({"format_version": 2}, "format_version 2; this version reads 1"),
        ({"joints": [{**MINE["joints"][0], "smpl_joint": 24}]}, "smpl_joint 24"),  # type: ignore[index]
        ({"joints": [{**MINE["joints"][0], "parent": "Pelvis"}]}, "its own ancestor"),  # type: ignore[index]
        ({"color": "red"}, "unknown field"),
    ],
)
def test_a_set_that_contradicts_itself_is_told(tmp_path: Path, change: dict, message: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**MINE, "subsets": {}, **change}))
    with pytest.raises(DatasetError, match=message) as caught:
        read_joint_set(path)
    assert str(path) in str(caught.value)
    with pytest.raises(DatasetError, match="is no joint set; expected one of h36m-17, coco-17, openpose-25"):
        find_joint_set("coco")


@pytest.mark.parametrize("joint_set", [COCO_17, OPENPOSE_25], ids=lambda joint_set: joint_set.name)
def test_a_regressor_of_another_set_is_verified_on_the_body(
    joint_set: JointSet, body: BodyModel, tmp_path: Path
) -> None:
    weights = make_anatomical_regressor(body, joint_set).weights
    np.save(tmp_path / "J.npy", weights)
    assert read_regressor(tmp_path / "J.npy", "J", body, joint_set).joint_set == joint_set.name
    exchanged = weights.copy()
    for right, left in joint_set.pairs:
        exchanged[[right, left]] = weights[[left, right]]
    np.save(tmp_path / "J.npy", exchanged)
    with pytest.raises(
        RegressorError, match=r"left and right are exchanged: row \d+ lands on .*save weights\["
    ):
        read_regressor(tmp_path / "J.npy", "J", body, joint_set)
    with pytest.raises(RegressorError, match=r"expected numbers|lands"):
        read_regressor(tmp_path / "J.npy", "J", body)
