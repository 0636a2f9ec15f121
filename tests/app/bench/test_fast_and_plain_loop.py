"""The fast step against a loop of plain operations, in double precision."""

from dataclasses import replace

import pytest
import torch

from app.bench.bodies import make_problem
from core.body.reference import skin_reference
from core.cameras import project as project_points
from core.cameras import to_crop
from core.energy.adversarial import doubt_plainly
from core.energy.discriminators import Discriminators
from core.energy.joint import compare_plainly
from core.optimize.direct import DirectOptimizer
from core.optimize.loop import Optimizer
from core.optimize.posed_bodies import PosedBodies
from core.optimize.presets import get_preset
from core.rotations import matrix_to_sixd, sixd_to_matrix
from core.silhouette.exact import coverage

STEPS = 12


@pytest.fixture(scope="module")
def single():
    """Two bodies with their evidence, in single precision."""
    return make_problem(2)


@pytest.fixture(scope="module")
def problem(single):
    """The same in double precision."""

    def widen(value):
        return value.double() if isinstance(value, torch.Tensor) and value.is_floating_point() else value

    lens = type(single.lens)(*(widen(getattr(single.lens, name)) for name in ("f", "c", "k", "p")))
    bodies = PosedBodies(*(widen(part) for part in vars(single.start).values()))
    tensors = {name: widen(getattr(single, name)) for name in ("labels", "keypoints", "masks", "crop")}
    return replace(single, lens=lens, initial=bodies, start=bodies, **tensors)


class PlainLoop:
    """The terms of preset ``paper`` from small differentiable operations, and PyTorch's own Adam."""

    def __init__(self, problem, scales, discriminators):
        self.problem, self.scales, self.discriminators = problem, scales, discriminators
        start = problem.start
        self.variables = [
            tensor.clone().requires_grad_()
            for tensor in (matrix_to_sixd(start.rotations), start.transl, start.betas)
        ]
        self.adam = torch.optim.Adam(self.variables, lr=1e-2, betas=(0.9, 0.999))

    def pose(self):
        sixd, transl, betas = self.variables
        model = self.problem.body.layer.model
        return skin_reference(model, sixd_to_matrix(sixd), betas, transl).vertices

    def step(self):
        problem, vertices = self.problem, self.pose()
        sixd, _, betas = self.variables
        joints = problem.regressor(vertices)
        pixels = to_crop(project_points(vertices, problem.lens), problem.crop)
        height, width = problem.masks.shape[1:]
        errors = {
            "joint": compare_plainly(joints, problem.labels, problem.labels_valid, pelvis=problem.pelvis),
            "silhouette": (coverage(pixels, problem.body.mesh, height, width) - problem.masks)
            .square()
            .mean((1, 2)),
            "adversarial": doubt_plainly(sixd, betas, self.discriminators),
        }
        self.adam.zero_grad()
        sum(self.scales[term] * error.sum() for term, error in errors.items()).backward()
        self.adam.step()


@pytest.mark.parametrize("kind", [DirectOptimizer, Optimizer])
def test_gradients_and_bodies_are_those_of_the_plain_loop(problem, kind):
    fast = kind(problem, get_preset("paper"), discriminators=Discriminators().double())
    plain = PlainLoop(problem, fast.scales, fast.discriminators)
    for step in range(STEPS):
        fast.advance()
        plain.step()
        if step == 0:
            for ours, theirs in zip((fast._sixd, fast._transl, fast._betas), plain.variables, strict=True):
                assert (ours.grad - theirs.grad).abs().max() < 1e-6 * theirs.grad.abs().max()
    moved = (plain.pose() - skin_start(problem)).norm(dim=-1).max()
    assert moved > 0.02
    difference = (fast._vertices - plain.pose()).norm(dim=-1).max()
    assert difference < 1e-4  # a tenth of a millimetre


def test_single_precision_ends_at_the_same_bodies(single, problem):
    fast = DirectOptimizer(single, get_preset("paper"))
    double = DirectOptimizer(
        problem, get_preset("paper"), scales=fast.scales, discriminators=Discriminators().double()
    )
    for _ in range(STEPS):
        fast.advance()
        double.advance()
    difference = (fast._vertices.double() - double._vertices).norm(dim=-1)
    assert difference.mean() < 1e-4


def skin_start(problem):
    start = problem.start
    return skin_reference(problem.body.layer.model, start.rotations, start.betas, start.transl).vertices
