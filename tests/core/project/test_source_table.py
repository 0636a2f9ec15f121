"""Bodies are read by the name of their estimator or run."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import ProjectError
from core.project.project import Project
from core.types import BodyParameters


def test_bodies_are_read_by_estimator_and_initial_is_the_first(project: Project) -> None:
    assert project.estimators() == ["spin", "vibe"]
    rows = np.array([2, 9])
    np.testing.assert_array_equal(
        project.read_bodies("initial", rows).body_pose, project.read_bodies("spin", rows).body_pose
    )
    assert not np.array_equal(
        project.read_bodies("vibe", rows).betas, project.read_bodies("spin", rows).betas
    )
    with pytest.raises(
        ProjectError,
        match=r"'meva' is no estimator or run of the project; it has spin, vibe, .*initial is spin",
    ):
        project.read_bodies("meva", rows)


def test_translations_are_filled_in_row_by_row(project: Project) -> None:
    rows = np.array([7, 2])
    before = project.read_bodies("spin", rows)
    project.write_translations("spin", rows, np.array([[1, 2, 3], [4, 5, 6]], np.float32))
    after = project.read_bodies("spin", np.array([2, 7, 8]))
    np.testing.assert_array_equal(after.transl[:2], [[4, 5, 6], [1, 2, 3]])
    assert np.isnan(after.transl[2]).all()
    np.testing.assert_array_equal(after.body_pose[1], before.body_pose[0])


def test_bodies_of_another_count_are_refused(project: Project) -> None:
    few = BodyParameters(np.zeros((2, 3)), np.zeros((2, 69)), np.zeros((2, 10)), np.zeros((2, 3)))
    with pytest.raises(ProjectError, match="has 2 bodies for 12 frames"):
        project.add_estimates("meva", few, np.ones(2, bool), {})
