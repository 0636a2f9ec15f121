import numpy as np
import pytest

from core.joints import H36M_17
from core.optimize.stability import measure_stability
from core.regressor.fit import FitBlock, RegressorFit


def test_a_regressor_that_no_subject_moves_is_certain():
    weights = np.eye(3)[:2]
    told = measure_stability(weights, dict.fromkeys(["S1", "S5"], weights), np.eye(3))
    assert told.without_mm == {"S1": 0, "S5": 0}
    assert told.standard_error_mm == (0, 0)


def test_the_standard_error_of_a_mean_is_the_textbooks():
    values = np.random.default_rng(0).normal(size=6)
    points = np.array([[0.0, 0, 0], [1, 0, 0]])

    def fit_to(some):
        return np.array([[1 - some.mean(), some.mean()]])

    without = {str(number): fit_to(np.delete(values, number)) for number in range(6)}
    told = measure_stability(fit_to(values), without, points)
    assert told.standard_error_mm[0] == pytest.approx(1000 * values.std(ddof=1) / 6**0.5, rel=1e-4)


@pytest.mark.parametrize("alignment", ["absolute", "free", "pelvis"])
def test_bodies_can_be_left_out_of_a_fit(alignment, monkeypatch):
    random = np.random.default_rng(3)
    rest = random.uniform(-0.1, 0.1, size=(60, 3))
    rest[:, 0] *= 0.1
    truth = random.dirichlet(np.ones(60) * 0.1, size=17)
    vertices = (
        rest @ (random.normal(size=(80, 3, 3)) * 0.3 + np.eye(3)) + random.normal(size=(80, 60, 3)) * 0.02
    )
    labels, valid = truth @ vertices, np.ones((80, 17), dtype=bool)
    spoilt = labels.copy()
    spoilt[60:, 3] += 0.05
    monkeypatch.setattr(
        "core.regressor.fit.choose_candidates", lambda *_, **__: [np.arange(60) for _ in range(17)]
    )
    fit = RegressorFit(alignment=alignment).fit(
        lambda: [FitBlock(vertices, spoilt, valid)], start=truth, rest_vertices=rest, joint_set=H36M_17
    )
    found = fit.fit_without(lambda: [FitBlock(vertices[60:], spoilt[60:], valid[60:])])
    assert np.abs(found - truth).max() < (1e-3 if alignment != "free" else 0.1)
    assert np.abs(fit.weights_[3] - truth[3]).max() > 10 * np.abs(found[3] - truth[3]).max()
