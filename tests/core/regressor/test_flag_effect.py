"""What leaving flagged labels out of a fit does, on small problems whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.joints import H36M_17
from core.regressor.fit import FitBlock, RegressorFit
from core.regressor.flag_effect import SubjectBlocks, measure_flag_effect

SUBJECTS = ("S1", "S5", "S6", "S7")
JOINT, OFFSET = 3, 0.04
BODIES = 40


@pytest.fixture(params=["absolute", "pelvis"])
def effect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """Of the labels of one subject whose joint lies 40 mm beside, with all other labels exact."""
    random = np.random.default_rng(3)
    rest = random.uniform(-0.1, 0.1, size=(60, 3))
    truth = random.dirichlet(np.ones(60) * 0.1, size=17)
    monkeypatch.setattr(
        "core.regressor.fit.choose_candidates", lambda *_, **__: [np.arange(60) for _ in range(17)]
    )
    bodies = {}
    for name in SUBJECTS:
        turns = random.normal(size=(BODIES, 3, 3)) * 0.3 + np.eye(3)
        vertices = rest @ turns + random.normal(size=(BODIES, 60, 3)) * 0.02
        labels = truth @ vertices
        valid = np.ones((BODIES, 17), bool)
        if name == "S5":
            labels[:, JOINT] += OFFSET * np.array([0, 0, 1.0])
            valid[:, JOINT] = False
        bodies[name] = (vertices, labels, valid)

    def read(name: str, *, flagged: bool):
        vertices, labels, valid = bodies[name]
        return lambda: [FitBlock(vertices, labels, np.ones_like(valid) if flagged else valid)]

    def fit(*, flagged: bool) -> RegressorFit:
        return RegressorFit(alignment=request.param).fit(
            lambda: [block for name in SUBJECTS for block in read(name, flagged=flagged)()],
            start=truth,
            rest_vertices=rest,
            joint_set=H36M_17,
        )

    parts = {name: SubjectBlocks(read(name, flagged=False), read(name, flagged=True)) for name in SUBJECTS}
    without, with_flagged = fit(flagged=False), fit(flagged=True)
    (found,) = measure_flag_effect(without, with_flagged, parts, [JOINT])
    return (
        found,
        with_flagged.weights_[JOINT] - truth[JOINT],
        np.concatenate([vertices for vertices, _, _ in bodies.values()]),
    )


def test_the_joint_comes_as_much_nearer_as_the_bad_labels_had_pulled_it(effect):
    found, change, vertices = effect
    assert found.joint == JOINT
    assert found.subjects == ("S1", "S6", "S7")  # of S5 no label is left to judge by
    assert found.without_mm < 0.1  # the truth fits exactly
    assert found.moved_mm == pytest.approx(1000 * np.linalg.norm(change @ vertices, axis=-1).mean(), rel=0.02)
    assert found.nearer_mm == pytest.approx(found.with_mm - found.without_mm)
    assert found.nearer_mm > 5
    low, high = found.interval_mm
    assert 0 < low < found.nearer_mm < high


def test_a_flag_that_changes_no_fit_changes_nothing(monkeypatch):
    random = np.random.default_rng(4)
    rest = random.uniform(-0.1, 0.1, size=(30, 3))
    monkeypatch.setattr(
        "core.regressor.fit.choose_candidates", lambda *_, **__: [np.arange(30) for _ in range(17)]
    )
    truth = random.dirichlet(np.ones(30) * 0.1, size=17)
    vertices = rest + random.normal(size=(BODIES, 30, 3)) * 0.05
    labels = truth @ vertices + random.normal(size=(BODIES, 17, 3)) * 0.003

    def read(part: slice):
        return lambda: [FitBlock(vertices[part], labels[part], np.ones((BODIES // 2, 17), bool))]

    halves = {"S1": slice(0, BODIES // 2), "S5": slice(BODIES // 2, BODIES)}
    fit = RegressorFit(alignment="absolute").fit(
        lambda: [block for part in halves.values() for block in read(part)()],
        start=truth,
        rest_vertices=rest,
        joint_set=H36M_17,
    )
    parts = {name: SubjectBlocks(read(part), read(part)) for name, part in halves.items()}
    (found,) = measure_flag_effect(fit, fit, parts, [JOINT])
    assert (found.moved_mm, found.nearer_mm, found.interval_mm) == (0, 0, (0, 0))
    assert 2 < found.with_mm < 10
