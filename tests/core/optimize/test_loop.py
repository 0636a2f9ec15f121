from dataclasses import replace

import numpy as np
import pytest
import torch

from core.body.layer import BodyLayer
from core.energy.terms import TERMS
from core.errors import ProjectError, SettingsError
from core.optimize.loop import Optimizer
from core.optimize.measuring import measure_terms
from core.optimize.posed_bodies import PosedBodies
from core.optimize.presets import get_preset
from core.optimize.problem import OptimizableBody, load_problem
from core.project.flags import Flag, add_flag
from core.project.project import Project
from core.rotations import matrix_to_sixd, sixd_to_matrix

ROWS = np.array([3, 40, 77, 100])
ALL_TERMS = tuple(TERMS)


@pytest.fixture(scope="module")
def project(project_small):
    with Project.open(project_small, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def problem(project):
    return load_problem(project, ROWS, regressor="J_std")


def follow(problem, settings, steps):
    optimizer = Optimizer(problem, settings)
    return [optimizer.take_snapshot(), *(optimizer.step() for _ in range(steps))]


def test_joints_and_silhouette_come_to_agree_within_twenty_steps(problem):
    snapshots = follow(problem, get_preset("paper"), 20)
    assert [snapshot.iteration for snapshot in snapshots] == list(range(21))
    for term in ("joint", "silhouette"):
        assert snapshots[-1].energies[term] < 0.6 * snapshots[0].energies[term]
    assert snapshots[-1].vertices.shape == (4, 6890, 3)
    assert not snapshots[-1].vertices.flags.writeable


def test_the_same_start_gives_the_same_numbers(problem):
    first, second = (follow(problem, get_preset("paper"), 4)[-1] for _ in range(2))
    assert np.array_equal(first.vertices, second.vertices)
    assert first.energies == second.energies


def test_a_body_does_not_depend_on_its_batch(project, problem):
    together = follow(problem, get_preset("paper"), 6)[-1]
    scales = Optimizer(problem, get_preset("paper")).scales
    alone = Optimizer(load_problem(project, ROWS[1:2], regressor="J_std"), get_preset("paper"), scales=scales)
    for _ in range(6):
        alone.advance()
    assert np.abs(alone.take_snapshot().vertices[0] - together.vertices[1]).max() < 1e-4


def test_a_term_switched_off_leaves_the_next_step_and_never_rebalances(problem):
    paper = get_preset("paper")
    optimizer = Optimizer(problem, paper)
    scales = dict(optimizer.scales)
    assert set(optimizer.step(paper).energies) == {"joint", "silhouette", "adversarial"}
    assert set(optimizer.step(paper.with_term("silhouette", on=False)).energies) == {"joint", "adversarial"}
    assert "silhouette" in optimizer.step(paper).energies
    assert optimizer.scales == scales


def test_a_weight_of_zero_is_the_same_as_off(problem):
    paper = get_preset("paper")
    off, weightless = (
        follow(problem, settings, 3)[-1].vertices
        for settings in (paper.with_term("joint", on=False), paper.with_term("joint", weight=0))
    )
    assert np.array_equal(off, weightless)


def test_reset_goes_back_to_the_start(problem):
    optimizer = Optimizer(problem, get_preset("paper"))
    start = optimizer.take_snapshot()
    for _ in range(3):
        optimizer.advance()
    optimizer.reset()
    assert optimizer.iteration == 0
    assert np.array_equal(optimizer.take_snapshot().vertices, start.vertices)


def test_bodies_of_one_subject_share_their_shape_when_told_to(problem):
    settings = replace(get_preset("paper"), one_shape=True)
    betas = follow(problem, settings, 3)[-1].parameters.betas
    subjects = problem.subjects.numpy()
    for first in range(len(ROWS)):
        for second in range(first):
            assert np.array_equal(betas[first], betas[second]) == (subjects[first] == subjects[second])


def test_a_body_behind_the_camera_is_passed_over_and_told_of(problem):
    transl = problem.start.transl.clone()
    transl[2, 2] = -1.0
    moved = problem.with_start(replace(problem.start, transl=transl))
    snapshot = follow(moved, get_preset("paper"), 3)[-1]
    assert np.isfinite(snapshot.vertices).all()
    assert snapshot.notes == ("silhouette: 1 of 4 bodies reach behind the camera and are passed over",)


def test_a_flagged_label_does_not_pull(project_copy):
    with Project.open(project_copy) as project:
        before = load_problem(project, ROWS, regressor="J_std")
        subject = project.keys[int(ROWS[0])].subject
        add_flag(project, Flag(subject=subject, joint="RAnkle", reason="test"))
        after = load_problem(project, ROWS, regressor="J_std")
    assert before.labels_valid[0, 3]
    assert not after.labels_valid[0, 3]
    assert not after.keypoints_valid[0, 3]


def test_terms_without_evidence_are_off_and_say_why(problem):
    blind = replace(problem, unavailable={"silhouette": "no mask of the person"})
    assert "silhouette" not in follow(blind, get_preset("paper"), 1)[-1].energies
    with pytest.raises(SettingsError, match="no mask of the person"):
        Optimizer(blind, get_preset("paper").with_only(["silhouette"])).advance()


def test_a_source_without_bodies_is_refused(project):
    with pytest.raises(ProjectError, match="no estimator or run"):
        load_problem(project, ROWS, source="nobody", regressor="J_std")


def test_every_terms_gradient_through_the_body_agrees_with_finite_differences(project):
    problem = _in_double(load_problem(project, ROWS[:3], regressor="J_std"))
    problem = replace(problem, triples=torch.tensor([[0, 1, 2]]), unavailable={})
    generator = torch.Generator().manual_seed(0)
    start = problem.start
    sixd = matrix_to_sixd(start.rotations) + 0.02 * torch.randn(3, 24, 6, generator=generator).double()
    variables = [sixd, start.betas.clone(), start.transl.clone()]
    optimizer = Optimizer(problem, get_preset("paper"), scales=dict.fromkeys(ALL_TERMS, 1.0))
    discriminators = optimizer.discriminators.double()

    def measure(sixd, betas, transl):
        rotations = sixd_to_matrix(sixd)
        vertices = problem.body.layer(rotations, betas, transl).vertices
        return measure_terms(
            problem, ALL_TERMS, sixd=sixd, rotations=rotations, betas=betas, vertices=vertices,
            joint_alignment="pelvis", discriminators=discriminators,
        )  # fmt: skip

    directions = [torch.randn(v.shape, generator=generator).double() for v in variables]
    for term in ALL_TERMS:
        leaves = [variable.clone().requires_grad_() for variable in variables]
        value = measure(*leaves)[term].sum()
        gradients = torch.autograd.grad(value, leaves, allow_unused=True)
        slope = sum(
            (gradient * direction).sum()
            for gradient, direction in zip(gradients, directions, strict=True)
            if gradient is not None
        )
        step = 1e-6
        ahead, behind = (
            measure(*(v + sign * step * d for v, d in zip(variables, directions, strict=True)))[term].sum()
            for sign in (1, -1)
        )
        assert float(slope) == pytest.approx(float((ahead - behind) / (2 * step)), rel=1e-4, abs=1e-9), term


def _in_double(problem):
    def widen(value):
        if isinstance(value, torch.Tensor) and value.dtype == torch.float32:
            return value.double()
        if isinstance(value, PosedBodies):
            return PosedBodies(*(widen(getattr(value, name)) for name in ("rotations", "betas", "transl")))
        return value

    lens = type(problem.lens)(*(widen(getattr(problem.lens, name)) for name in ("f", "c", "k", "p")))
    names = ("initial", "start", "labels", "keypoints", "masks", "crop")
    body = OptimizableBody(BodyLayer(problem.body.layer.model), problem.body.mesh)
    return replace(problem, lens=lens, body=body, **{name: widen(getattr(problem, name)) for name in names})


def test_released_code_first_moves_the_bodies_to_their_keypoints(project):
    problem = load_problem(project, ROWS, regressor="J_std")
    shifted = problem.with_start(replace(problem.start, transl=problem.start.transl + 0.1))
    settings = replace(get_preset("released-code"), placing_steps=200)
    moved = Optimizer(shifted, settings).read_bodies()
    assert torch.equal(moved.betas, problem.start.betas)
    assert (moved.transl - problem.start.transl)[:, :2].abs().max() < 0.02
    assert Optimizer(shifted, settings).step().energies.keys() == {
        "joint",
        "silhouette",
        "adversarial",
        "reprojection",
    }


def test_labels_that_are_relative_to_the_pelvis_are_compared_so(problem):
    """Settings that ask for absolute joints give what those for pelvis-aligned ones give."""
    relative = replace(problem, labels=problem.labels - problem.labels[:, :1], absolute_labels=False)
    settings = get_preset("jointlens").with_only(["joint"])
    found = [
        Optimizer(relative, replace(settings, joint_alignment=alignment)).step().bare["joint"]
        for alignment in ("absolute", "pelvis")
    ]
    assert found[0] == found[1]
    assert Optimizer(replace(relative, absolute_labels=True), settings).step().bare["joint"] > 10 * found[0]
