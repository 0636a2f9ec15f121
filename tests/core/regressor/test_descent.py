import numpy as np
import pytest

from core.regressor.descent import descend_weights, find_slope


@pytest.fixture
def system():
    """A quadratic whose minimum over normalised weights lies at ``best``."""
    random = np.random.default_rng(0)
    points = random.normal(size=(200, 6)) * 0.1
    best = np.array([0.5, 0.3, 0.2, 0.0, 0.0, 0.0])
    return points.T @ points / 200, points.T @ (points @ best) / 200, best


def error_of(raw, gram, target):
    weights = np.maximum(raw, 0) / np.maximum(raw, 0).sum()
    return weights @ gram @ weights - 2 * weights @ target


def test_the_slope_agrees_with_finite_differences(system):
    gram, target, _ = system
    raw, step = np.array([0.4, 0.7, 0.1, 0.3, 0.2, 0.6]), 1e-6
    numeric = [
        (error_of(raw + step * unit, gram, target) - error_of(raw - step * unit, gram, target)) / (2 * step)
        for unit in np.eye(6)
    ]
    assert np.allclose(find_slope(raw, gram, target), numeric, rtol=1e-6, atol=1e-10)


def test_descent_finds_weights_among_the_vertices_that_it_started_with(system):
    gram, target, best = system
    assert np.allclose(descend_weights(gram, target, np.full(6, 1 / 6)), best, atol=0.02)


def test_a_vertex_without_weight_never_gets_any(system):
    gram, target, _ = system
    found = descend_weights(gram, target, np.array([0.0, 0.0, 0.5, 0.5, 0.0, 0.0]))
    assert set(np.flatnonzero(found)) <= {2, 3}
    assert found.sum() == pytest.approx(1)
