import numpy as np
import pytest
import torch

from core.silhouette import coverage as twin
from core.silhouette.contour import close_mesh
from core.silhouette.kernels import FARTHEST
from core.silhouette.reference import cover_plainly

SIDE = 16
TOLERANCE = {np.float64: 1e-11, np.float32: 2e-6}


@pytest.fixture
def kernels(device):
    from core.silhouette.cuda import coverage

    return coverage


@pytest.fixture
def images(torus):
    """Two images of a torus, one of them reaching out of the picture on all sides."""
    faces, project = torus
    seed = np.random.default_rng().integers(1 << 30)  # anew in each run, and shown where a test fails
    print(f"seed {seed}")
    return close_mesh(faces), np.stack([project(seed, SIDE), project(seed + 1, SIDE, fill=0.9)])


def on(device, *arrays):
    return [torch.from_numpy(np.ascontiguousarray(array)).to(device) for array in arrays]


def test_coverage_agrees_with_its_twin_and_with_its_definition(kernels, device, images):
    mesh, vertices = images
    expected = np.stack([cover_plainly(one, mesh.faces, SIDE, SIDE) for one in vertices])
    for dtype, tolerance in TOLERANCE.items():
        (tensor,) = on(device, vertices.astype(dtype))
        coverage = kernels.cover(tensor, mesh, SIDE, SIDE).cpu().numpy()
        assert coverage.dtype == dtype
        assert np.abs(coverage - expected).max() < tolerance
        assert np.abs(coverage - twin.cover(vertices.astype(dtype), mesh, SIDE, SIDE)).max() < tolerance


def test_the_gradient_of_coverage_agrees_with_its_twin(kernels, device, images):
    mesh, vertices = images
    by_pixel = np.random.default_rng().normal(size=(2, SIDE, SIDE))
    (tensor, gradient) = on(device, vertices, by_pixel)
    coverage = kernels.cover(tensor, mesh, SIDE, SIDE)
    found = kernels.cover_backward(tensor, mesh, coverage, gradient).cpu().numpy()
    assert np.abs(found - twin.cover_backward(vertices, mesh, by_pixel)).max() < 1e-11


@pytest.mark.parametrize("weighted", [False, True])
def test_the_error_and_its_gradient_agree_with_their_twins(kernels, device, images, weighted):
    mesh, vertices = images
    random = np.random.default_rng()
    masks = random.random((2, SIDE, SIDE))
    weights = random.random((2, SIDE, SIDE)) if weighted else None
    # In float32 the twins may disagree whether a pixel is full to the last digit, and so whether it pulls.
    for dtype, tolerance, at_most in ((np.float64, 1e-11, 1e-11), (np.float32, 2e-6, 2e-3)):
        arrays = [array.astype(dtype) for array in (vertices, masks)]
        pixel_weights = weights.astype(dtype) if weighted else None
        expected, by_vertices = twin.compare_masks(arrays[0], mesh, arrays[1], pixel_weights=pixel_weights)
        tensors = on(device, *arrays)
        errors, found = kernels.compare_masks(
            tensors[0], mesh, tensors[1], pixel_weights=on(device, pixel_weights)[0] if weighted else None
        )
        assert np.abs(errors.cpu().numpy() - expected).max() < tolerance
        assert np.abs(found.cpu().numpy() - by_vertices).max() < at_most * np.abs(by_vertices).max()


def test_the_gradient_is_the_derivative_of_the_plain_definition(kernels, device, torus):
    faces, project = torus
    vertices, side, step = project(5, 12)[None], 12, 1e-6
    random = np.random.default_rng(5)
    mask, direction = random.random((1, side, side)), random.normal(size=vertices.shape)

    def error(moved):
        return ((cover_plainly(moved[0], faces, side, side) - mask[0]) ** 2).mean()

    slope = (error(vertices + step * direction) - error(vertices - step * direction)) / (2 * step)
    _, gradient = kernels.compare_masks(*on(device, vertices)[:1], close_mesh(faces), *on(device, mask))
    assert float((gradient.cpu().numpy() * direction).sum()) == pytest.approx(slope, rel=1e-5)


