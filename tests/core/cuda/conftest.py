"""What the tests of the CUDA code share: a device, a mesh and bodies.

Without an NVIDIA card Triton's interpreter runs the kernels on the processor. It has to be asked for before
Triton sees the first kernel, and wants few, large programs. These tests need neither the command line nor
the window, so that they also run where there is little but PyTorch:
``python -m pytest tests/core/cuda --confcutdir tests/core/cuda``.
"""

import os

import numpy as np
import pytest
import torch

if not torch.cuda.is_available():
    os.environ["TRITON_INTERPRET"] = "1"


@pytest.fixture
def device(monkeypatch):
    """Where the kernels run."""
    if torch.cuda.is_available():
        return torch.device("cuda", 0)
    pytest.importorskip("triton", reason="Triton is not installed: pip install -c constraints.txt triton")
    from core.body.cuda import skinning
    from core.silhouette.cuda import coverage

    monkeypatch.setattr(coverage, "LANES", 1024)
    monkeypatch.setattr(skinning, "LANES", 32)
    monkeypatch.setattr(skinning, "BLOCK", 128)
    return torch.device("cpu")


@pytest.fixture
def card():
    """The first NVIDIA card."""
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA card here; see docs/gpu.md")
    return torch.device("cuda", 0)


@pytest.fixture(scope="session")
def torus():
    """Faces of a small torus, and a function (seed, side, fill) -> its projected vertices, (V, 2) pixels."""
    around, along = 10, 6
    u, v = np.meshgrid(np.arange(around), np.arange(along), indexing="ij")
    ring = 1 + 0.45 * np.cos(2 * np.pi * v / along)
    angle = 2 * np.pi * u / around
    height = 0.45 * np.sin(2 * np.pi * v / along)
    points = np.stack([ring * np.cos(angle), ring * np.sin(angle), height], axis=-1).reshape(-1, 3)

    def index(i, j):
        return ((i % around) * along + j % along).ravel()

    a, b, c, d = index(u, v), index(u + 1, v), index(u + 1, v + 1), index(u, v + 1)
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)

    def project(seed, side, fill=0.35):
        turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
        turned = points @ turn.T
        return turned[:, :2] / (turned[:, 2:] + 6) * 4 * fill * side + side / 2

    return faces, project
