"""Hard modes: each changes what it says, and leaves all else as it was."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app.cli.main import main
from core.body.files import load_body
from core.data.images import read_mask
from core.errors import SettingsError
from core.resources import resource_path
from core.silhouette.contour import close_mesh
from core.studio.costume import make_surface
from core.studio.hard_modes import HARD_MODES, check_hard_modes
from core.studio.labels import regress_joints
from core.studio.make import make_studio
from core.studio.paths import mask_path
from core.studio.people import displace_bodies, draw_body_displacements, pose_bodies
from core.studio.scene import draw_scene
from core.studio.score import score
from core.studio.silhouettes import draw_silhouette
from core.studio.sizes import get_size
from core.studio.subjects import SUBJECTS
from core.studio.truth import read_truth
from core.studio.views import list_views


@pytest.fixture(scope="module")
def hard_studio(tmp_path_factory):
    """Every hard mode at once; seed and size as the shared small studio's."""
    directory = tmp_path_factory.mktemp("hard")
    words = ["demo", str(directory), "--seed", "3", "--size", "small", "--hard", "clothing, body,weak-jstd"]
    assert main(words) == 0
    return directory


def test_studio_json_tells_the_modes(hard_studio):
    record = json.loads((hard_studio / "dataset" / "studio.json").read_text())
    assert record["hard"] == ["clothing", "body", "weak-jstd"] == list(HARD_MODES)


def test_an_unknown_mode_makes_nothing(tmp_path):
    with pytest.raises(SettingsError, match="hard mode 'fog' is unknown; expected one or more of clothing"):
        make_studio(tmp_path / "studio", size="small", hard=["fog", "body"])
    assert not (tmp_path / "studio").exists()
    assert check_hard_modes(["weak-jstd", "clothing", "clothing"]) == ("clothing", "weak-jstd")


def test_true_bodies_lie_outside_what_betas_can_express(hard_studio):
    truth = read_truth(hard_studio / "truth")
    body = load_body(hard_studio / "dataset" / "body" / "SMPL_NEUTRAL.npz")
    span = body.shapedirs.reshape(-1, 10).astype(float)
    assert set(truth.displacements) == set(SUBJECTS)
    for field in truth.displacements.values():
        assert 1000 * np.linalg.norm(field, axis=1).mean() == pytest.approx(8, abs=0.01)
        assert np.abs(np.linalg.lstsq(span, field.reshape(-1))[0]).max() < 1e-6
        sides = field[body.faces[:, 0]] - field[body.faces[:, 1]]
        assert 1000 * np.linalg.norm(sides, axis=1).mean() < 3  # smooth: neighbours move alike
    assert np.abs(truth.displacements["S1"] - truth.displacements["S5"]).mean() > 0.003


def test_labels_are_the_true_regressor_s_joints_of_the_true_bodies(hard_studio):
    truth = read_truth(hard_studio / "truth")
    scene = draw_scene(3, get_size("small"), tuple(HARD_MODES))
    np.testing.assert_allclose(regress_joints(scene, truth.regressor), truth.joints, atol=1e-6)
    bodies = displace_bodies(scene.body, truth.displacements)
    vertices = pose_bodies(bodies, scene.subjects, truth.parameters)
    np.testing.assert_allclose(truth.regressor @ vertices, truth.joints, atol=1e-5)
    np.testing.assert_allclose(scene.pose(np.arange(len(scene)))[..., 2].min(axis=1), 0, atol=1e-4)


def test_the_other_modes_leave_the_body_alone(studio_small):
    assert read_truth(studio_small / "truth").displacements == {}
    with np.load(studio_small / "truth" / "truth.npz") as file:
        assert "displacements" not in file
    plain, clothed = (draw_scene(3, get_size("small"), hard) for hard in ((), ("clothing", "weak-jstd")))
    np.testing.assert_array_equal(plain.parameters.pose, clothed.parameters.pose)
    assert clothed.bodies["S1"] is clothed.body


def test_scores_compare_with_the_true_bodies_and_the_weak_standard_is_nearer_the_truth(hard_studio):
    scores = score(hard_studio)
    assert 9 < scores["regressors"]["J_std"]["to_truth_mm"] < 15
    assert 40 < scores["bodies"]["initial"]["pve_mm"] < 130
    truth = read_truth(hard_studio / "truth")
    # The best that betas can do still is off by the displacement.
    body = load_body(hard_studio / "dataset" / "body" / "SMPL_NEUTRAL.npz")
    subjects = [key.subject for key in truth.instants]
    best, true = (
        pose_bodies(displace_bodies(body, fields), subjects, truth.parameters)
        for fields in ({}, truth.displacements)
    )
    assert 5 < 1000 * np.linalg.norm(best - true, axis=-1).mean() < 12


def test_masks_of_clothed_people_are_too_large(hard_studio):
    scene = draw_scene(3, get_size("small"), tuple(HARD_MODES))
    views, mesh, ratios = list_views(scene), close_mesh(scene.body.faces), []
    vertices = scene.pose(np.arange(len(scene)))
    for row in range(0, len(views), 9):
        key, camera = views.keys[row], views.cameras[row]
        silhouette = draw_silhouette(vertices[views.instants[row]], camera, mesh)
        mask = read_mask(mask_path(hard_studio / "dataset", key), camera.width, camera.height)
        ratios.append(mask.sum() / silhouette.inside.sum())
    assert 1.05 < np.mean(ratios) < 1.35


def test_clothes_stand_off_in_pictures():
    body = load_body(resource_path("demo_body.npz"))
    surface = make_surface(body)
    bare = surface.spread @ body.v_template
    for looseness in (0.0, 0.015):
        points, normals = surface.place(body.v_template, looseness)
        np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-6)
        height = ((points - bare) * normals).sum(axis=1)
        assert np.median(height[surface.cloth == 1]) == pytest.approx(looseness + 0.002, abs=0.002)
        assert np.abs(height[surface.cloth == 0]).max() < 1e-6


def test_displacements_differ_between_seeds():
    body = draw_scene(0, get_size("small")).body
    one, other = (draw_body_displacements(seed, body)["S1"] for seed in (0, 1))
    assert np.abs(one - other).mean() > 0.003
