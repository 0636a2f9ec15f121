"""The folders of the paper's code are a data set."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.detect import detect_format
from core.data.importers.precomputed import read_precomputed
from tests.core.data.writers import LEFT_FIRST


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
