from dataclasses import replace

import numpy as np
import pytest
import torch

from app.cli.main import main
from core.body.frames import bodies_to_world
from core.body.skinning import pose_vertices
from core.cameras import to_camera
from core.errors import SettingsError
from core.optimize.batch import run_batch
from core.optimize.loop import Optimizer
from core.optimize.presets import get_preset
from core.optimize.problem import load_problem
from core.optimize.selection import select_views
from core.optimize.views import merge_views, split_views
from core.project.project import Project

SHARED = replace(get_preset("jointlens", views=4), iterations=3, rounds=1, round_iterations=2)


@pytest.fixture(scope="module")
def project(project_small):
    with Project.open(project_small, read_only=True) as opened:
        yield opened


@pytest.fixture
def writable(project_copy):
    with Project.open(project_copy) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(project):
    """All four views of the first two instants of each of two subjects."""
    instants = sorted({key.instant for key in project.keys})
    chosen = [
        [key for key in instants if key.subject == subject][number]
        for subject in ("S1", "S5")
        for number in (0, 1)
    ]
    return np.sort(np.concatenate([project.keys.rows_at(key) for key in chosen]))


@pytest.fixture(scope="module")
def problem(project, rows):
    """One instant of each of the two subjects."""
    instants = project.keys.instants[rows]
    chosen = rows[np.isin(instants, np.unique(instants)[[0, 2]])]
    return load_problem(project, chosen, regressor="J_std")


def find_world_bodies(project, source, rows):
    bodies = project.read_bodies(source, rows)
    cameras = [project.camera(row) for row in rows]
    R, t = np.stack([camera.R for camera in cameras]), np.stack([camera.t for camera in cameras])
    return pose_vertices(
        project.body(), bodies_to_world(bodies, project.body().rest_pelvis(bodies.betas), R, t)
    )


def test_the_views_of_an_instant_are_one_body_in_the_world(writable, rows):
    record = run_batch(writable, "shared", SHARED, rows=rows, regressor="J_std")
    assert record.state == "done"
    assert record.shares_bodies
    vertices = find_world_bodies(writable, "shared", rows)
    instants = writable.keys.instants[rows]
    for instant in np.unique(instants):
        assert np.ptp(vertices[instants == instant], axis=0).max() < 1e-4
    assert np.ptp(vertices, axis=0).max() > 0.01


def test_a_shared_run_is_exported_a_body_an_instant(project_copy, rows, tmp_path):
    with Project.open(project_copy) as project:
        run_batch(project, "shared", replace(SHARED, rounds=0), rows=rows, regressor="J_std")
    words = ["export", str(project_copy), "bodies", "--source", "shared", "--to", str(tmp_path / "b.npz")]
    assert main(words) == 0
    with np.load(tmp_path / "b.npz") as exported:
        assert len(exported["frame"]) == len(rows) // 4
        assert set(exported["camera"]) == {""}
        assert exported["frame"][0].count("/") == 2
        assert exported["coordinate_frame"] == "world"


def test_every_preset_can_share_bodies(writable, rows):
    settings = replace(get_preset("paper", views=4), iterations=2)
    run_batch(writable, "paper-shared", settings, rows=rows, regressor="J_std")
    vertices = find_world_bodies(writable, "paper-shared", rows)
    instants = writable.keys.instants[rows]
    assert np.ptp(vertices[instants == instants[0]], axis=0).max() < 1e-4


def test_sharing_brings_joints_and_silhouettes_to_agree(problem):
    optimizer = Optimizer(problem, replace(get_preset("jointlens", views=4), iterations=20))
    before = optimizer.take_snapshot()
    for _ in range(20):
        optimizer.advance()
    after = optimizer.take_snapshot()
    assert after.vertices.shape == (8, 6890, 3)
    for term in ("joint", "silhouette"):
        assert after.energies[term] < 0.6 * before.energies[term]


def test_one_bad_view_does_not_spoil_the_merged_body(problem):
    views, model = problem.views, problem.body.layer.model
    one = merge_views(problem.start, views, problem.placed, model)
    same = split_views(one, views, model)
    again = merge_views(same, views, problem.placed, model)
    assert torch.allclose(again.rotations, one.rotations, atol=1e-4)
    assert torch.allclose(again.transl, one.transl, atol=1e-4)
    turned = same.rotations.clone()
    turned[0, 5] = turned[0, 5] @ torch.tensor([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    spoilt = merge_views(replace(same, rotations=turned), views, problem.placed, model)
    assert (spoilt.rotations - one.rotations).abs().max() < 0.05


def test_a_merged_body_seen_by_a_camera_is_the_body_in_the_world_moved(project, problem):
    views, layer = problem.views, problem.body.layer
    one = merge_views(problem.start, views, problem.placed, layer.model)
    seen = split_views(one, views, layer.model)
    by_view = layer(seen.rotations, seen.betas, seen.transl).vertices
    by_world = views.look_at(layer(one.rotations, one.betas, one.transl).vertices)
    assert (by_view - by_world).abs().max() < 1e-4
    camera = project.camera(int(problem.rows[0]))
    world = layer(one.rotations, one.betas, one.transl).vertices[views.instants[0]]
    assert np.abs(to_camera(world.numpy(), camera.R, camera.t) - by_view[0].numpy()).max() < 1e-4


def test_an_instant_that_one_view_has_placed_is_placed(problem):
    views, model = problem.views, problem.body.layer.model
    nobody = torch.zeros(8, dtype=torch.bool)
    assert not merge_views(problem.start, views, nobody, model).transl.any()
    one = torch.arange(8) == 0
    assert torch.equal(views.any_by_instant(one), views.instants == views.instants[0])
    alone = replace(problem, placed=one)
    placed = Optimizer(alone, get_preset("jointlens", views=4)).read_bodies().transl.isfinite().all(1)
    assert torch.equal(placed, views.instants == views.instants[0])


def test_the_gradient_to_a_shared_body_agrees_with_finite_differences(problem):
    views = replace(problem.views, R=problem.views.R.double(), t=problem.views.t.double())
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(2, 5, 3, generator=generator, dtype=torch.float64).requires_grad_()
    rotations = torch.randn(2, 24, 3, 3, generator=generator, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(views.look_at, points)
    assert torch.autograd.gradcheck(views.turn, rotations, fast_mode=True)


def test_without_extrinsics_sharing_is_refused_and_the_remedy_named(writable, problem, rows, monkeypatch):
    monkeypatch.setattr(Project, "has_extrinsics", property(lambda self: False))
    with pytest.raises(SettingsError, match="--views 1"):
        run_batch(writable, "shared", SHARED, rows=rows, regressor="J_std")
    assert "shared" not in [run.name for run in writable.runs()]
    blind = replace(problem, views=replace(problem.views, t=torch.full((8, 3), torch.nan)))
    with pytest.raises(SettingsError, match="R and t"):
        Optimizer(blind, SHARED)


def test_no_more_views_than_asked_for(project, rows):
    chosen = select_views(project, rows, views=2)
    assert len(chosen) == len(rows) // 2
    assert (np.bincount(np.unique(project.keys.instants[chosen], return_inverse=True)[1]) == 2).all()
