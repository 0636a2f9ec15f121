"""HumanData of mmhuman3d is a data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.detect import FORMATS, detect_format
from core.errors import DatasetError
from tests.core.data.writers import name_image


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
