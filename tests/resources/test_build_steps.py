"""Steps of the derivation on bodies small enough to know the answer."""

import numpy as np
import pytest
import scipy.sparse
from scipy.spatial.transform import Rotation

from resources.build_demo_body.joint_motion import draw_rotation
from resources.build_demo_body.phenotype import TEMPLATE, draw_phenotypes
from resources.build_demo_body.rig import Rig
from resources.build_demo_body.rig_pose import turn_to_t_pose
from resources.build_demo_body.rig_skinning import skin_with_rig
from resources.build_demo_body.rotations import align_directions, extract_twist, scale_rotation
from resources.build_demo_body.shape_space import fit_shape_space
from resources.build_demo_body.skeleton import (
    ANKLE,
    ELBOW,
    FOOT,
    HAND,
    HEAD,
    HIP,
    JOINT_COUNT,
    KNEE,
    SHOULDER,
    WRIST,
    joint_of_bone,
    place_joints,
    subtree,
)
from resources.build_demo_body.smpl_form import prune_weights
from resources.build_demo_body.sparse_regressor import choose_ring, fit_row, spread_directions


def test_twist_and_swing_make_the_whole_rotation():
    rotation = Rotation.from_euler("xyz", [20, 50, -30], degrees=True).as_matrix()
    axis = np.array([0.0, 1.0, 0.0])
    twist = extract_twist(rotation, axis)
    np.testing.assert_allclose(twist @ axis, axis, atol=1e-12)
    swing = Rotation.from_matrix(rotation @ twist.T).as_rotvec()
    assert abs(swing @ axis) < 1e-12


def test_aligning_turns_one_direction_into_the_other():
    turn = align_directions(np.array([0.0, 2.0, 0.0]), np.array([1.0, 1.0, 0.0]))
    np.testing.assert_allclose(turn @ [0, 1, 0], np.array([1, 1, 0]) / np.sqrt(2), atol=1e-12)


def test_half_a_turn_twice_is_the_turn():
    rotation = Rotation.from_rotvec([0.3, -1.0, 0.4]).as_matrix()
    half = scale_rotation(rotation, 0.5)
    np.testing.assert_allclose(half @ half, rotation, atol=1e-12)


@pytest.mark.parametrize(
    ("bone", "joint"),
    [
        ("root", 0), ("pelvis.R", 0), ("upperleg02.R", HIP[1]), ("toe4-2.L", FOOT[0]), ("foot.L", ANKLE[0]),
        ("lowerarm01.R", ELBOW[1]), ("metacarpal3.L", HAND[0]), ("wrist.R", WRIST[1]), ("jaw", HEAD),
        ("oculi02.L", HEAD), ("breast.R", 9),
    ],
)  # fmt: skip
def test_bones_move_with_their_joint(bone, joint):
    assert joint_of_bone(bone) == joint


def test_an_arm_hangs_on_its_shoulder():
    assert subtree(SHOULDER[0]) == [SHOULDER[0], ELBOW[0], WRIST[0], HAND[0]]


def test_t_pose_stretches_the_arms_sideways_and_the_legs_down():
    rng = np.random.default_rng(2)
    a_pose = rng.normal(0, 0.02, (JOINT_COUNT, 3))
    for side, outward in ((0, 1), (1, -1)):
        for step, joint in enumerate((SHOULDER[side], ELBOW[side], WRIST[side], HAND[side])):
            a_pose[joint] += [outward * (0.2 + 0.2 * step), 0.5 - 0.15 * step, 0.0]
        for step, joint in enumerate((HIP[side], KNEE[side], ANKLE[side])):
            a_pose[joint] += [outward * (0.1 + 0.03 * step), -0.4 * step, 0.0]
    placed = place_joints(turn_to_t_pose(a_pose), a_pose)
    for side, outward in ((0, 1), (1, -1)):
        arm = placed[WRIST[side]] - placed[SHOULDER[side]]
        leg = placed[ANKLE[side]] - placed[HIP[side]]
        assert outward * arm[0] > 0.99 * np.linalg.norm(arm)
        assert -leg[1] > 0.99 * np.linalg.norm(leg)


