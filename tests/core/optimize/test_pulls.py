from dataclasses import replace

import numpy as np
import pytest
import torch

from core.optimize.loop import Optimizer
from core.optimize.presets import get_preset
from core.optimize.problem import load_problem
from core.optimize.pulls import find_pulls
from core.project.project import Project


@pytest.fixture(scope="module")
def problem(project_small):
    with Project.open(project_small, read_only=True) as project:
        key = project.keys[3]
        views = [row for row in range(len(project.keys)) if project.keys[row].instant == key.instant]
        return load_problem(project, np.array(views), regressor="J_std")


def find(optimizer, settings):
    return find_pulls(
        optimizer.problem,
        settings,
        optimizer.save_state(),
        scales=optimizer.scales,
        discriminators=optimizer.discriminators,
    )


@pytest.mark.parametrize("views", [1, 4])
def test_a_pull_goes_down_its_terms_slope(problem, views):
    """Along a pull, the bodies' total falls by the squared length of its slope in the variables."""
    settings = replace(get_preset("paper", views=views), balanced=False)
    for term in ("joint", "silhouette"):
        alone = settings.with_only([term])
        optimizer = Optimizer(problem, alone)
        optimizer.advance()
        pull = find(optimizer, alone)[term]
        variables = [optimizer._sixd, optimizer._transl, optimizer._betas]
        share = optimizer._share
        total = (share * optimizer._measure(alone)[term]).sum()
        slope = torch.autograd.grad(total, variables, retain_graph=True, materialize_grads=True)
        (by_vertex,) = torch.autograd.grad(total, optimizer._vertices)
        fall = -float((by_vertex * torch.from_numpy(pull.vertices)).sum())
        assert fall == pytest.approx(sum(float(part.square().sum()) for part in slope), rel=0.01)


def test_priors_pull_on_joints_too_and_terms_that_are_off_do_not(problem):
    settings = get_preset("paper")
    optimizer = Optimizer(problem, settings)
    for _ in range(2):
        optimizer.advance()
    pulls = find(optimizer, settings)
    assert list(pulls) == ["joint", "silhouette", "adversarial"]
    for pull in pulls.values():
        assert pull.joints.shape == (4, 17, 3)
        assert np.abs(pull.joints).max() > 0
    weaker = find(optimizer, settings.with_term("joint", weight=0.5))["joint"]
    np.testing.assert_allclose(weaker.joints, 0.5 * pulls["joint"].joints, rtol=0.02, atol=1e-4)


def test_a_term_that_is_met_does_not_pull(problem):
    settings = get_preset("paper").with_only(["initial_pose"])
    optimizer = Optimizer(problem, settings)
    assert np.abs(find(optimizer, settings)["initial_pose"].joints).max() < 1e-3
