from dataclasses import replace

import numpy as np
import pytest
import torch

from core.cameras import CROP_SIDE
from core.energy.projection import project_to_crop
from core.optimize.outlines import find_mask_offsets, measure_distances, soften_masks
from core.optimize.problem import load_problem
from core.project.project import Project
from core.silhouette.exact import coverage


@pytest.fixture(scope="module")
def problem(project_small):
    """Bodies whose masks are exactly their own silhouettes."""
    with Project.open(project_small, read_only=True) as opened:
        problem = load_problem(opened, np.arange(6), regressor="J_std")
    start = problem.start
    vertices = problem.body.layer(start.rotations, start.betas, start.transl).vertices
    pixels = project_to_crop(vertices, problem.lens, problem.crop)
    masks = coverage(pixels, problem.body.mesh, CROP_SIDE, CROP_SIDE)
    return replace(problem, masks=masks, masks_valid=torch.ones(6, dtype=torch.bool))


def draw_disc(radius, *, middle=60.0, side=120):
    """Coverage of a disc's pixels, to an eighth of a pixel."""
    fine = (np.arange(8 * side) + 0.5) / 8 - middle
    inside = np.hypot(fine[:, None], fine) < radius
    return torch.from_numpy(inside.reshape(side, 8, side, 8).mean(axis=(1, 3)).astype(np.float32))[None]


def test_distances_from_a_disc_are_those_from_its_circle():
    centres = np.arange(120) + 0.5 - 60.0
    expected = 30.0 - np.hypot(centres[:, None], centres)
    found = measure_distances(draw_disc(30.0))[0].numpy()
    near = np.abs(expected) < 6
    assert np.abs(found - expected)[near].max() < 0.35
    assert abs((found - expected)[near].mean()) < 0.05


def test_within_the_ramp_the_error_grows_with_the_square_of_the_distance(problem):
    """A straight edge of coverage moved across a mask; with a hard mask the error grows with the distance."""
    straight = torch.zeros(1, CROP_SIDE, CROP_SIDE)
    straight[:, :, :100] = 1
    ramp = soften_masks(replace(problem, masks=straight.expand(6, -1, -1)), 3.0).masks[0]

    def error(moved):
        edge = torch.zeros(CROP_SIDE, CROP_SIDE)
        edge[:, : 100 + moved] = 1
        return float((edge - ramp).square().mean())

    growth = [error(moved) - error(0) for moved in (1, 2)]
    assert growth[1] / growth[0] == pytest.approx(4, rel=0.05)
    assert error(2) == pytest.approx(error(-2), rel=0.02)


def test_masks_drawn_too_wide_or_too_narrow_are_found_out(problem):
    planted = np.array([1.0, -1.0, 0.0, 1.0, 0.0, -1.0])
    distances = measure_distances(problem.masks)
    masks = ((distances - torch.from_numpy(planted).float()[:, None, None]) > 0).float()
    found = find_mask_offsets(replace(problem, masks=masks)).numpy()
    assert np.abs(found - planted).max() < 0.25
    assert abs(found.mean()) < 1e-5


def test_an_invalid_mask_has_no_offset_and_stays_empty(problem):
    valid = torch.tensor([True, True, True, False, True, True])
    broken = replace(problem, masks=problem.masks * valid[:, None, None], masks_valid=valid)
    assert find_mask_offsets(broken)[3] == 0
    assert not soften_masks(broken, 2.0).masks[3].any()


def test_without_a_ramp_masks_stay_as_they_are(problem):
    assert soften_masks(problem, 0.0) is problem
