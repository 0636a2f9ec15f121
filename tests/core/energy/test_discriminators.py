import pytest
import torch

from core.energy.adversarial import adversarial_error, doubt_plainly
from core.energy.balancing import find_scales, perturb_bodies
from core.energy.discriminators import Discriminators, DiscriminatorTraining
from core.energy.terms import TERMS


def test_the_same_seed_gives_the_same_weights_and_leaves_the_global_one_alone():
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    first, second, other = Discriminators(seed=1), Discriminators(seed=1), Discriminators(seed=2)
    assert torch.equal(torch.rand(1), expected)
    assert torch.equal(first.pose.whole[0].weight, second.pose.whole[0].weight)
    assert not torch.equal(first.pose.whole[0].weight, other.pose.whole[0].weight)


def test_both_are_as_large_as_in_the_released_code():
    discriminators = Discriminators()
    sizes = {
        part: [tuple(values.shape) for name, values in layers.named_parameters() if name.endswith("weight")]
        for part, layers in (
            ("joint", discriminators.pose.embed),
            ("pose", discriminators.pose.whole),
            ("shape", discriminators.shape),
        )
    }
    assert sizes == {
        "joint": [(32, 6), (32, 32)],
        "pose": [(1024, 768), (1024, 1024), (1, 1024)],
        "shape": [(10, 10), (5, 10), (1, 5)],
    }
    assert discriminators.pose.joint_weights.shape == (24, 32)


def test_the_discriminators_learn_a_thousandth_a_step():
    discriminators = Discriminators()
    before = discriminators.shape.layers[4].bias.clone()
    draw = torch.Generator().manual_seed(0)
    poses, betas = (torch.randn(4, *size, generator=draw) for size in ((24, 6), (10,)))
    DiscriminatorTraining(discriminators).update(poses, betas, -poses, -betas)
    assert float((discriminators.shape.layers[4].bias - before).abs()) == pytest.approx(1e-3, rel=0.01)


def test_training_learns_to_tell_the_estimators_bodies_from_others():
    discriminators = Discriminators()
    training = DiscriminatorTraining(discriminators)
    generator = torch.Generator().manual_seed(0)
    real, fake = (torch.randn(8, 24, 6, generator=generator) + shift for shift in (0.5, -0.5))
    betas, bent = (torch.randn(8, 10, generator=generator) + shift for shift in (1.0, -1.0))
    losses = [training.update(real, betas, fake, bent) for _ in range(25)]
    assert 0.8 < losses[0] < 1.2
    assert losses[-1] < 0.9 * losses[0]
    assert discriminators.pose(real).mean() > discriminators.pose(fake).mean()
    assert not any(parameter.requires_grad for parameter in discriminators.parameters())


def test_the_doubt_and_its_derivative_are_the_plain_ones():
    discriminators = Discriminators(seed=4).double()
    generator = torch.Generator().manual_seed(1)
    inputs = [torch.randn(3, *shape, generator=generator).double() for shape in ((24, 6), (10,))]
    results = []
    for function in (adversarial_error, doubt_plainly):
        leaves = [tensor.clone().requires_grad_() for tensor in inputs]
        doubt = function(*leaves, discriminators)
        results.append([doubt, *torch.autograd.grad(doubt, leaves, torch.tensor([1.0, 0.5, -2.0]).double())])
    for ours, plain in zip(*results, strict=True):
        assert (ours - plain).abs().max() < 1e-12 * plain.abs().max()


def test_scales_bring_terms_to_one_but_never_explode():
    scales = find_scales({"joint": torch.tensor([0.01, 0.03]), "silhouette": torch.zeros(2)})
    assert scales["joint"] * 0.02 == pytest.approx(1)
    assert scales["silhouette"] == 1 / TERMS["silhouette"].floor
    assert scales["initial_pose"] == 1


def test_perturbed_bodies_are_the_same_each_time_and_stay_rotations():
    rotations, betas = torch.eye(3).expand(4, 24, 3, 3), torch.zeros(4, 10)
    first, second = (perturb_bodies(rotations, betas, seed=2) for _ in range(2))
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])
    assert torch.allclose(first[0] @ first[0].transpose(-1, -2), rotations, atol=1e-6)
    assert (first[0] - rotations).abs().amax(dim=(1, 2, 3)).min() > 0.01
