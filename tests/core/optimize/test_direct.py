"""Steps without a graph of derivatives against the same steps with it, in double precision."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.energy.discriminators import Discriminators
from core.optimize.adam import EPSILON, take_adam_step
from core.optimize.direct import DirectOptimizer
from core.optimize.loop import Optimizer
from core.optimize.posed_bodies import PosedBodies
from core.optimize.presets import get_preset
from core.optimize.problem import load_problem
from core.project.project import Project

STEPS = 12


def widen(record):
    """A problem, or one of the records in it, in double precision."""
    if isinstance(record, torch.Tensor):
        return record.double() if record.is_floating_point() else record
    return record


@pytest.fixture(scope="module")
def problem(project_small):
    """Two instants in four views each, in double precision."""
    with Project.open(project_small) as project:
        keys = project.keys
        rows = np.flatnonzero(np.isin(keys.instants, np.unique(keys.instants)[:2]))
        single = load_problem(project, rows, regressor="J_std")
    assert len(single) == 8
    bodies = PosedBodies(*(widen(part) for part in vars(single.start).values()))
    lens = type(single.lens)(*(widen(getattr(single.lens, name)) for name in ("f", "c", "k", "p")))
    views = replace(single.views, R=single.views.R.double(), t=single.views.t.double())
    names = ("labels", "keypoints", "masks", "crop", "mask_offsets")
    tensors = {name: widen(getattr(single, name)) for name in names}
    return replace(single, lens=lens, views=views, initial=bodies, start=bodies, **tensors)


def open_both(problem, settings, **options):
    discriminators = Discriminators().double()
    plain = Optimizer(problem, settings, discriminators=discriminators, **options)
    direct = DirectOptimizer(problem, settings, scales=plain.scales, discriminators=discriminators, **options)
    return direct, plain


def check_gradients(direct, plain):
    for name in ("_sixd", "_transl", "_betas"):
        ours, theirs = getattr(direct, name).grad, getattr(plain, name).grad
        if theirs is not None:
            assert (ours - theirs).abs().max() < 1e-6 * theirs.abs().max()


def check_bodies(direct, plain):
    ours, theirs = direct.take_snapshot(), plain.take_snapshot()
    distances = np.linalg.norm(ours.vertices.astype(float) - theirs.vertices, axis=-1)
    assert distances.max() < 1e-4  # a tenth of a millimetre
    assert ours.total == pytest.approx(theirs.total, rel=1e-4)
    assert ours.energies.keys() == theirs.energies.keys()
    assert ours.notes == theirs.notes


SETTINGS = {
    "paper": get_preset("paper"),
    "rates of their own": replace(
        get_preset("paper"), transl_step_size=5e-3, betas_step_size=2e-2, momentum=0.8, second_momentum=0.99
    ),
    "jointlens, one shape a subject": get_preset("jointlens"),
    "jointlens, views share a body": get_preset("jointlens", views=4),
    "priors alone": get_preset("jointlens").with_only(["initial_pose", "shape_prior"]),
    "joints alone": get_preset("paper").with_only(["joint"]),
    "a term that only the graph knows": get_preset("paper").with_term("reprojection", on=True),
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
def test_gradients_and_bodies_are_those_of_the_graph(problem, settings):
    direct, plain = open_both(problem, settings)
    for step in range(STEPS):
        direct.advance()
        plain.advance()
        if step == 0:
            check_gradients(direct, plain)
    check_bodies(direct, plain)


def test_a_held_shape_stays(problem):
    direct, plain = open_both(problem, get_preset("paper"), hold_shape=True)
    for _ in range(3):
        direct.advance()
        plain.advance()
    assert torch.equal(direct.read_bodies().betas, problem.start.betas)
    check_bodies(direct, plain)


def test_a_body_behind_the_camera_and_a_missing_mask_are_passed_over(problem):
    transl = problem.start.transl.clone()
    transl[1, 2] = -3
    masks_valid = problem.masks_valid.clone()
    masks_valid[4] = False
    poor = replace(problem, masks_valid=masks_valid).with_start(replace(problem.start, transl=transl))
    direct, plain = open_both(poor, get_preset("paper"))
    for _ in range(3):
        direct.advance()
        plain.advance()
    check_gradients(direct, plain)
    check_bodies(direct, plain)
    assert any("behind the camera" in note for note in direct.take_snapshot().notes)


def test_terms_can_be_switched_and_weighted_between_steps(problem):
    direct, plain = open_both(problem, get_preset("paper"))
    paper = get_preset("paper")
    for settings in (
        paper,
        paper.with_term("silhouette", on=False),
        paper.with_term("angle_limits", on=True),  # with the graph
        paper.with_term("joint", weight=3.0),
        replace(paper, joint_alignment="absolute"),
    ):
        for optimizer in (direct, plain):
            optimizer.advance(settings)
            optimizer.take_snapshot()
        check_gradients(direct, plain)
    check_bodies(direct, plain)


def test_going_back_goes_on_bit_for_bit(problem):
    direct, _ = open_both(problem, get_preset("paper"))
    start = direct.save_state()
    for _ in range(2):
        direct.advance()
    middle, expected = direct.save_state(), []
    for _ in range(2):
        direct.advance()
    expected = direct.take_snapshot()
    direct.restore_state(middle)
    for _ in range(2):
        direct.advance()
    assert np.array_equal(direct.take_snapshot().vertices, expected.vertices)
    direct.restore_state(start)
    for _ in range(4):
        direct.advance()
    assert np.array_equal(direct.take_snapshot().vertices, expected.vertices)


def test_what_was_read_does_not_change_with_later_steps(problem):
    direct, _ = open_both(problem, get_preset("paper"))
    direct.advance()
    snapshot, bodies = direct.take_snapshot(), direct.read_bodies()
    kept = snapshot.vertices.copy(), bodies.rotations.clone(), bodies.transl.clone()
    direct.advance()
    assert np.array_equal(snapshot.vertices, kept[0])
    assert torch.equal(bodies.rotations, kept[1])
    assert torch.equal(bodies.transl, kept[2])


def test_a_step_makes_no_large_arrays(problem):
    import tracemalloc

    direct, _ = open_both(problem, get_preset("jointlens", views=4))
    for _ in range(2):
        direct.advance()
    vertices = direct.take_snapshot().vertices.nbytes
    tracemalloc.start()
    try:
        direct.advance()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < vertices / 2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_adam_is_that_of_pytorch(dtype):
    random = np.random.default_rng(3)
    values = random.standard_normal(40).astype(dtype)
    theirs = torch.from_numpy(values.copy()).requires_grad_()
    adam = torch.optim.Adam([theirs], lr=0.02, betas=(0.8, 0.99), eps=EPSILON)
    first, second = np.zeros_like(values), np.zeros_like(values)
    for step in range(1, 8):
        gradient = (random.standard_normal(40) * 10.0 ** random.integers(-4, 4, 40)).astype(dtype)
        theirs.grad = torch.from_numpy(gradient)
        adam.step()
        take_adam_step(values, gradient, first, second, float(step), 0.02, 0.8, 0.99)
    np.testing.assert_allclose(values, theirs.detach().numpy(), rtol=1e-5, atol=1e-6)


def test_quick_preset_meets_the_papers_energy(project_small):
    with Project.open(project_small) as project:
        problem = load_problem(project, np.arange(0, 160, 20), regressor="J_std")
    paper, quick = get_preset("paper"), get_preset("paper-quick")
    slowly = DirectOptimizer(problem, paper)
    quickly = DirectOptimizer(problem, quick, scales=slowly.scales)
    for optimizer, settings in ((slowly, paper), (quickly, quick)):
        for _ in range(settings.iterations):
            optimizer.advance()
    assert quickly.take_snapshot().total < slowly.take_snapshot().total
