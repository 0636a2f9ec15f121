import numpy as np
import pytest
import torch

from core.cameras import Lens, project, to_crop


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_projection_and_its_gradient_agree_with_the_plain_ones(device, dtype):
    from core.silhouette.cuda.projection import ProjectToCrop

    random = torch.Generator().manual_seed(int(np.random.default_rng().integers(1 << 30)))

    def draw(*shape):
        return torch.randn(*shape, generator=random, dtype=torch.float64)

    vertices = draw(3, 300, 3) * 0.5 + torch.tensor([0.0, 0.0, 5.0], dtype=torch.float64)
    lens = Lens(1145 + draw(3, 2), 512 + draw(3, 2), 0.2 * draw(3, 3), 0.01 * draw(3, 2))
    crop = torch.cat([100 * draw(3, 2), 0.5 + 0.1 * draw(3, 1)], dim=1)
    gradient = draw(3, 300, 2)
    plain = vertices.clone().requires_grad_()
    expected = to_crop(project(plain, lens), crop)
    expected.backward(gradient)
    intrinsics = torch.cat([lens.f, lens.c, lens.k, lens.p, crop], dim=1).to(device, dtype)
    moved = vertices.to(device, dtype).requires_grad_()
    found = ProjectToCrop.apply(moved, intrinsics)
    found.backward(gradient.to(device, dtype))
    tolerance = 1e-12 if dtype == torch.float64 else 2e-5
    assert (found.detach().cpu() - expected.detach()).abs().max() < tolerance * expected.detach().abs().max()
    assert (moved.grad.cpu() - plain.grad).abs().max() < tolerance * plain.grad.abs().max()
