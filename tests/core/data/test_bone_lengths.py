"""Labels whose bones no person has are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.importing import import_project
from core.errors import DatasetError
from tests.core.data.writers import write_generic


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
