"""A camera whose 2D labels do not agree with its 3D ones is named; cameras that agree are not."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit.observations import read_observations
from core.audit.reprojection import describe_reprojection, measure_reprojection
from core.joints import LEFT_FIRST_TO_RIGHT_FIRST
from core.project.project import Project


@pytest.fixture
def project(project_small):
    with Project.open(project_small, read_only=True) as opened:
        yield opened


def test_labels_of_the_studio_agree(project):
    found = measure_reprojection(project, read_observations(project, np.arange(len(project.keys))))
    assert len(found.shots) == len(project.keys.shots)
    assert found.usual < 0.1
    assert describe_reprojection(project, found) == []


def test_a_moved_camera_is_named(project, monkeypatch):
    shot, read = project.keys.shots[5], project.keypoints
    monkeypatch.setattr(
        project,
        "keypoints",
        lambda rows: read(rows) + 20.0 * ((rows >= shot.start) & (rows < shot.stop))[:, None, None],
    )
    found = measure_reprojection(project, read_observations(project, np.arange(len(project.keys))))
    (sentence,) = describe_reprojection(project, found)
    assert sentence.startswith(f"{shot.subject}/{shot.action}/{shot.camera}: 2D labels lie 28 px")


def test_swaps_that_were_taken_back_blame_no_camera(project):
    observations = read_observations(project, np.arange(len(project.keys)))
    corrected = observations.with_labels(observations.labels[:, list(LEFT_FIRST_TO_RIGHT_FIRST)])
    assert describe_reprojection(project, measure_reprojection(project, corrected)) == []


def test_projected_labels_say_nothing_of_cameras(project, monkeypatch):
    monkeypatch.setattr(Project, "has_projected_keypoints", True)
    observations = read_observations(project, np.arange(len(project.keys)))
    assert not len(measure_reprojection(project, observations).shots)
