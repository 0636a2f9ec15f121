import numpy as np
import pytest
import torch

from core.body.layer import BodyLayer
from core.body.model import BodyModel
from core.body.reference import skin_reference


@pytest.fixture(scope="session")
def body():
    """A body of 90 vertices that four joints move at most, of no particular form."""
    random = np.random.default_rng(0)
    weights = np.zeros((90, 24), np.float32)
    for row in weights:
        row[random.choice(24, random.integers(1, 5), replace=False)] = random.random()
    return BodyModel(
        name="few vertices",
        v_template=random.normal(size=(90, 3)).astype(np.float32),
        shapedirs=0.1 * random.normal(size=(90, 3, 10)).astype(np.float32),
        posedirs=0.1 * random.normal(size=(90, 3, 207)).astype(np.float32),
        joint_regressor=random.random((24, 90)).astype(np.float32) / 45,
        weights=weights / weights.sum(axis=1, keepdims=True),
        parents=np.array([-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21]),
        faces=np.array([[0, 1, 2]], np.int32),
    )


@pytest.fixture
def skin(device, body):
    """A function (rotations, betas, transl) -> vertices and joints."""
    from core.body.cuda.skinning import Skin
    from core.body.cuda.tables import find_tables

    return lambda rotations, *rest: Skin.apply(
        rotations, *rest, find_tables(body, rotations.dtype, rotations.device)
    )


@pytest.fixture
def inputs():
    """Rotations, betas and translations of two bodies, other ones each time; float64."""
    seed = int(np.random.default_rng().integers(1 << 30))
    print(f"seed {seed}")
    random = torch.Generator().manual_seed(seed)
    turns = torch.randn(2, 24, 3, 3, generator=random, dtype=torch.float64)
    return (
        torch.linalg.matrix_exp(0.4 * (turns - turns.mT)),
        torch.randn(2, 10, generator=random, dtype=torch.float64),
        torch.randn(2, 3, generator=random, dtype=torch.float64),
    )


def pull(function, inputs, gradients):
    """Results, and gradients of the inputs for some of the results' gradients; all on the processor."""
    leaves = [tensor.clone().requires_grad_() for tensor in inputs]
    results = function(*leaves)
    chosen = [(r, g.to(r)) for r, g in zip(results, gradients) if g is not None]
    torch.autograd.backward([r for r, _ in chosen], [g for _, g in chosen])
    return [r.detach().cpu().double() for r in results], [leaf.grad.cpu().double() for leaf in leaves]


@pytest.mark.parametrize(
    ("dtype", "through"),
    [(torch.float64, "both"), (torch.float64, "joints"), (torch.float32, "vertices")],
)
def test_bodies_and_gradients_agree_with_the_plain_ones(skin, device, body, inputs, dtype, through):
    gradients = [torch.randn(2, body.vertex_count, 3), torch.randn(2, 24, 3)]
    gradients[0] *= torch.rand(body.vertex_count)[:, None] < 0.3  # not every vertex pulls
    gradients = [
        g if through in (name, "both") else None for name, g in zip(("vertices", "joints"), gradients)
    ]
    expected, wanted = pull(lambda *leaves: skin_reference(body, *leaves), inputs, gradients)
    found, got = pull(skin, [tensor.to(device, dtype) for tensor in inputs], gradients)
    tolerance = 1e-12 if dtype == torch.float64 else 2e-5
    for result, reference in zip((*found, *got), (*expected, *wanted)):
        assert (result - reference).abs().max() < tolerance * reference.abs().max().clamp_min(1)


def test_single_precision_bodies_agree_with_the_processors(skin, device, body, inputs):
    single = [tensor.float() for tensor in inputs]
    expected = BodyLayer(body)(*single).vertices
    assert (skin(*(tensor.to(device) for tensor in single))[0].cpu() - expected).abs().max() < 2e-5
