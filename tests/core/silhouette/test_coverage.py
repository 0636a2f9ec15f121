import numpy as np
import pytest

from core.errors import BodyError
from core.silhouette.contour import close_mesh
from core.silhouette.coverage import compare_masks, cover, cover_backward
from core.silhouette.kernels import FARTHEST
from core.silhouette.reference import cover_plainly, supersample_silhouette

SQUARE = np.array([[2.0, 3.0], [6.5, 3.0], [6.5, 5.25], [2.0, 5.25]])
TWO_SIDED_SQUARE = np.array([[0, 1, 2], [0, 2, 3], [1, 0, 3], [1, 3, 2]], np.int32)


@pytest.mark.parametrize("seed", range(6))
def test_coverage_is_the_clamped_area_of_the_front_faces(torus, seed):
    mesh, project = torus
    vertices = project(24, seed)
    expected = cover_plainly(vertices[0], mesh.faces, 24, 24)
    assert np.abs(cover(vertices, mesh, 24, 24)[0] - expected).max() < 1e-12
    assert np.abs(cover(vertices.astype(np.float32), mesh, 24, 24)[0] - expected).max() < 1e-5


def test_coverage_of_a_body_is_the_clamped_area_of_its_front_faces(demo_mesh, project_bodies, draw_poses):
    vertices = project_bodies(*draw_poses(1), 40).numpy()
    expected = cover_plainly(vertices[0], demo_mesh.faces, 40, 40)
    assert np.abs(cover(vertices, demo_mesh, 40, 40)[0] - expected).max() < 1e-11


def test_coverage_agrees_with_a_supersampled_raster(demo_mesh, project_bodies, draw_poses):
    """The raster's own error on a contour pixel is about 0.01; where limbs share a pixel both add up.

    The latter makes the area 0.2% too large at 224 pixels (fingers, mostly), half of it at twice the size.
    """
    vertices = project_bodies(*draw_poses(1, seed=4), 224).numpy()
    excess = {}
    for zoom in (1, 2):
        side = 224 * zoom
        exact = cover(zoom * vertices, demo_mesh, side, side)
        raster = np.stack(
            [supersample_silhouette(zoom * one, demo_mesh.faces, side, side, samples=8) for one in vertices]
        )
        difference, contour = np.abs(exact - raster), (raster > 0) & (raster < 1)
        assert difference.mean() < 5e-4
        assert np.median(difference[contour]) < 0.01
        assert difference[contour].mean() < 0.025
        excess[zoom] = exact.sum() / raster.sum() - 1
    assert 0 < excess[1] < 3e-3
    assert 0 < excess[2] < 0.7 * excess[1]


def test_area_is_unbiased_where_nothing_overlaps(torus):
    mesh, project = torus
    vertices = project(100, seed=3)
    flat = np.stack([vertices[0, :, 0], vertices[0, :, 1] * 0.999], axis=1)[None]
    raster = supersample_silhouette(flat[0], mesh.faces, 100, 100, samples=16)
    assert cover(flat, mesh, 100, 100).sum() == pytest.approx(raster.sum(), rel=1e-3)


def test_a_pixel_aligned_square_is_exact():
    mesh = close_mesh(TWO_SIDED_SQUARE)
    expected = np.zeros((8, 8))
    expected[3:5, 2:6] = 1
    expected[3:5, 6] = 0.5
    expected[5, 2:6] = 0.25
    expected[5, 6] = 0.125
    for vertices in (SQUARE, SQUARE[::-1]):
        assert np.abs(cover(vertices[None], mesh, 8, 8)[0] - expected).max() < 1e-15


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(4))
def test_vertices_on_pixel_corners_are_no_special_case(torus, seed, dtype):
    mesh, project = torus
    vertices = np.round(project(20, seed)).astype(dtype)
    expected = cover_plainly(vertices[0], mesh.faces, 20, 20)
    assert np.abs(cover(vertices, mesh, 20, 20)[0] - expected).max() < 1e-5


@pytest.mark.parametrize("corner", [(0, 0), (17, 0), (0, 17), (30, 30), (9, 13)])
def test_an_image_shows_its_part_of_a_larger_one(torus, corner):
    mesh, project = torus
    vertices = project(48, seed=2, fill=0.45)
    whole = cover(vertices, mesh, 48, 48)
    x, y = corner
    part = cover(vertices - np.array([x, y]), mesh, 14, 18)
    assert np.abs(part - whole[:, y : y + 14, x : x + 18]).max() < 1e-12


@pytest.mark.parametrize("shift", [(-100, 0), (100, 0), (0, -100), (0, 100)])
def test_nothing_is_covered_by_what_lies_outside(torus, shift):
    mesh, project = torus
    vertices = project(32) + np.array(shift)
    assert np.abs(cover(vertices, mesh, 32, 32)).max() < 1e-12
    assert np.abs(cover_backward(vertices, mesh, np.ones((1, 32, 32)))).max() == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [1e3, 1e5, 1e7])
