import numpy as np
import pytest
import torch

from core.body.files import load_body
from core.body.layer import BodyLayer
from core.resources import resource_path
from core.rotations import axis_angle_to_matrix
from core.silhouette.contour import close_mesh


def make_torus(*, around=24, along=12, radius=1.0, tube=0.45):
    """A closed, outward oriented torus: it hides parts of itself from most directions."""
    u, v = np.meshgrid(np.arange(around), np.arange(along), indexing="ij")
    big, small = 2 * np.pi * u / around, 2 * np.pi * v / along
    ring = radius + tube * np.cos(small)
    points = np.stack([ring * np.cos(big), ring * np.sin(big), tube * np.sin(small)], axis=-1).reshape(-1, 3)

    def index(i, j):
        return (i % around) * along + j % along

    corners = index(u, v), index(u + 1, v), index(u + 1, v + 1), index(u, v + 1)
    a, b, c, d = (corner.ravel() for corner in corners)
    return points, np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)


def turn_and_project(points, side, *, seed, fill=0.35):
    """The points turned at random, in perspective, around the middle of a square image."""
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    turned = points @ turn.T
    return turned[:, :2] / (turned[:, 2:] + 6) * 6 * fill * side / 1.5 + side / 2


@pytest.fixture(scope="session")
def torus():
    """Mesh, and a function (side, seed, fill) -> projected vertices (1, V, 2)."""
    points, faces = make_torus()
    return close_mesh(faces), lambda side, seed=0, fill=0.35: turn_and_project(
        points, side, seed=seed, fill=fill
    )[None]


@pytest.fixture(scope="session")
def demo_body():
    return load_body(resource_path("demo_body.npz"))


@pytest.fixture(scope="session")
def demo_mesh(demo_body):
    return close_mesh(demo_body.faces)


@pytest.fixture(scope="session")
def project_bodies(demo_body):
    """A function (axis_angle, betas, transl, side) -> pixels [B, V, 2] of bodies seen from 5 m."""
    layer = BodyLayer(demo_body)

    def project(axis_angle, betas, transl, side):
        vertices = layer(axis_angle_to_matrix(axis_angle), betas, transl).vertices
        scale = 5 * 0.7 * side / 1.7
        depth = vertices[..., 2:] + 5
        centre = torch.tensor([0.0, -0.32], dtype=vertices.dtype)
        return (vertices[..., :2] - centre) * torch.tensor(
            [scale, -scale], dtype=vertices.dtype
        ) / depth + side / 2

    return project


@pytest.fixture
def draw_poses():
    """Axis-angle, betas and translation of random bodies with lowered arms, float64."""

    def draw(bodies, *, seed=0):
        random = torch.Generator().manual_seed(seed)
        axis_angle = 0.25 * torch.randn(bodies, 24, 3, generator=random, dtype=torch.float64)
        axis_angle[:, 16, 2] -= 0.8
        axis_angle[:, 17, 2] += 0.8
        betas = torch.randn(bodies, 10, generator=random, dtype=torch.float64)
        transl = 0.05 * torch.randn(bodies, 3, generator=random, dtype=torch.float64)
        return axis_angle, betas, transl

    return draw
