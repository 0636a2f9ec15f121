"""Right limbs against left ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.importers.h36m_fetch import read_h36m_fetch
from core.data.symmetry import find_asymmetry, list_mirrored_bones
from core.errors import DatasetError
from core.joints import H36M_17


@pytest.fixture
def change(tiny: Any) -> Callable[..., Dataset]:
    """The tiny data set with a joint of one subject moved away from its parent by so many metres."""
    dataset = read_h36m_fetch(tiny.root)

    def move(joint: str, distance: float, subject: str = "S9") -> Dataset:
        joints = dataset.joints.copy()
        child = H36M_17.index(joint)
        bone = joints[:, child] - joints[:, H36M_17.parents[child]]
        rows = np.array([key.subject == subject for key in dataset.keys])
        step = distance * bone / np.linalg.norm(bone, axis=-1, keepdims=True)
        joints[rows, child] += step[rows]
        return replace(dataset, joints=joints)

    return move


def test_limbs_are_mirrored_and_bones_of_the_trunk_are_not() -> None:
    names = [H36M_17.names[child] for (_, child), _ in list_mirrored_bones(H36M_17)]
    assert names == ["RKnee", "RAnkle", "RElbow", "RWrist"]


def test_a_joint_beside_its_place_makes_one_side_longer(change: Callable[..., Dataset]) -> None:
    found = find_asymmetry(change("RAnkle", 0.04))
    assert found is not None
    assert found.worth_telling
    assert found.difference_mm == pytest.approx(40, abs=0.1)
    assert "S9: RKnee-RAnkle is 40 mm longer than LKnee-LAnkle" in str(found)
    shorter = find_asymmetry(change("RAnkle", -0.04, "S1"))
    assert shorter is not None
    assert "S1: LKnee-LAnkle is 40 mm longer than RKnee-RAnkle" in str(shorter)
    small = find_asymmetry(change("LWrist", 0.008))
    assert small is not None
    assert not small.worth_telling


def test_another_joints_label_is_refused(change: Callable[..., Dataset]) -> None:
    with pytest.raises(DatasetError, match=r"S9: RHip-RKnee is 731 mm long and LHip-LKnee 451 mm"):
        find_asymmetry(change("RKnee", 0.28))


def test_absent_joints_are_passed_over(change: Callable[..., Dataset]) -> None:
    dataset = change("RAnkle", 0.04)
    joints = dataset.joints.copy()
    joints[:, H36M_17.index("LAnkle")] = np.nan
    found = find_asymmetry(replace(dataset, joints=joints))
    assert found is not None
    assert abs(found.difference_mm) < 0.1
