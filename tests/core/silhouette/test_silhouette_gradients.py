import numpy as np
import pytest
import torch

from core.silhouette.contour import close_mesh
from core.silhouette.exact import coverage, silhouette_error

SIDE = 64


@pytest.fixture
def smooth_masks():
    """Blurred noise: exercises every pixel and gives numbers of one size."""
    noise = torch.rand(2, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    return torch.nn.functional.avg_pool2d(noise, 5, 1, 2)[:, 0]


@pytest.fixture
def pixel_weights():
    """Weights from 0 to 3, a third of them zero."""
    noise = torch.rand(2, SIDE, SIDE, generator=torch.Generator().manual_seed(10), dtype=torch.float64)
    return (4.5 * noise - 1.5).clamp_min(0)


@pytest.fixture(params=["general", "fused", "weighted"])
def error(request, smooth_masks, pixel_weights):
    def general(vertices_px, mesh):
        return (coverage(vertices_px, mesh, SIDE, SIDE) - smooth_masks).square().mean((1, 2))

    def fused(vertices_px, mesh):
        return silhouette_error(vertices_px, mesh, smooth_masks)

    def weighted(vertices_px, mesh):
        return silhouette_error(vertices_px, mesh, smooth_masks, pixel_weights=pixel_weights)

    return {"general": general, "fused": fused, "weighted": weighted}[request.param]


def test_finite_differences_along_poses_agree(error, demo_mesh, project_bodies, draw_poses):
    def energy(*inputs):
        return error(project_bodies(*inputs, SIDE), demo_mesh).sum()

    parameters = draw_poses(2, seed=1)
    inputs = [tensor.clone().requires_grad_() for tensor in parameters]
    gradients = torch.autograd.grad(energy(*inputs), inputs)
    random = torch.Generator().manual_seed(3)
    for _ in range(8):
        directions = [
            torch.randn(tensor.shape, generator=random, dtype=torch.float64) for tensor in parameters
        ]
        step = 1e-7
        ahead = energy(*(tensor + step * along for tensor, along in zip(parameters, directions)))
        behind = energy(*(tensor - step * along for tensor, along in zip(parameters, directions)))
        expected = float((ahead - behind) / (2 * step))
        ours = float(sum((gradient * along).sum() for gradient, along in zip(gradients, directions)))
        assert ours == pytest.approx(expected, rel=1e-5)


def test_finite_differences_of_bodies_cut_by_the_border_agree(error, torus):
    mesh, project = torus
    shifts = torch.tensor([[[-20.0, 13.0]], [[17.0, -22.0]]], dtype=torch.float64)
    vertices = torch.from_numpy(project(SIDE, seed=5)) + shifts
    variable = vertices.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(error(variable, mesh).sum(), variable)
    random = torch.Generator().manual_seed(4)
    for _ in range(8):
        along = torch.randn(vertices.shape, generator=random, dtype=torch.float64)
        step = 1e-7
        ahead, behind = (error(vertices + sign * step * along, mesh).sum() for sign in (1, -1))
        expected = float((ahead - behind) / (2 * step))
        assert float((gradient * along).sum()) == pytest.approx(expected, rel=1e-5)


def test_every_vertex_of_a_convex_mesh_agrees(error):
    """An octahedron has no overlaps, so even single vertices have smooth finite differences."""
    equator = np.array([[1, 2], [2, 3], [3, 4], [4, 1]])
    faces = np.concatenate([np.insert(equator, 0, 0, 1), np.insert(equator[:, ::-1], 0, 5, 1)])
    mesh = close_mesh(faces)
    points = torch.tensor(
        [[[31.3, 30.2], [10.4, 28.1], [30.7, 7.3], [55.2, 33.9], [33.3, 52.6], [33.1, 31.7]]],
        dtype=torch.float64,
    )
    vertices = points.repeat(2, 1, 1)
    variable = vertices.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(error(variable, mesh).sum(), variable)
    for vertex in range(6):
        for axis in range(2):
            along = torch.zeros_like(vertices)
            along[:, vertex, axis] = 1e-6
            expected = float((error(vertices + along, mesh) - error(vertices - along, mesh)).sum() / 2e-6)
            assert float(gradient[:, vertex, axis].sum()) == pytest.approx(expected, rel=1e-6, abs=1e-10)


def test_moving_the_whole_body_changes_no_area(demo_mesh, project_bodies, draw_poses):
    vertices = project_bodies(*draw_poses(2, seed=2), SIDE).requires_grad_()
    area = coverage(vertices, demo_mesh, SIDE, SIDE).sum()
    (gradient,) = torch.autograd.grad(area, vertices)
    per_pixel_row = gradient.abs().sum((1, 2))
    assert (gradient.sum(1).abs().amax(1) < 0.05 * per_pixel_row).all()


def test_single_precision_follows_double(error, demo_mesh, project_bodies, draw_poses, smooth_masks):
    vertices = project_bodies(*draw_poses(2, seed=6), SIDE)
    results = {}
    for dtype in (torch.float32, torch.float64):
        variable = vertices.to(dtype).requires_grad_()
        errors = silhouette_error(variable, demo_mesh, smooth_masks.to(dtype))
        results[dtype] = errors, torch.autograd.grad(errors.sum(), variable)[0]
        assert results[dtype][0].dtype == results[dtype][1].dtype == dtype
    (single, single_gradient), (double, double_gradient) = results.values()
    assert torch.allclose(single.double(), double, rtol=1e-5)
    assert (single_gradient - double_gradient).abs().max() < 1e-3 * double_gradient.abs().max()


@pytest.mark.parametrize("weighted", [False, True])
def test_fused_error_is_the_general_one(
    weighted, demo_mesh, project_bodies, draw_poses, smooth_masks, pixel_weights
):
    vertices = project_bodies(*draw_poses(2, seed=7), SIDE).requires_grad_()
    weights = torch.tensor([0.3, 2.0], dtype=torch.float64)
    squares = (coverage(vertices, demo_mesh, SIDE, SIDE) - smooth_masks).square()
    general = ((pixel_weights if weighted else 1) * squares).mean((1, 2))
    fused = silhouette_error(
        vertices, demo_mesh, smooth_masks, pixel_weights=pixel_weights if weighted else None
    )
    assert torch.allclose(fused, general, rtol=1e-12)
    expected = torch.autograd.grad((weights * general).sum(), vertices)[0]
    ours = torch.autograd.grad((weights * fused).sum(), vertices)[0]
    assert (ours - expected).abs().max() < 1e-12


def test_pixels_without_weight_do_not_pull(torus):
    """Half of the image is masked out: a body that lies in it feels nothing, whatever the mask says."""
    mesh, project = torus
    vertices = torch.from_numpy(project(SIDE, seed=5, fill=0.15)) - torch.tensor([20.0, 0.0])
    masks, weights = torch.ones(2, 1, SIDE, SIDE, dtype=torch.float64)
    weights[..., : SIDE // 2] = 0
    variable = vertices.requires_grad_()
    errors = silhouette_error(variable, mesh, masks, pixel_weights=weights)
    errors.sum().backward()
    assert errors.item() == pytest.approx(0.5)
    assert vertices.grad.abs().max() == 0
    with pytest.raises(ValueError, match="pixel_weights"):
        silhouette_error(variable, mesh, masks, pixel_weights=weights[..., 1:])


def test_a_body_on_its_own_coverage_has_no_error_and_no_gradient(demo_mesh, project_bodies, draw_poses):
    vertices = project_bodies(*draw_poses(1), SIDE).requires_grad_()
    masks = coverage(vertices.detach(), demo_mesh, SIDE, SIDE)
    errors = silhouette_error(vertices, demo_mesh, masks)
    errors.sum().backward()
    assert errors.item() == 0
    assert vertices.grad.abs().max() == 0


def test_gradient_descent_brings_a_shifted_body_back(demo_mesh, project_bodies, draw_poses):
    target = project_bodies(*draw_poses(1), SIDE)
    masks = coverage(target, demo_mesh, SIDE, SIDE)
    shift = torch.tensor([[[4.0, -3.0]]], dtype=torch.float64).requires_grad_()
    optimizer = torch.optim.Adam([shift], lr=0.3)
    for _ in range(60):
        optimizer.zero_grad()
        silhouette_error(target + shift, demo_mesh, masks).sum().backward()
        optimizer.step()
    assert shift.abs().max() < 0.1
