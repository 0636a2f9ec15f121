import numpy as np
import pytest
import roma
import torch

from core.evaluate.metrics import align_similarity, mpjpe, pa_mpjpe


@pytest.fixture
def labels():
    return np.random.default_rng(0).normal(size=(5, 17, 3))


def test_mpjpe_does_not_see_where_a_body_stands(labels):
    moved = labels + np.array([1.0, -2.0, 3.0])
    moved[:, 5, 0] += 0.017
    assert mpjpe(moved, labels) == pytest.approx(1.0)
    assert mpjpe(moved, labels, subset=[5]) == pytest.approx(17.0)


def test_pa_mpjpe_does_not_see_place_heading_or_size(labels):
    R = roma.random_rotmat(5).double().numpy()
    assert pa_mpjpe(1.3 * labels @ R + 0.4, labels) == pytest.approx(0, abs=1e-3)


def test_pa_mpjpe_does_not_turn_a_body_into_its_mirror_image(labels):
    assert pa_mpjpe(labels * np.array([-1, 1, 1]), labels) > 100


def test_the_alignment_is_a_minimum(labels):
    joints = labels + np.random.default_rng(1).normal(size=labels.shape) * 0.1
    aligned = align_similarity(joints, labels, np.ones((5, 17), dtype=bool))
    best = ((aligned - labels) ** 2).sum(axis=(1, 2))
    turn = roma.rotvec_to_rotmat(torch.tensor([0.01, -0.02, 0.01])).numpy()
    for moved in (aligned * 1.01, aligned * 0.99, aligned + 0.01, aligned @ turn, aligned @ turn.T):
        assert (((moved - labels) ** 2).sum(axis=(1, 2)) > best).all()


def align_as_spin_does(joints, labels):
    """``compute_similarity_transform`` of SPIN's ``utils/pose_utils.py``, step by step."""
    X1, X2 = (points.T - points.T.mean(axis=1, keepdims=True) for points in (joints, labels))
    K = X1 @ X2.T
    U, _, Vh = np.linalg.svd(K)
    Z = np.diag([1, 1, np.sign(np.linalg.det(U @ Vh))])
    R = Vh.T @ Z @ U.T
    scale = np.trace(R @ K) / np.sum(X1**2)
    return (scale * R @ X1 + labels.T.mean(axis=1, keepdims=True)).T


def test_the_alignment_is_spin_s_even_where_a_mirror_image_would_fit_better(labels):
    joints = labels * np.array([-1, 1, 1]) + 0.1 * np.random.default_rng(1).normal(size=labels.shape)
    joints[:2] = np.random.default_rng(2).normal(size=(2, 17, 3))
    aligned = align_similarity(joints, labels, np.ones((5, 17), dtype=bool))
    for number in range(5):
        np.testing.assert_allclose(aligned[number], align_as_spin_does(joints[number], labels[number]))


def test_missing_labels_are_left_out(labels):
    joints = labels.copy()
    joints[:, 3] += 0.5
    labels[:, 3] = np.nan
    assert mpjpe(joints, labels) == pytest.approx(0, abs=1e-9)
    assert pa_mpjpe(joints, labels) == pytest.approx(0, abs=1e-9)
