from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.overlay.joint_hit import LABEL, JointHit, describe_hit, find_joint
from app.session.frame_data import FrameData
from core.joints import H36M_17


def test_the_nearest_drawn_joint_is_named() -> None:
    drawn = {"J_opt": np.array([[10.0, 10], [50, 50]]), LABEL: np.array([[12.0, 10], [np.nan, np.nan]])}
    assert find_joint(drawn, np.array([11.8, 10]), reach=5) == JointHit(LABEL, 0)
    assert find_joint(drawn, np.array([10.2, 10]), reach=5) == JointHit("J_opt", 0)
    assert find_joint(drawn, np.array([49.0, 50]), reach=5) == JointHit("J_opt", 1)


def test_out_of_reach_is_nothing() -> None:
    assert find_joint({LABEL: np.array([[10.0, 10]])}, np.array([16.0, 10]), reach=5) is None
    assert find_joint({LABEL: np.full((17, 2), np.nan)}, np.array([16.0, 10]), reach=5) is None


def test_a_regressors_joint_is_described_by_its_error(frame: FrameData) -> None:
    heading, line = describe_hit(JointHit("J_std", 3), frame, H36M_17)
    assert heading == "RAnkle · J_std"
    assert f"{frame.errors_px['J_std'][3]:.1f} px" in line
    assert f"{frame.errors_mm['J_std'][3]:.1f} mm" in line


def test_a_joint_without_a_label_says_so(frame: FrameData) -> None:
    errors = {"J_std": np.full(17, np.nan)}
    frame = replace(frame, errors_px=errors, errors_mm=errors)
    assert describe_hit(JointHit("J_std", 3), frame, H36M_17)[1] == "no label to compare with"


def test_a_flagged_label_says_so(frame: FrameData) -> None:
    flagged = np.zeros(17, bool)
    flagged[3] = True
    assert "flagged" in describe_hit(JointHit(LABEL, 3), replace(frame, flagged=flagged), H36M_17)[1]
