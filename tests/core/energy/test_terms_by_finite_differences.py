"""Every term's gradient against central differences in double precision."""

import pytest
import torch
from torch.autograd import gradcheck

from core.cameras import CROP_SIDE, Lens, crop_around, project
from core.energy.adversarial import adversarial_error
from core.energy.discriminators import Discriminators
from core.energy.joint import compare_plainly, joint_error
from core.energy.reprojection import reprojection_error
from core.energy.terms.angle_limits import angle_error
from core.energy.terms.initial_pose import initial_pose_error
from core.energy.terms.shape_prior import shape_error
from core.energy.terms.smoothness import jerkiness
from core.rotations import axis_angle_to_matrix, sixd_to_matrix

BODIES = 2


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(5)


@pytest.fixture
def lens():
    row = {"f": [1145.0, 1143.8], "c": [512.5, 515.5], "k": [-0.2, 0.24, -0.002], "p": [-0.0009, -0.0016]}
    return Lens(*(torch.tensor([row[name]] * BODIES, dtype=torch.float64) for name in ("f", "c", "k", "p")))


def draw(generator, *shape):
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("pelvis", [0, None])
def test_joint(generator, pelvis):
    labels, valid = draw(generator, BODIES, 17, 3), torch.ones(BODIES, 17, dtype=torch.bool)
    labels[0, 4], valid[0, 4] = torch.nan, False
    joints = draw(generator, BODIES, 17, 3).requires_grad_()
    assert gradcheck(lambda joints: joint_error(joints, labels, valid, pelvis=pelvis), joints)


@pytest.mark.parametrize("pelvis", [0, None])
def test_joint_is_the_plain_one(generator, pelvis):
    labels, valid = draw(generator, 3, 17, 3), torch.ones(3, 17, dtype=torch.bool)
    labels[0, 4], valid[0, 4] = torch.nan, False
    labels[1, 0], valid[1, 0] = torch.nan, False
    valid[2] = False
    joints, weights = draw(generator, 3, 17, 3), draw(generator, 3)
    results = []
    for function in (joint_error, compare_plainly):
        leaf = joints.clone().requires_grad_()
        error = function(leaf, labels, valid, pelvis=pelvis)
        results.append((error, torch.autograd.grad(error, leaf, weights)[0]))
    for ours, plain in zip(*results, strict=True):
        torch.testing.assert_close(ours, plain, rtol=1e-12, atol=1e-12)


def test_reprojection(generator, lens):
    joints = draw(generator, BODIES, 17, 3) * 0.4 + torch.tensor([0.0, 0.0, 4.5])
    keypoints = project(joints, lens) + 5 * draw(generator, BODIES, 17, 2)
    crop = torch.from_numpy(crop_around(keypoints.numpy()))
    valid = torch.ones(BODIES, 17, dtype=torch.bool)
    keypoints[1, 2], valid[1, 2] = torch.nan, False
    assert gradcheck(
        lambda joints: reprojection_error(joints, keypoints, valid, lens=lens, crop=crop),
        joints.requires_grad_(),
    )


def test_adversarial(generator):
    discriminators = Discriminators(seed=1).double()
    sixd = draw(generator, BODIES, 24, 6).requires_grad_()
    betas = draw(generator, BODIES, 10).requires_grad_()
    assert gradcheck(
        lambda sixd, betas: adversarial_error(sixd, betas, discriminators), (sixd, betas), fast_mode=True
    )


def test_initial_pose(generator):
    initial = sixd_to_matrix(draw(generator, BODIES, 24, 6))
    sixd = draw(generator, BODIES, 24, 6).requires_grad_()
    assert gradcheck(lambda sixd: initial_pose_error(sixd_to_matrix(sixd), initial), sixd)


def test_shape_prior(generator):
    assert gradcheck(shape_error, draw(generator, BODIES, 10).requires_grad_())


def test_smoothness(generator):
    joints = draw(generator, 5, 17, 3).requires_grad_()
    triples = torch.tensor([[0, 1, 2], [1, 2, 3]])
    known = torch.tensor([True, True, True, False, True])
    assert gradcheck(lambda joints: jerkiness(joints, triples, known), joints)
    errors = jerkiness(joints, triples, known)
    assert errors[1] > 0
    assert not errors[[0, 2, 3, 4]].any()


def test_even_motion_is_smooth(generator):
    start, velocity = draw(generator, 17, 3), draw(generator, 17, 3)
    joints = start + torch.arange(3)[:, None, None] * velocity
    assert jerkiness(joints, torch.tensor([[0, 1, 2]]), torch.ones(3, dtype=torch.bool)).max() < 1e-25


def test_angle_limits(generator):
    sixd = draw(generator, BODIES, 24, 6).requires_grad_()
    assert gradcheck(lambda sixd: angle_error(sixd_to_matrix(sixd)), sixd)


@pytest.mark.parametrize(
    ("joint", "natural"), [(4, (1.2, 0, 0)), (5, (1.2, 0, 0)), (18, (0, -1.2, 0)), (19, (0, 1.2, 0))]
)
def test_knees_and_elbows_bend_one_way(joint, natural):
    bends = torch.zeros(3, 24, 3, dtype=torch.float64)
    bends[1, joint] = torch.tensor(natural)
    bends[2, joint] = -torch.tensor(natural)
    straight, right, wrong = angle_error(axis_angle_to_matrix(bends))
    assert right < straight < wrong


def test_a_label_that_is_not_valid_pulls_at_nothing(generator):
    joints = draw(generator, 1, 17, 3).requires_grad_()
    labels, valid = joints.detach() + 0.1, torch.ones(1, 17, dtype=torch.bool)
    labels[0, 3], valid[0, 3] = 1e3, False
    error = joint_error(joints, labels, valid, pelvis=None)
    error.sum().backward()
    assert not joints.grad[0, 3].any()
    assert joints.grad[0, 4].any()
    assert error.item() == pytest.approx(0.03)


def test_a_joint_behind_the_camera_pulls_at_nothing(lens):
    joints = torch.tensor([0.1, 0.2, 4.0], dtype=torch.float64).repeat(BODIES, 17, 1)
    joints[0, 5, 2] = -1.0
    joints.requires_grad_()
    crop = torch.tensor([[0.0, 0.0, CROP_SIDE / 1000]] * BODIES, dtype=torch.float64)
    keypoints, valid = torch.zeros(BODIES, 17, 2), torch.ones(BODIES, 17, dtype=torch.bool)
    errors = reprojection_error(joints, keypoints, valid, lens=lens, crop=crop)
    errors.sum().backward()
    assert torch.isfinite(errors).all()
    assert not joints.grad[0, 5].any()


def test_a_body_without_its_pelvis_label_has_no_pelvis_aligned_error(generator):
    joints, labels = draw(generator, BODIES, 17, 3), draw(generator, BODIES, 17, 3)
    valid = torch.ones(BODIES, 17, dtype=torch.bool)
    valid[0, 0] = False
    errors = joint_error(joints, labels, valid, pelvis=0)
    assert errors[0] == 0
    assert errors[1] > 0