def test_skinning_follows_a_rigid_motion_of_all_bones():
    rng = np.random.default_rng(0)
    weights = rng.dirichlet([1, 1, 1], size=20)
    rig = Rig(["a", "b", "c"], np.array([-1, 0, 1]), np.zeros(3, int), scipy.sparse.csr_matrix(weights))
    vertices, pivots = rng.normal(size=(20, 3)), rng.normal(size=(3, 3))
    rotation = Rotation.from_rotvec([0.2, 2.9, -0.4]).as_matrix()
    moved = skin_with_rig(
        rig,
        vertices,
        rotations=np.tile(rotation, (3, 1, 1)),
        pivots=pivots,
        placed=pivots @ rotation.T + [1, 2, 3],
    )
    np.testing.assert_allclose(moved, vertices @ rotation.T + [1, 2, 3], atol=1e-12)


def test_shape_space_gives_back_a_population_of_one_direction():
    rng = np.random.default_rng(1)
    template, direction = rng.normal(size=(30, 3)), rng.normal(size=(30, 3))
    betas = rng.normal(size=40)
    population = template + betas[:, None, None] * direction
    mean, directions = fit_shape_space(population)
    np.testing.assert_allclose(mean, population.mean(axis=0), atol=1e-12)
    assert np.linalg.norm(directions[:, :, 0]) == pytest.approx(
        np.linalg.norm(direction) * betas.std(ddof=1), rel=1e-9
    )
    assert np.abs(directions[:, :, 1:]).max() < 1e-6


def test_pruned_weights_keep_the_four_largest():
    weights = np.zeros((1, 24))
    weights[0, :6] = [0.3, 0.25, 0.2, 0.15, 0.0995, 0.0005]
    pruned = prune_weights(weights)
    assert np.flatnonzero(pruned[0]).tolist() == [0, 1, 2, 3]
    assert pruned.sum() == pytest.approx(1)
    assert pruned[0, 0] / pruned[0, 1] == pytest.approx(0.3 / 0.25)


def test_a_sparse_row_finds_a_point_inside_the_surface():
    sphere = spread_directions(400)
    rng = np.random.default_rng(3)
    bodies = sphere * rng.uniform(0.8, 1.2, (12, 1, 3))
    points = bodies[:, 7] * 0.25 + bodies[:, 300] * 0.75
    ring = choose_ring(sphere, points.mean(axis=0), directions=300)
    row = fit_row(bodies, points, np.union1d(ring, [7, 300]))
    assert row.min() >= 0
    assert row.sum() == pytest.approx(1)
    assert np.abs(row @ bodies - points).max() < 5e-3


def test_directions_are_spread_evenly_over_the_sphere():
    directions = spread_directions(500)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1)
    np.testing.assert_allclose(directions.mean(axis=0), 0, atol=0.01)


def test_knees_bend_one_way_and_no_joint_turns_too_far():
    rng = np.random.default_rng(4)
    for joint in range(1, JOINT_COUNT):
        rotvecs = [Rotation.from_matrix(draw_rotation(joint, rng)).as_rotvec() for _ in range(30)]
        assert np.linalg.norm(rotvecs, axis=1).max() <= np.radians(130) + 1e-9
        if joint in KNEE:
            assert np.min(rotvecs, axis=0)[0] >= 0


def test_shares_of_each_trait_sum_to_one():
    for person in [TEMPLATE, *draw_phenotypes(np.random.default_rng(5), 20)]:
        shares = person.factors()
        for names in (
            ("male", "female"), ("young", "old"), ("minmuscle", "averagemuscle", "maxmuscle"),
            ("minweight", "averageweight", "maxweight"), ("african", "asian", "caucasian"),
        ):  # fmt: skip
            assert sum(shares[name] for name in names) == pytest.approx(1)
            assert min(shares[name] for name in names) >= 0
