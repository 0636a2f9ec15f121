"""Findings say whether the cameras of their instants agree, and name those that do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.audit.camera_evidence import weigh_cameras
from core.audit.observations import read_observations
from core.project.finding import Finding
from core.project.project import Project

SHOT = 5


@pytest.fixture
def project(project_small):
    with Project.open(project_small, read_only=True) as opened:
        yield opened


@pytest.fixture
def observations(project):
    return read_observations(project, np.arange(len(project.keys)))


@pytest.fixture
def finding(project) -> Finding:
    shot = project.keys.shots[SHOT]
    return Finding(
        *("x", "outlier", shot.subject, "RKnee", shot.action, None),
        *(80.0, (70.0, 90.0), "bad-label", "A sentence."),
    )


def move_keypoints(project, monkeypatch, shots) -> None:
    """2D labels of some shots 20 px to the right."""
    read, spans = project.keypoints, [project.keys.shots[shot] for shot in shots]

    def moved(rows):
        inside = np.logical_or.reduce([(rows >= shot.start) & (rows < shot.stop) for shot in spans])
        return read(rows) + [20.0, 0.0] * inside[:, None, None]

    monkeypatch.setattr(project, "keypoints", moved)


def test_cameras_that_agree_speak_for_a_bad_label_and_against_a_bad_camera(project, observations, finding):
    label, camera, fit = weigh_cameras(
        project,
        [replace(finding, verdict=each) for each in ("bad-label", "bad-camera", "bad-fit")],
        observations,
    )
    (said,) = label.evidence_for
    assert said.startswith("2D and 3D labels agree in all four cameras, within 0.1 px")
    assert label.evidence_against == ()
    assert camera.evidence_for == ()
    assert "agree in all four cameras" in camera.evidence_against[0]
    assert (fit.evidence_for, fit.evidence_against) == ((), ())
    (shift,) = weigh_cameras(project, [replace(finding, kind="sequence-shift", joint=None)], observations)
    assert shift.evidence_for[0].endswith("both lie beside the person, wherever the cameras stand")


def test_the_one_camera_that_does_not_agree_is_named(project, observations, finding, monkeypatch):
    move_keypoints(project, monkeypatch, [SHOT])
    label, camera = weigh_cameras(project, [finding, replace(finding, verdict="bad-camera")], observations)
    (said,) = label.evidence_against
    assert said.startswith(f"2D labels of {project.keys.shots[SHOT].camera} lie up to 20 px")
    assert label.evidence_for == ()
    assert camera.evidence_for == (said,)


def test_3d_labels_that_no_camera_follows_are_wrong_by_themselves(
    project, observations, finding, monkeypatch
):
    shots = project.keys.shots
    same = [
        k
        for k, shot in enumerate(shots)
        if (shot.subject, shot.action) == (finding.subject, finding.sequence)
    ]
    move_keypoints(project, monkeypatch, same)
    (label,) = weigh_cameras(project, [finding], observations)
    assert "20 px or more from the projected 3D ones in all four cameras" in label.evidence_for[0]


def test_one_camera_alone_says_nothing(project, finding):
    seen = read_observations(project, project.rows_of(camera=project.keys.shots[SHOT].camera))
    assert weigh_cameras(project, [finding], seen) == [finding]


def test_labels_that_agree_by_construction_are_no_evidence(project, observations, finding, monkeypatch):
    monkeypatch.setattr(Project, "has_projected_keypoints", True)
    assert weigh_cameras(project, [finding], observations) != [finding]  # each view has its own 3D labels
    monkeypatch.setattr(Project, "has_world_labels", True)
    assert weigh_cameras(project, [finding], observations) == [finding]