def test_sums_do_not_depend_on_the_order_of_the_edges(kernels, device, torus):
    """Programs of a card end in any order; whole numbers add up to the same in all of them."""
    faces, project = torus
    (vertices,) = on(device, project(2, SIDE)[None].astype(np.float32))
    shuffled = np.random.default_rng(0).permutation(faces)
    first, second = (kernels.cover(vertices, close_mesh(order), SIDE, SIDE) for order in (faces, shuffled))
    assert torch.equal(first, second)


def test_an_image_that_cannot_be_placed_is_not_a_number_and_the_others_stay(kernels, device, images):
    mesh, vertices = images
    for value in (np.nan, 2 * FARTHEST):
        broken = vertices.copy()
        broken[0, 7, 1] = value
        (tensor, masks) = on(device, broken, np.ones((2, SIDE, SIDE)))
        errors, gradient = kernels.compare_masks(tensor, mesh, masks)
        assert errors.isnan().tolist() == [True, False]
        assert gradient.isnan().all(dim=(1, 2)).tolist() == [True, False]


def test_vertices_far_outside_do_no_harm(kernels, device, images):
    mesh, vertices = images
    vertices = vertices.copy()
    vertices[:, 3] = [-4e5, 3e6]
    vertices[:, 11] = [2e6, -5e5]
    (tensor,) = on(device, vertices)
    coverage = kernels.cover(tensor, mesh, SIDE, SIDE).cpu().numpy()
    assert np.abs(coverage - twin.cover(vertices, mesh, SIDE, SIDE)).max() < 1e-8


def test_vertices_that_no_face_uses_have_no_gradient(kernels, device, images):
    mesh, vertices = images
    more = np.concatenate([vertices, np.zeros((2, 3, 2))], axis=1)
    (tensor, masks) = on(device, more, np.ones((2, SIDE, SIDE)))
    _, gradient = kernels.compare_masks(tensor, mesh, masks)
    assert (gradient[:, -3:] == 0).all()
    assert gradient[:, :-3].abs().max() > 0


def test_what_does_not_fit_is_refused(kernels, device, images):
    mesh, vertices = images
    (tensor, masks) = on(device, vertices, np.ones((2, SIDE, SIDE)))
    with pytest.raises(ValueError, match="expected \\(B, 60 or more, 2\\)"):
        kernels.cover(tensor[:, :5], mesh, SIDE, SIDE)
    with pytest.raises(ValueError, match="expected float32 or float64"):
        kernels.cover(tensor.half(), mesh, SIDE, SIDE)
    with pytest.raises(ValueError, match="masks has shape"):
        kernels.compare_masks(tensor, mesh, masks[:1])
    with pytest.raises(ValueError, match="as the masks"):
        kernels.compare_masks(tensor, mesh, masks, pixel_weights=masks[:, 1:])


def check_node(device, vertices, on_card, on_processor):
    """Compare results and gradients of two functions of the vertices."""
    moved = torch.from_numpy(vertices).to(device).requires_grad_()
    plain = torch.from_numpy(vertices).requires_grad_()
    found, expected = on_card(moved), on_processor(plain)
    gradient = torch.from_numpy(np.random.default_rng(0).normal(size=tuple(expected.shape)))
    found.backward(gradient.to(device))
    expected.backward(gradient)
    assert (found.detach().cpu() - expected.detach()).abs().max() < 1e-11
    assert (moved.grad.cpu() - plain.grad).abs().max() < 1e-11


def test_the_nodes_of_the_graph_agree_with_those_of_the_processor(device, images):
    from core.silhouette import exact
    from core.silhouette.cuda.exact import Coverage, SilhouetteError

    mesh, vertices = images
    masks = torch.from_numpy(np.random.default_rng(1).random((2, SIDE, SIDE)))
    check_node(
        device,
        vertices,
        lambda moved: Coverage.apply(moved, mesh, SIDE, SIDE),
        lambda plain: exact.coverage(plain, mesh, SIDE, SIDE),
    )
    check_node(
        device,
        vertices,
        lambda moved: SilhouetteError.apply(moved, mesh, masks.to(device), None),
        lambda plain: exact.silhouette_error(plain, mesh, masks),
    )