def test_vertices_far_outside_are_clipped(far, dtype):
    """A huge diamond about the image covers all of it; one beside it, whose sides pass through, half."""
    mesh = close_mesh(TWO_SIDED_SQUARE)
    diamond = np.array([[[-far, 8], [8, -far], [far, 8], [8, far]]], dtype)
    assert np.abs(cover(diamond, mesh, 16, 16) - 1).max() < 1e-6
    half = np.array([[[8.5, -far], [far, -far], [far, far], [8.5, far]]], dtype)
    expected = np.repeat([[0.0] * 8 + [0.5] + [1.0] * 7], 16, axis=0)
    assert np.abs(cover(half, mesh, 16, 16)[0] - expected).max() < 1e-6
    gradient = cover_backward(half, mesh, np.ones((1, 16, 16)))
    assert gradient[0, [0, 3], 0].sum() == pytest.approx(-16, abs=1e-5)  # all of the left side moves


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 2 * FARTHEST])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_image_with_a_vertex_that_cannot_be_placed_is_nan_and_alone_so(torus, bad, dtype):
    mesh, project = torus
    vertices = np.concatenate([project(20, seed) for seed in range(3)]).astype(dtype)
    expected = cover(vertices, mesh, 20, 20)
    vertices[1, 7, 1] = bad
    result = cover(vertices, mesh, 20, 20)
    errors, gradient = compare_masks(vertices, mesh, np.zeros((3, 20, 20)))
    assert np.isnan(result[1]).all()
    assert np.array_equal(result[[0, 2]], expected[[0, 2]])
    assert np.isnan(errors).tolist() == [False, True, False]
    assert np.isnan(gradient).any((1, 2)).tolist() == [False, True, False]
    assert np.isnan(cover_backward(vertices, mesh, expected)).any((1, 2)).tolist() == [False, True, False]


def test_degenerate_meshes_cover_nothing(torus):
    mesh, project = torus
    point = np.broadcast_to(np.array([5.0, 5.0]), project(10).shape)
    line = project(10) * np.array([1, 0]) + np.array([0, 5.0])
    upright = project(10) * np.array([0, 1]) + np.array([5.0, 0])
    for vertices in (point, line, upright):
        assert np.abs(cover(vertices, mesh, 10, 10)).max() < 1e-12
        assert np.isfinite(cover_backward(vertices, mesh, np.ones((1, 10, 10)))).all()


def test_long_contours_outgrow_the_first_scratch(torus):
    mesh, project = torus
    vertices = project(1200)
    raster = supersample_silhouette(vertices[0], mesh.faces, 1200, 1200, samples=1)
    assert np.abs(cover(vertices, mesh, 1200, 1200)[0] - raster).mean() < 2e-3


def test_an_empty_batch_stays_empty(torus):
    mesh, project = torus
    vertices = project(10)[:0]
    assert cover(vertices, mesh, 10, 12).shape == (0, 10, 12)
    errors, gradient = compare_masks(vertices, mesh, np.zeros((0, 10, 12)))
    assert errors.shape == (0,)
    assert gradient.shape == vertices.shape


def test_masks_of_any_number_type_are_compared(torus):
    mesh, project = torus
    vertices = project(30)
    mask = cover(vertices, mesh, 30, 30) > 0.5
    errors, _ = compare_masks(vertices, mesh, mask)
    expected = (cover(vertices, mesh, 30, 30) - mask) ** 2
    assert errors[0] == pytest.approx(expected.mean(), rel=1e-12)


def test_what_does_not_fit_is_refused(torus):
    mesh, project = torus
    vertices = project(10)
    with pytest.raises(ValueError, match=r"\(B, 288 or more, 2\)"):
        cover(vertices[:, :100], mesh, 10, 10)
    with pytest.raises(ValueError, match=r"shape \(288, 2\)"):
        cover(vertices[0], mesh, 10, 10)
    with pytest.raises(ValueError, match="float16"):
        cover(vertices.astype(np.float16), mesh, 10, 10)
    with pytest.raises(ValueError, match="0 x 10"):
        cover(vertices, mesh, 0, 10)
    with pytest.raises(ValueError, match=r"masks has shape \(2, 10, 10\)"):
        compare_masks(vertices, mesh, np.zeros((2, 10, 10)))
    with pytest.raises(ValueError, match=r"grad_coverage has shape \(10, 10\)"):
        cover_backward(vertices, mesh, np.zeros((10, 10)))


def test_an_open_mesh_is_refused(demo_body):
    with pytest.raises(BodyError, match="not closed: 3 edges"):
        close_mesh(demo_body.faces[1:])
