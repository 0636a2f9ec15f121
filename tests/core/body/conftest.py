from dataclasses import replace

import numpy as np
import pytest
import torch

from core.body.files import load_body
from core.body.model import BodyModel
from core.resources import resource_path
from core.rotations import axis_angle_to_matrix


@pytest.fixture(scope="session")
def demo_body():
    return load_body(resource_path("demo_body.npz"))


@pytest.fixture(scope="session")
def small_body():
    """A tetrahedron-fan of a body: SMPL's shapes with 30 vertices, closed, every value drawn at random."""
    random = np.random.default_rng(0)
    vertices = 30
    ring = np.arange(1, vertices - 1)
    following = np.roll(ring, -1)
    caps = [np.stack([np.full_like(ring, 0), ring, following], 1)]
    caps.append(np.stack([np.full_like(ring, vertices - 1), following, ring], 1))

    def draw(*shape):
        return random.normal(size=shape).astype(np.float32)

    weights = np.zeros((vertices, 24), np.float32)
    for row in weights:
        row[random.choice(24, 3, replace=False)] = random.dirichlet(np.ones(3))
    return BodyModel(
        name="small",
        v_template=draw(vertices, 3),
        shapedirs=draw(vertices, 3, 10) * np.float32(0.1),
        posedirs=draw(vertices, 3, 207) * np.float32(0.01),
        joint_regressor=random.dirichlet(np.ones(vertices), size=24).astype(np.float32),
        weights=weights,
        parents=np.array([-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21]),
        faces=np.concatenate(caps).astype(np.int32),
    )


@pytest.fixture(scope="session")
def dense_body(small_body):
    """The same with every joint moving every vertex."""
    weights = np.random.default_rng(1).dirichlet(np.ones(24), size=small_body.vertex_count)
    return replace(small_body, name="dense", weights=weights.astype(np.float32))


@pytest.fixture
def draw_bodies():
    """Random rotations, betas and translations of a batch."""

    def draw(bodies, *, seed=0, dtype=torch.float64):
        random = torch.Generator().manual_seed(seed)
        axis_angle = 0.5 * torch.randn(bodies, 24, 3, generator=random, dtype=torch.float64)
        betas = torch.randn(bodies, 10, generator=random, dtype=torch.float64)
        transl = 2 * torch.randn(bodies, 3, generator=random, dtype=torch.float64)
        return [tensor.to(dtype) for tensor in (axis_angle_to_matrix(axis_angle), betas, transl)]

    return draw
