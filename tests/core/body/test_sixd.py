import pytest
import torch

from core.body.sixd import orthonormalise
from core.rotations import sixd_to_matrix


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-3), (torch.float64, 1e-12)])
def test_value_and_derivative_are_the_plain_ones(dtype, tolerance):
    generator = torch.Generator().manual_seed(0)
    sixd, weights = (torch.randn(4, 24, *shape, generator=generator).double() for shape in ((6,), (3, 3)))
    plain = sixd.clone().requires_grad_()
    (plain_gradient,) = torch.autograd.grad(sixd_to_matrix(plain), plain, weights)
    ours = sixd.to(dtype).requires_grad_()
    rotations = orthonormalise(ours)
    (gradient,) = torch.autograd.grad(rotations, ours, weights.to(dtype))
    assert rotations.dtype == gradient.dtype == dtype
    assert (rotations - sixd_to_matrix(plain)).abs().max() < tolerance
    assert (gradient - plain_gradient).abs().max() < tolerance * plain_gradient.abs().max()


def test_finite_differences_agree():
    sixd = torch.randn(3, 6, generator=torch.Generator().manual_seed(1)).double().requires_grad_()
    assert torch.autograd.gradcheck(orthonormalise, sixd)


def test_columns_without_direction_give_nan():
    assert orthonormalise(torch.zeros(1, 6)).isnan().any()
