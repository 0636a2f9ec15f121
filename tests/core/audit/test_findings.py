"""Findings: how many of them may be false, who is blamed, what they say, and what score makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit.ranking import control_false_discoveries
from core.audit.sentences import FRAMES, say_drift, say_offset, say_outlier, say_shift
from core.audit.shifts import Shift
from core.audit.verdicts import judge_shift
from core.project.finding import KINDS, Finding, Kind
from core.studio.audit_score import score_findings
from core.words import name_direction, name_joint


def make_finding(
    kind: Kind = "outlier", joint: str | None = "RKnee", frames=(10, 10), verdict="bad-label"
) -> Finding:
    return Finding(
        *(f"{kind}{frames}{joint}", kind, "S5", joint, "Walking-1", frames),
        *(80.0, (70.0, 90.0), verdict, "A sentence."),
    )


def make_defect(kind: str = "outlier", joint: str | None = "RKnee", frames=(10, 10)) -> dict:
    frames = None if frames is None else list(frames)
    return {"kind": kind, "subject": "S5", "joint": joint, "sequence": "Walking-1", "frames": frames}


def test_false_findings_are_held_down_by_the_number_of_tests():
    found = [(make_finding(frames=(n, n)), p) for n, p in enumerate((1e-8, 0.004, 0.03))]
    assert len(control_false_discoveries(found, 3)) == 3
    kept = control_false_discoveries(found, 100)
    assert [finding.frames for finding in kept] == [(0, 0)]
    assert kept[0].score > 4
    assert control_false_discoveries([], 100) == []


@pytest.mark.parametrize(
    ("cameras", "verdict"),
    [((4, 4), "bad-label"), ((3, 4), "bad-label"), ((1, 4), "bad-camera"), ((1, 1), "undecided")],
)
def test_a_shift_that_few_cameras_see_is_a_cameras_fault(cameras, verdict):
    shift = Shift(0, np.array([0.2, 0, 0]), 0.01, 20.0, 0.5, 0.97, cameras, 8)
    assert judge_shift(shift).verdict == verdict


def test_joints_and_directions_are_said_as_people_say_them():
    assert name_joint("RAnkle") == "right ankle"
    assert name_joint("left_knee") == "left knee"
    assert name_joint("HeadTop") == "head top"
    assert name_joint("Neck") == "neck"
    assert name_direction(np.array([0.01, 0.0, -0.04])) == "behind"
    assert name_direction(np.array([-0.05, 0.0, 0.0])) == "to the right of"


def test_a_finding_is_true_once_and_only_where_half_of_the_frames_agree():
    drift = make_finding("drift", frames=(15, 40))
    scores = score_findings([drift, drift], [make_defect("drift", frames=(10, 40))])
    assert scores["drift"] == {"planted": 1, "tp": 1, "fp": 1}
    assert score_findings([make_finding("drift", frames=(30, 40))], [make_defect("drift", frames=(1, 40))])[
        "drift"
    ] == {"planted": 1, "tp": 0, "fp": 1}
    assert scores["swap"] == {"planted": 0, "tp": 0, "fp": 0}


def test_only_accusations_of_labels_and_cameras_count():
    scores = score_findings([make_finding(verdict="bad-fit")], [make_defect()])
    assert scores["outlier"] == {"planted": 1, "tp": 0, "fp": 0}
    shift = make_finding("sequence-shift", None, None, "bad-camera")
    assert score_findings([shift], [make_defect("sequence-shift", None, None)])["sequence-shift"]["tp"] == 1


def test_sentences_name_the_frame_of_their_length():
    offset = say_offset(
        make_finding("subject-offset"), np.array([0, 0, -0.08]), subjects=7, agreeing=6, sequences=6
    )
    assert "80 mm behind the knee of the other six subjects in its bone's frame, in all 6 sequences" in offset
    drift = say_drift(make_finding("drift", frames=(15, 40)), np.array([0, 0.08, 0]))
    assert "slips 80 mm upwards in its bone's frame, in Walking-1, frames 15 to 40" in drift
    shift = say_shift(make_finding("sequence-shift", None), (4, 4))
    assert "in the masks of all four cameras, in the world's frame, 95% interval" in shift
    assert "off its own path" in say_outlier(make_finding("outlier", frames=(7, 7)))
    assert FRAMES.keys() == set(KINDS)
