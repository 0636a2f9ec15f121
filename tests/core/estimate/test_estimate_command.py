"""``estimate`` makes an estimator of pictures and a checkpoint of SPIN's, from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from app.cli.main import main
from core.data.cameras_json import read_cameras, write_cameras
from core.data.images import read_image
from core.estimate.estimate_project import cut_picture
from core.estimate.hmr import load_hmr
from core.project.project import Project
from core.studio.pictures import PictureRenderer

RunJson = Callable[..., dict[str, Any]]


@pytest.fixture
def pictured(studio_small: Path, tmp_path: Path, run_json: RunJson) -> Path:
    """A project without estimates of six of the small studio's frames, with their pictures."""
    root, studio = tmp_path / "mine", studio_small / "dataset"
    with Project.open(studio_small / "project", read_only=True) as project:
        rows = project.rows_of("S9", camera="60457274")[:6]
        keys = [project.keys[row] for row in rows.tolist()]
        labels, keypoints = project.labels(rows), project.keypoints(rows)
    (root / "images").mkdir(parents=True)
    with PictureRenderer(studio) as renderer:
        for number, key in enumerate(keys):
            (root / f"images/{number}.jpg").write_bytes(renderer.render(key).read_bytes())
    np.savez(
        root / "labels.npz",
        format_version=1,
        frame=[str(key) for key in keys],
        image=[f"images/{number}.jpg" for number in range(len(keys))],
        joints=labels.astype(float),
        joints_frame="camera",
        keypoints=keypoints.astype(float),
    )
    write_cameras(root / "cameras.json", read_cameras(studio / "cameras.json"))
    run_json(
        "import", tmp_path / "project", "--dataset", root, "--body", studio / "body/SMPL_NEUTRAL.npz",
        "--regressor", f"J_std={studio / 'J_regressor_h36m.npy'}",
    )  # fmt: skip
    return tmp_path / "project"


def test_pictures_become_an_estimator(
    pictured: Path, checkpoint: tuple[Path, dict], tmp_path: Path, run_json: RunJson
) -> None:
    _, state = checkpoint
    weights, mean = tmp_path / "model_checkpoint.pt", tmp_path / "smpl_mean_params.npz"
    bare = {name: value for name, value in state.items() if not name.startswith("init_")}
    for name in (
        "decpose",
        "decshape",
        "deccam",
    ):  # so that bodies stay near the mean one, which stands upright
        bare |= {f"{name}.{part}": 0.05 * bare[f"{name}.{part}"] for part in ("weight", "bias")}
    upright = np.array([1.0, 0, 0, -1, 0, 0, *[1, 0, 0, 1, 0, 0] * 23])
    torch.save({"model": bare, "optimizer": {"state": {}}, "epoch": 3}, weights)
    np.savez(mean, pose=upright, shape=np.zeros(10), cam=np.float32([0.9, 0, 0]))
    found = run_json(
        "estimate", pictured, "--model", "spin", "--checkpoint", weights, "--mean-parameters", mean
    )
    assert found["estimates"] == {"spin": 6}
    assert found["placed"] == {"spin": 6}
    network = load_hmr(weights, mean)
    with Project.open(pictured, read_only=True) as project:
        rows = np.arange(6)
        bodies = project.read_bodies("spin", rows)
        pictures = np.stack(
            [
                cut_picture(read_image(project.image_path(row)), crop)
                for row, crop in enumerate(project.crops(rows))
            ]
        )
        assert list(project.estimators()) == ["spin"]
    with torch.no_grad():
        told = network(torch.from_numpy(pictures))
    turned = Rotation.from_rotvec(bodies.pose.reshape(-1, 3)).as_matrix()
    np.testing.assert_allclose(turned, told.rotations.reshape(-1, 3, 3).numpy(), atol=1e-4)
    np.testing.assert_allclose(bodies.betas, told.betas.numpy(), atol=1e-4)
    assert (bodies.transl[:, 2] > 1).all()  # placed before the camera
    assert np.ptp(bodies.betas, axis=0).max() > 1e-4  # other pictures, other bodies
    assert main(["estimate", str(pictured), "--checkpoint", str(weights)]) == 1  # the name is taken
