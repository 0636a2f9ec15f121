"""The built-in joint set, and telling left from right."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DatasetError
from core.joints import H36M_17, H36M_32_TO_17, LEFT_FIRST_TO_RIGHT_FIRST, check_sides

#: Somebody who stands and looks along +y in a world with z up: the right side is at +x.
STANDING = np.array([
    [0, 0, 1.0], [0.1, 0, 1], [0.1, 0, 0.5], [0.1, 0, 0], [-0.1, 0, 1], [-0.1, 0, 0.5], [-0.1, 0, 0],
    [0, 0, 1.25], [0, 0, 1.5], [0, 0.1, 1.6], [0, 0, 1.8],
    [-0.2, 0, 1.5], [-0.2, 0, 1.2], [-0.2, 0, 0.9], [0.2, 0, 1.5], [0.2, 0, 1.2], [0.2, 0, 0.9],
])  # fmt: skip


def test_the_right_side_is_told_by_geometry() -> None:
    swapped = STANDING[list(LEFT_FIRST_TO_RIGHT_FIRST)]
    assert check_sides(STANDING[None]) == 1
    assert check_sides(swapped[None]) == 0
    assert check_sides(np.stack([STANDING, swapped])) == 0.5


def test_how_a_body_is_turned_does_not_matter() -> None:
    for seed in range(5):
        rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
        rotation *= np.linalg.det(rotation)
        assert check_sides((STANDING @ rotation.T)[None]) == 1


def test_absent_joints_are_passed_over() -> None:
    absent = STANDING.copy()
    absent[H36M_17.index("Nose")] = np.nan
    assert check_sides(np.stack([STANDING, absent])) == 1
    with pytest.raises(DatasetError, match="cannot be told"):
        check_sides(absent[None])


def test_the_tables_fit_together() -> None:
    assert len(H36M_17) == len(H36M_17.parents) == len(H36M_32_TO_17) == 17
    # Human3.6M's own 32, of which 0/11 and 13/16/24 are the same points.
    assert dict(zip(H36M_17.names, H36M_32_TO_17)) == {
        "Pelvis": 0, "RHip": 1, "RKnee": 2, "RAnkle": 3, "LHip": 6, "LKnee": 7, "LAnkle": 8, "Spine": 12,
        "Neck": 13, "Nose": 14, "HeadTop": 15, "LShoulder": 17, "LElbow": 18, "LWrist": 19, "RShoulder": 25,
        "RElbow": 26, "RWrist": 27,
    }  # fmt: skip
    assert sorted(LEFT_FIRST_TO_RIGHT_FIRST) == list(range(17))
    for right, left in H36M_17.pairs:
        assert H36M_17.names[right] == "R" + H36M_17.names[left][1:]
    for parent, child in H36M_17.bones:
        assert parent < child
    assert [H36M_17.names[joint] for joint in H36M_17.subsets["lsp-14"]] == [
        "RAnkle", "RKnee", "RHip", "LHip", "LKnee", "LAnkle", "RWrist", "RElbow", "RShoulder", "LShoulder",
        "LElbow", "LWrist", "Neck", "HeadTop",
    ]  # fmt: skip


def test_joints_are_found_by_name_whatever_its_case() -> None:
    assert H36M_17.index("rankle") == 3
    with pytest.raises(DatasetError, match=r"Toe.*RAnkle"):
        H36M_17.index("Toe")
