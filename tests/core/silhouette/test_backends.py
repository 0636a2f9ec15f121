from typing import get_args

import pytest
import torch

from core.errors import SettingsError
from core.optimize.settings import Silhouette
from core.silhouette import pytorch3d
from core.silhouette.backends import BACKENDS, compare_exactly, compare_softly
from core.silhouette.exact import coverage

SIDE = 96


@pytest.fixture
def body(demo_mesh, project_bodies, draw_poses):
    """Pixels and depth of a body, and its mask."""
    pixels = project_bodies(*(tensor.float() for tensor in draw_poses(1, seed=3)), SIDE)
    depth = torch.full(pixels.shape[:2], 5.0)
    return pixels, depth, coverage(pixels, demo_mesh, SIDE, SIDE)


def test_every_name_of_the_settings_has_a_back_end():
    assert set(get_args(Silhouette)) == BACKENDS.keys()


def test_the_absent_back_end_says_what_to_do(body, demo_mesh):
    if not pytorch3d.explain_absence():
        pytest.skip("PyTorch3D is installed here")
    pixels, depth, masks = body
    with pytest.raises(SettingsError, match="--silhouette exact"):
        compare_softly(pixels, depth, demo_mesh, masks)


@pytest.mark.reference
def test_both_back_ends_draw_the_same_body_and_pull_it_the_same_way(body, demo_mesh):
    if why := pytorch3d.explain_absence():
        pytest.skip(why)
    pixels, depth, masks = body
    soft = pytorch3d.soft_coverage(pixels, depth, demo_mesh, SIDE)
    inside, outside = masks > 0.999, masks < 0.001
    assert soft[outside].max() == 0
    assert 0.49 < soft[inside].mean() < 0.55  # the paper's setting is no occupancy
    drawn, covered = soft > 0.25, masks > 0.5
    assert (drawn & covered).sum() / (drawn | covered).sum() > 0.98
    moved = pixels + torch.tensor([1.5, -1.0])
    weights = torch.rand(masks.shape, generator=torch.Generator().manual_seed(0))
    plainly = (weights * (pytorch3d.soft_coverage(moved, depth, demo_mesh, SIDE) - masks).square()).mean(
        (1, 2)
    )
    assert torch.allclose(compare_softly(moved, depth, demo_mesh, masks, weights), plainly)
    # With the paper's blur of 0 the pull is too weak and one-sided to compare.
    blurred = {"faces_per_pixel": 10, "blur_radius": 9.2e-4}
    pulls = []
    for compare in (
        lambda moved: compare_exactly(moved, depth, demo_mesh, masks),
        lambda moved: (
            (pytorch3d.soft_coverage(moved, depth, demo_mesh, SIDE, **blurred) - masks).square().mean((1, 2))
        ),
    ):
        variable = moved.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(compare(variable).sum(), variable)
        pulls.append(gradient.sum(1)[0])
    assert torch.nn.functional.cosine_similarity(*pulls, dim=0) > 0.9
