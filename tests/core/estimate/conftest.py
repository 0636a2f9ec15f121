"""A checkpoint with random parameters under the names of SPIN's published one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

BLOCKS, WIDTHS = (3, 4, 6, 3), (64, 128, 256, 512)


def make_state(seed: int) -> dict[str, torch.Tensor]:
    """Random parameters of every name in SPIN's published checkpoint."""
    draw = torch.Generator().manual_seed(seed)
    state: dict[str, torch.Tensor] = {}

    def convolve(name: str, outputs: int, inputs: int, side: int) -> None:
        state[f"{name}.weight"] = (
            torch.randn(outputs, inputs, side, side, generator=draw) / (inputs * side * side) ** 0.5
        )

    def normalise(name: str, size: int) -> None:
        state[f"{name}.weight"] = 1 + 0.1 * torch.randn(size, generator=draw)
        state[f"{name}.bias"] = 0.1 * torch.randn(size, generator=draw)
        state[f"{name}.running_mean"] = 0.1 * torch.randn(size, generator=draw)
        state[f"{name}.running_var"] = 1 + torch.rand(size, generator=draw)
        state[f"{name}.num_batches_tracked"] = torch.tensor(7)

    convolve("conv1", 64, 3, 7)
    normalise("bn1", 64)
    channels = 64
    for stage, (blocks, width) in enumerate(zip(BLOCKS, WIDTHS), start=1):
        for block in range(blocks):
            name = f"layer{stage}.{block}"
            convolve(f"{name}.conv1", width, channels, 1)
            normalise(f"{name}.bn1", width)
            convolve(f"{name}.conv2", width, width, 3)
            normalise(f"{name}.bn2", width)
            convolve(f"{name}.conv3", 4 * width, width, 1)
            normalise(f"{name}.bn3", 4 * width)
            if block == 0:
                convolve(f"{name}.downsample.0", 4 * width, channels, 1)
                normalise(f"{name}.downsample.1", 4 * width)
            channels = 4 * width
    for name, outputs, inputs in (
        ("fc1", 1024, 2048 + 157), ("fc2", 1024, 1024),
        ("decpose", 144, 1024), ("decshape", 10, 1024), ("deccam", 3, 1024),
    ):  # fmt: skip
        state[f"{name}.weight"] = 0.5 * torch.randn(outputs, inputs, generator=draw) / inputs**0.5
        state[f"{name}.bias"] = 0.01 * torch.randn(outputs, generator=draw)
    identity = torch.tensor([1.0, 0, 0, 1, 0, 0]).repeat(24)
    state["init_pose"] = (identity + 0.1 * torch.randn(144, generator=draw))[None]
    state["init_shape"] = torch.randn(1, 10, generator=draw)
    state["init_cam"] = torch.tensor([[0.9, 0.0, 0.0]])
    return state


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, torch.Tensor]]:
    state, path = make_state(0), tmp_path_factory.mktemp("spin") / "model_checkpoint.pt"
    torch.save({"model": state, "epoch": 12, "batch_size": 64, "total_step_count": 5}, path)
    return path, state
