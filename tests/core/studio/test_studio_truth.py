"""What a studio draws: people, regressors, labels, defects and estimates."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.body.skinning import pose_vertices
from core.cameras import project, to_camera
from core.evaluate.metrics import mpjpe, pa_mpjpe
from core.studio.estimates import draw_lasting_noise, make_estimates
from core.studio.estimators import ESTIMATORS, MEVA, SPIN
from core.studio.footing import find_sole
from core.studio.labels import measure_labels, regress_joints
from core.studio.scene import draw_scene
from core.studio.sizes import get_size
from core.studio.skeleton import CARRYING_BONES, chain_rotations, rotate
from core.studio.standard_regressor import draw_standard_regressor
from core.studio.subjects import SUBJECTS, TEST_SUBJECTS, draw_shapes
from core.studio.true_regressor import draw_true_regressor
from core.studio.truth import read_truth
from core.studio.views import list_views

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def scene():
    return draw_scene(0, get_size("default"))


@pytest.fixture(scope="module")
def regressors(scene):
    """(true, standard) by seed."""
    found = {}
    for seed in SEEDS:
        true = draw_true_regressor(seed, scene.body)
        found[seed] = (true, draw_standard_regressor(seed, scene.body, true))
    return found


def test_every_subject_has_a_shape_of_its_own():
    shapes = np.stack(list(draw_shapes(0).values()))
    assert np.abs(shapes).max() <= 2
    assert np.linalg.norm(shapes[:, None] - shapes[None], axis=-1)[np.triu_indices(7, 1)].min() > 1
    assert np.abs(shapes - np.stack(list(draw_shapes(1).values()))).min() > 0


def test_subjects_differ_in_size_sex_and_build():
    for seed in range(4):
        shapes = np.stack(list(draw_shapes(seed).values()))
        for component in (0, 1, 3):
            assert np.ptp(shapes[:, component]) > 2
            assert np.diff(np.sort(shapes[:, component])).max() < 1.8


def test_feet_stand_on_the_floor(scene):
    vertices = scene.pose(np.arange(len(scene)))
    np.testing.assert_allclose(vertices[..., 2].min(axis=1), 0, atol=1e-4)
    for side in ("left", "right"):
        heights = vertices[:, find_sole(scene.body, side), 2].min(axis=1)
        walking = np.array([key.action.startswith("Walk") for key in scene.instants])
        assert heights[~walking].max() < 0.002
        assert 0.02 < heights[walking].max() < 0.2


def test_people_are_upright_with_z_up_and_stay_in_the_room_s_middle(scene):
    vertices = scene.pose(np.arange(len(scene)))
    assert (vertices[..., 2].max(axis=1) > 0.7).all()
    assert np.abs(scene.parameters.transl[:, :2]).max() < 1.1


def test_every_camera_sees_every_body_whole(scene):
    vertices = scene.pose(np.arange(0, len(scene), 7))
    for row, shape in zip(range(0, len(scene), 7), vertices):
        for (subject, _), camera in scene.cameras.items():
            if subject == scene.instants[row].subject:
                pixels = project(to_camera(shape, camera.R, camera.t), camera.lens)
                assert (pixels > 0).all()
                assert (pixels < (camera.width, camera.height)).all()


def test_frames_count_from_one_and_test_subjects_keep_every_64th(scene):
    for subject in SUBJECTS:
        sequence = next(key.sequence for key in scene.instants if key.subject == subject)
        frames = [key.frame for key in scene.instants if key.sequence == sequence]
        assert frames[0] == 1
        assert (np.diff(frames) > 0).all()
        if subject in TEST_SUBJECTS:
            assert set(np.diff(frames)) == {64}


def test_every_subject_does_different_actions_some_upright_and_some_bent(scene):
    for subject in SUBJECTS:
        actions = {key.action.split("-")[0] for key in scene.instants if key.subject == subject}
        assert len(actions) == 3


def test_regressor_rows_are_sparse_non_negative_and_sum_to_one(regressors):
    for pair in regressors.values():
        for regressor in pair:
            assert (regressor >= 0).all()
            np.testing.assert_allclose(regressor.sum(axis=1), 1, atol=1e-12)
            support = np.count_nonzero(regressor, axis=1)
            assert support.min() >= 4
            assert support.max() <= 9


def test_the_standard_regressor_is_wrong_by_about_20_mm(scene, regressors):
    for true, standard in regressors.values():
        distances = 1000 * np.linalg.norm(
            regress_joints(scene, standard) - regress_joints(scene, true), axis=-1
        )
        assert 15 < distances.mean() < 25
        assert distances.mean(axis=0).min() > 3


def test_truths_differ_between_seeds_and_share_little_with_the_standard(scene, regressors):
    supports = {seed: set(zip(*np.nonzero(true))) for seed, (true, _) in regressors.items()}
    for seed, (true, standard) in regressors.items():
        assert len(supports[seed] & set(zip(*np.nonzero(standard)))) < 0.25 * len(supports[seed])
        for other in set(SEEDS) - {seed}:
            assert len(supports[seed] & supports[other]) < 0.5 * len(supports[seed])
            difference = regress_joints(scene, true) - regress_joints(scene, regressors[other][0])
            assert 2 < 1000 * np.linalg.norm(difference, axis=-1).mean() < 20


def test_labels_scatter_2_mm_about_what_is_fixed_a_subject_and_joint(scene, regressors):
    joints = regress_joints(scene, regressors[0][0])
    errors = 1000 * (measure_labels(scene, joints) - joints)
    assert np.sqrt((errors**2).mean()) == pytest.approx(np.hypot(2, 3), abs=0.3)
    fixed = 1000 * in_bone_frames(scene, measure_labels(scene, joints) - joints)
    noise = [fixed[scene.rows_of((subject,))].std(axis=0) for subject in SUBJECTS]
    assert np.mean(noise) == pytest.approx(2, abs=0.15)


def in_bone_frames(scene, offsets):
    bones = chain_rotations(rotate(scene.parameters.pose))[:, CARRYING_BONES]
    return (bones.swapaxes(-1, -2) @ offsets[..., None])[..., 0]


def test_truth_on_disk_is_what_the_labels_were_measured_from(studio_small):
    truth = read_truth(studio_small / "truth")
    scene = draw_scene(3, get_size("small"))
    assert truth.instants == scene.instants
    assert str(truth.instants[0]).count("/") == 2
    np.testing.assert_array_equal(truth.parameters.pose, scene.parameters.pose)
    vertices = pose_vertices(scene.body, truth.parameters)
    np.testing.assert_allclose(truth.regressor @ vertices, truth.joints, atol=1e-5)
    for defect in json.loads((studio_small / "truth" / "defects.json").read_text()):
        assert set(defect) == {"kind", "subject", "joint", "sequence", "frames", "magnitude_mm"}
        assert (defect["kind"], defect["sequence"], defect["frames"]) == ("subject-offset", None, None)


@pytest.fixture(scope="module")
def estimated(scene, regressors):
    """Views, clean labels in them, standard and true regressor, and estimates of the default size."""
    true, standard = regressors[0]
    labels = measure_labels(scene, regress_joints(scene, true))
    views = list_views(scene)
    return views, views.see(labels), true, standard, make_estimates(scene, views, labels, standard, SPIN)


def test_estimates_score_what_the_paper_s_spin_scores_with_the_standard_regressor(scene, estimated):
    views, labels, _, standard, estimates = estimated
    test = np.array([row for row, key in enumerate(views.keys) if key.subject in TEST_SUBJECTS])
    joints = standard @ pose_vertices(scene.body, estimates[test]).astype(float)
    assert mpjpe(joints, labels[test]) == pytest.approx(60.4, abs=0.2)
    assert pa_mpjpe(joints, labels[test]) == pytest.approx(41.3, abs=0.2)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: estimator.name)
def test_every_estimator_scores_what_it_does_in_the_paper(regressors, estimator):
    scene = draw_scene(1, get_size("small"))
    true, standard = regressors[1]
    labels = measure_labels(scene, regress_joints(scene, true))
    views = list_views(scene)
    estimates = make_estimates(scene, views, labels, standard, estimator)
    test = np.array([row for row, key in enumerate(views.keys) if key.subject in TEST_SUBJECTS])
    joints = standard @ pose_vertices(scene.body, estimates[test]).astype(float)
    assert mpjpe(joints, views.see(labels)[test]) == pytest.approx(estimator.mpjpe, abs=0.3)
    assert pa_mpjpe(joints, views.see(labels)[test]) == pytest.approx(estimator.pa_mpjpe, abs=0.3)


def test_estimates_have_shapes_shrunk_towards_the_mean(scene, estimated):
    views, _, _, _, estimates = estimated
    true = scene.parameters.betas[views.instants]
    assert 0.3 < (estimates.betas * true).sum() / (true**2).sum() < 0.5


def test_estimates_are_bent_until_the_wrong_regressor_lies_as_well_as_the_right_one(scene, estimated):
    views, labels, true, standard, estimates = estimated
    rows = np.arange(0, len(views), 5)
    vertices = pose_vertices(scene.body, estimates[rows]).astype(float)
    assert pa_mpjpe(standard @ vertices, labels[rows]) < pa_mpjpe(true @ vertices, labels[rows]) + 5


def test_every_camera_has_an_estimate_of_its_own(estimated):
    estimates = estimated[-1]
    assert np.abs(estimates.body_pose[0::4] - estimates.body_pose[1::4]).max(axis=1).min() > 0.01


def test_noise_lasts_from_frame_to_frame_within_a_camera(scene):
    views = list_views(scene)
    noise = draw_lasting_noise(np.random.default_rng(0), views, (200,), SPIN)
    assert noise.std() == pytest.approx(1, abs=0.02)
    (row, later), *_ = [
        (first, second)
        for first, second in zip(range(len(views)), range(4, len(views)))
        if views.keys[first].subject == "S1" and views.keys[first].sequence == views.keys[second].sequence
    ]
    assert np.corrcoef(noise[row], noise[later])[0, 1] > 0.2
    assert abs(np.corrcoef(noise[row], noise[row + 1])[0, 1]) < 0.2
    steadier = draw_lasting_noise(np.random.default_rng(0), views, (200,), MEVA)
    assert np.corrcoef(steadier[row], steadier[later])[0, 1] > np.corrcoef(noise[row], noise[later])[0, 1]
