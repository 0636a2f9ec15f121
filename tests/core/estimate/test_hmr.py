"""SPIN's network loads by its own names, and does what its equations say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.data.precomputed import sixd_to_matrices
from core.errors import DatasetError, UntrustedFileError
from core.estimate.estimate_project import DEVIATION, MEAN, cut_picture
from core.estimate.hmr import load_hmr

BLOCKS = (3, 4, 6, 3)


def run_plainly(state: dict[str, torch.Tensor], x: torch.Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The published equations, written out with functions alone."""

    def norm(name: str, x: torch.Tensor) -> torch.Tensor:
        shape = (1, -1, 1, 1)
        mean, variance = (state[f"{name}.running_{what}"].view(shape) for what in ("mean", "var"))
        x = (x - mean) / torch.sqrt(variance + 1e-5)
        return x * state[f"{name}.weight"].view(shape) + state[f"{name}.bias"].view(shape)

    def conv(name: str, x: torch.Tensor, stride: int = 1, padding: int = 0) -> torch.Tensor:
        return functional.conv2d(x, state[f"{name}.weight"], stride=stride, padding=padding)

    x = torch.relu(norm("bn1", conv("conv1", x, 2, 3)))
    x = functional.max_pool2d(x, 3, 2, 1)
    for stage, blocks in enumerate(BLOCKS, start=1):
        for block in range(blocks):
            name, stride = f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1
            y = torch.relu(norm(f"{name}.bn1", conv(f"{name}.conv1", x)))
            y = torch.relu(norm(f"{name}.bn2", conv(f"{name}.conv2", y, stride, 1)))
            y = norm(f"{name}.bn3", conv(f"{name}.conv3", y))
            if block == 0:
                x = norm(f"{name}.downsample.1", conv(f"{name}.downsample.0", x, stride))
            x = torch.relu(y + x)
    features = functional.avg_pool2d(x, 7).flatten(1)
    told = [state[name].expand(len(features), -1) for name in ("init_pose", "init_shape", "init_cam")]
    for _ in range(3):
        hidden = torch.cat([features, *told], 1)
        for name in ("fc1", "fc2"):
            hidden = hidden @ state[f"{name}.weight"].T + state[f"{name}.bias"]
        told = [
            value + hidden @ state[f"{name}.weight"].T + state[f"{name}.bias"]
            for name, value in zip(("decpose", "decshape", "deccam"), told)
        ]
    pose, betas, camera = (value.numpy() for value in told)
    return sixd_to_matrices(pose.reshape(-1, 24, 6)), betas, camera


def test_the_network_does_what_its_equations_say(checkpoint: tuple[Path, dict]) -> None:
    path, state = checkpoint
    pictures = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        found = load_hmr(path)(pictures)
    rotations, betas, camera = run_plainly(state, pictures)
    np.testing.assert_allclose(found.rotations.numpy(), rotations, atol=1e-4)
    np.testing.assert_allclose(found.betas.numpy(), betas, atol=1e-4)
    np.testing.assert_allclose(found.camera.numpy(), camera, atol=1e-4)
    assert np.abs(betas - state["init_shape"].numpy()).max() > 0.1  # the regressor has done something


def test_the_mean_body_may_come_from_its_own_file(checkpoint: tuple[Path, dict], tmp_path: Path) -> None:
    torch.save({"model": {}}, tmp_path / "bare.pt")
    with pytest.raises(DatasetError, match=r"has no init_pose, init_shape, init_cam; give .*mean_params"):
        load_hmr(tmp_path / "bare.pt")
    np.savez(tmp_path / "mean.npz", pose=np.arange(144.0), shape=np.ones(10), cam=np.float32([0.9, 0, 0]))
    model = load_hmr(checkpoint[0], tmp_path / "mean.npz")
    assert model.init_pose.flatten().tolist() == list(range(144))
    assert not model.training
    np.savez(tmp_path / "mean.npz", pose=np.arange(72.0), shape=np.ones(10), cam=np.ones(3))
    with pytest.raises(DatasetError, match="pose must hold 144 numbers"):
        load_hmr(tmp_path / "bare.pt", tmp_path / "mean.npz")


def test_what_is_no_such_checkpoint_is_told(tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    means = {
        "init_pose": torch.zeros(1, 144),
        "init_shape": torch.zeros(1, 10),
        "init_cam": torch.zeros(1, 3),
    }

    class Harm:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "harmed",))

    torch.save({"model": means, "harm": Harm()}, path)
    with pytest.raises(UntrustedFileError, match="holds more than tensors"):
        load_hmr(path)
    assert not (tmp_path / "harmed").exists()
    torch.save({"model": {**means, "fc2.weight": torch.zeros(3, 3)}}, path)
    with pytest.raises(DatasetError, match=r"fc2\.weight has shape \(3, 3\); expected \(1024, 1024\)"):
        load_hmr(path)
    torch.save({"model": {**means, "head.weight": torch.zeros(1)}}, path)
    with pytest.raises(DatasetError, match=r"lacks conv1\.weight \(\d+ parameters lack, 1 are unknown\)"):
        load_hmr(path)
    torch.save([1, 2], path)
    with pytest.raises(DatasetError, match="holds no parameters"):
        load_hmr(path)
    with pytest.raises(DatasetError, match="cannot be read"):
        load_hmr(tmp_path / "gone.pt")


def test_the_crop_is_the_part_of_the_picture_that_it_says() -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[100:150, 200:250] = 255
    cut = cut_picture(picture, np.array([150.0, 50.0, 224 / 150]))
    bright = cut.transpose(1, 2, 0) * DEVIATION + MEAN > 0.5
    rows, columns = np.flatnonzero(bright.any(axis=(1, 2))), np.flatnonzero(bright.any(axis=(0, 2)))
    scale = 224 / 150
    assert rows[0] == pytest.approx(50 * scale, abs=1)
    assert rows[-1] + 1 == pytest.approx(100 * scale, abs=1)
    assert columns[0] == pytest.approx(50 * scale, abs=1)
    outside = cut_picture(picture, np.array([-300.0, -300.0, 1.0]))
    np.testing.assert_allclose(
        outside.transpose(1, 2, 0), np.broadcast_to(-MEAN / DEVIATION, (224, 224, 3)), atol=1e-6
    )
