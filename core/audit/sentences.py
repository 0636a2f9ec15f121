"""Findings as one plain sentence each, which names the frame of reference of its length."""

from __future__ import annotations

import numpy as np

from core.project.finding import Finding, Kind, Verdict
from core.types import FloatArray
from core.words import (
    count,
    in_millimetres,
    name_direction,
    name_frames,
    name_joint,
    spell,
)

#: In which frame of reference each kind of finding is measured, in two words and in full.
FRAMES: dict[Kind, tuple[str, str]] = {
    "subject-offset": (
        "bone's frame",
        "in the frame of the bone that carries the joint, once each body is laid on all its labels",
    ),
    "drift": (
        "bone's frame",
        "in the frame of the bone that carries the joint, once each body is laid on all its labels",
    ),
    "outlier": ("own path", "from the label's own path in time, nothing aligned"),
    "sequence-shift": ("world's frame", "in the world's frame, labels against masks, nothing aligned"),
    "swap": ("label to label", "between the labels that are exchanged, which no frame changes"),
}
_LIMBS = {"legs": "legs", "arms": "arms", "all": "sides of the body"}


def say_offset(finding: Finding, offset: FloatArray, *, subjects: int, agreeing: int, sequences: int) -> str:
    """``S5's left knee label sits 41 mm behind the knee of the other six subjects in its bone's frame``."""
    joint = name_joint(finding.joint or "")
    where = "in all" if agreeing == sequences else f"in {agreeing} of"
    low, high = finding.interval_mm
    return (
        f"{finding.subject}'s {joint} label sits {finding.effect_mm:.0f} mm {name_direction(offset)} the "
        f"{joint.removeprefix('right ').removeprefix('left ')} of the other {spell(subjects - 1)} subjects "
        f"in its bone's frame, {where} {count(sequences, 'sequence')}, 95% interval {low:.0f}-{high:.0f}"
        f"{_blame(finding.verdict)}."
    )


def say_shift(finding: Finding, cameras: tuple[int, int]) -> str:
    """``All labels of S9 Greeting-1 lie 200 mm beside the person in the masks of all four cameras``."""
    seen, looking = cameras
    where = f"all {spell(looking)} cameras" if seen == looking else f"{seen} of {looking} cameras"
    low, high = finding.interval_mm
    return (
        f"All labels of {finding.subject} {finding.sequence} lie {finding.effect_mm:.0f} mm beside the "
        f"person in the masks of {where}, in the world's frame, 95% interval {low:.0f}-{high:.0f}"
        f"{_blame(finding.verdict)}."
    )


def say_swap(finding: Finding) -> str:
    """``Left and right legs are exchanged in S1 Sitting-2, frames 13 to 26``."""
    assert finding.joint is not None
    limbs = _LIMBS.get(finding.joint, finding.joint)
    if finding.frames is None:
        return (
            f"Left and right {limbs} are exchanged in all frames of {finding.subject}; the labels are "
            f"{finding.effect_mm:.0f} mm from where they belong{_blame(finding.verdict)}."
        )
    return (
        f"Left and right {limbs} are exchanged in {finding.subject} "
        f"{finding.sequence}, {name_frames(finding.frames)}; the labels are {finding.effect_mm:.0f} mm from "
        "where they belong."
    )


def say_outlier(finding: Finding) -> str:
    """``S5's left ankle label jumps 72 mm off its own path in TakingPhoto-2, frame 38``."""
    assert finding.frames is not None
    joint = name_joint(finding.joint or "")
    return (
        f"{finding.subject}'s {joint} label jumps {finding.effect_mm:.0f} mm off its own path in "
        f"{finding.sequence}, {name_frames(finding.frames)}."
    )


def say_drift(finding: Finding, change: FloatArray) -> str:
    """``S7's right knee label slips 41 mm upwards in its bone's frame, in Phoning-1, frames 15 to 40``."""
    assert finding.frames is not None
    low, high = finding.interval_mm
    length = in_millimetres(float(np.linalg.norm(change)))
    joint = name_joint(finding.joint or "")
    return (
        f"{finding.subject}'s {joint} label slips {length} mm {_towards(change)} in its bone's frame, in "
        f"{finding.sequence}, {name_frames(finding.frames)}, 95% interval {low:.0f}-{high:.0f}"
        f"{_blame(finding.verdict)}."
    )


def _towards(change: FloatArray) -> str:
    axis = int(np.abs(change).argmax())
    words = (("leftwards", "rightwards"), ("upwards", "downwards"), ("forwards", "backwards"))
    return words[axis][0 if change[axis] > 0 else 1]


def _blame(verdict: Verdict) -> str:
    """What is to blame, where it is not the label."""
    return {
        "bad-label": "",
        "bad-fit": "; the bodies rather than the labels are to blame",
        "bad-regressor": "; the regressor rather than the labels is to blame",
        "bad-camera": "; a camera rather than the labels is to blame",
        "undecided": "; what is to blame is open",
    }[verdict]
