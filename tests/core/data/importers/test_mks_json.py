"""The JSON of mks0601's repositories is a data set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.importers.mks_json import read_mks_json
from core.errors import DatasetError
from tests.core.data.writers import write_mks


def test_3dmppe_posenet_s_json_is_read(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    root = write_mks(tmp_path / "mks", tiny, h36m)
    found = read_mks_json(root)
    assert found.keys == h36m.keys  # its frames count from 0, its cameras from 1, its actions from 2
    np.testing.assert_allclose(found.joints, h36m.joints, atol=1e-5)
    assert np.abs(found.keypoints - h36m.keypoints).max() < 3  # a pinhole: it knows no distortion
    np.testing.assert_allclose(found.camera(0).t, h36m.camera(0).t)
    sizes = [
        {view: (camera.width, camera.height) for view, camera in each.cameras.items()}
        for each in (found, h36m)
    ]
    assert sizes[0] == sizes[1]
    joints = json.loads((root / "annotations" / "Human36M_subject9_joint_3d.json").read_text())
    del joints["7"]["1"]["64"]
    (root / "annotations" / "Human36M_subject9_joint_3d.json").write_text(json.dumps(joints))
    with pytest.raises(DatasetError, match=r"subject9_joint_3d\.json: has no joints \[7\]\[1\]\[64\]"):
        read_mks_json(root)
