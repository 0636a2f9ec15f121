import pytest
import torch
from torch.autograd import gradcheck

from core.cameras import Lens, project, to_crop
from core.energy.projection import project_to_crop


@pytest.fixture
def view():
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(3, 7, 3, generator=generator, dtype=torch.float64) * 0.8
    points += torch.tensor([0.0, 0.0, 4.0])
    rows = {"f": [1145.0, 1143.8], "c": [512.5, 515.5], "k": [-0.2, 0.24, -0.002], "p": [-0.0009, -0.0016]}
    lens = Lens(*(torch.tensor([rows[name]] * 3, dtype=torch.float64) for name in ("f", "c", "k", "p")))
    crop = torch.tensor([[100.0, 50.0, 0.3], [0.0, 0.0, 0.2], [250.0, 260.0, 0.7]], dtype=torch.float64)
    return points, lens, crop


def test_the_kernel_agrees_with_the_plain_projection(view):
    points, lens, crop = view
    assert torch.allclose(
        project_to_crop(points, lens, crop), to_crop(project(points, lens), crop), atol=1e-9
    )


def test_the_derivative_agrees_with_finite_differences(view):
    points, lens, crop = view
    assert gradcheck(lambda points: project_to_crop(points, lens, crop), points.requires_grad_())


def test_single_precision_is_good_to_a_hundredth_of_a_pixel(view):
    points, lens, crop = view
    single = Lens(*(getattr(lens, name).float() for name in ("f", "c", "k", "p")))
    pixels = project_to_crop(points.float(), single, crop.float())
    assert torch.allclose(pixels.double(), to_crop(project(points, lens), crop), atol=1e-2)
