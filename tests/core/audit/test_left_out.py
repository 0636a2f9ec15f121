"""Bodies that are fitted anew without suspected labels, and what is compared by them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from torch import tensor

from core.audit import left_out, left_out_work
from core.audit.alignment import share_scales
from core.audit.left_out import choose_instants, count_bones, group_joints, list_unheard, refit_bodies
from core.audit.offsets import OffsetTests
from core.audit.residuals import merge_views
from core.audit.source_views import open_source
from core.audit.witness import Witness
from core.engine.in_process import InProcessEngine
from core.joints import H36M_17
from core.project.project import Project
from tests.core.audit.shared_run import take_estimates_for_a_run

ANKLE, KNEE, ELBOW, WRIST = (H36M_17.index(name) for name in ("RAnkle", "RKnee", "LElbow", "LWrist"))


def test_joints_that_are_left_out_together_lie_apart_and_fill_their_group():
    bones = count_bones(H36M_17)
    assert bones[ANKLE, KNEE] == 1
    assert bones[ANKLE, H36M_17.index("LAnkle")] == 6
    groups = group_joints(H36M_17, [ANKLE, KNEE, ELBOW])
    assert len(groups) == 2
    assert {ANKLE, ELBOW} <= set(groups[0])
    assert KNEE in groups[1]
    for group in groups:
        assert len(group) > 2
        assert all(bones[one, other] >= 3 for one in group for other in group if one != other)
    assert group_joints(H36M_17, []) == []


def test_instants_with_a_suspect_label_are_not_asked(labels, observe):
    observed = observe(labels)
    usable = np.ones(labels.shape[:2], bool)
    usable[:40, KNEE] = False
    seen = choose_instants(observed, usable)
    asked = np.unique(seen.instant_of)
    assert asked.min() >= 40
    assert np.bincount(observed.instants.subjects[asked]).tolist() == [left_out.INSTANTS] * 5


def make_tests(value: float, joints: int = 3) -> OffsetTests:
    whole = np.full((2, joints), value)
    return OffsetTests(
        *(np.full((2, joints, 3), value), whole, whole, whole.copy(), whole),
        np.full((2, joints, 2), value),
    )


def test_a_worse_neighbour_has_no_say_either():
    tests = make_tests(1.0, 17)
    tests.ratio[1, ANKLE], tests.ratio[1, KNEE], tests.ratio[1, WRIST] = 12.0, 3.0, 5.0
    assert list_unheard(tests, [KNEE, ELBOW], H36M_17) == [
        sorted([KNEE, ELBOW]),
        sorted([KNEE, ELBOW, ANKLE, WRIST]),
    ]
    assert list_unheard(tests, [ANKLE], H36M_17) == [[ANKLE], [ANKLE]]


def test_tests_of_other_bodies_take_the_place_of_those_they_made():
    first, second = make_tests(1.0), make_tests(2.0)
    merged = first.replace(np.array([[True, False, False]] * 2), second)
    assert merged.effect.tolist() == [[2.0, 1.0, 1.0]] * 2
    assert merged.interval[0, :, 0].tolist() == [2.0, 1.0, 1.0]


@pytest.fixture
def witness(project_copy, monkeypatch) -> tuple[Project, Witness]:
    """The estimates of the first two subjects, taken for a run whose views share their bodies."""
    monkeypatch.setattr(left_out, "STEPS", 2)
    with Project.open(project_copy) as project:
        run, seen = take_estimates_for_a_run(project)
        source = open_source(project, "four", seen)
        _, scales = source.pose(seen)
        residuals = merge_views(source.lay(seen, share_scales(scales, seen.subjects)), seen)
        yield project, Witness("four", run, seen, source.regressors, source.carriers, residuals)


def test_the_judged_label_never_vouches_for_itself(witness, monkeypatch):
    project, source = witness
    views = source.observations.take(np.flatnonzero(source.observations.instant_of < 2))
    engine = InProcessEngine("cpu")

    def refit(joint: int) -> np.ndarray:
        (bodies,), excluded = refit_bodies(project, source, views, [[[joint]] * 2], engine=engine)
        assert not excluded
        return bodies.body_pose

    before, with_label = refit(ANKLE), refit(KNEE)
    load = left_out_work.load_problem

    def load_moved(*args, **options):
        problem = load(*args, **options)
        moved = tensor(np.eye(17)[ANKLE], dtype=problem.labels.dtype)[:, None]
        return replace(problem, labels=problem.labels + moved, keypoints=problem.keypoints + 100 * moved)

    monkeypatch.setattr(left_out_work, "load_problem", load_moved)
    np.testing.assert_array_equal(refit(ANKLE), before)
    assert np.abs(refit(KNEE) - with_label).max() > 1e-3
    assert not list(project.path.glob("*.index.sqlite"))
