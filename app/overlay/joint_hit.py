"""Which joint lies under the pointer, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.session.frame_data import FrameData
from core.joints import JointSet
from core.types import FloatArray

LABEL = "label"


@dataclass(frozen=True)
class JointHit:
    """A drawn joint under the pointer.

    Attributes:
        source: ``label`` or a regressor's name.
        joint: its index.
    """

    source: str
    joint: int


def find_joint(drawn: dict[str, FloatArray], position: FloatArray, *, reach: float) -> JointHit | None:
    """The drawn joint nearest to a position, if one lies within reach.

    Args:
        drawn: source -> pixels of the whole image, (J, 2), NaN where absent; earlier sources win ties.
        position: pixels of the whole image, (2,).
        reach: pixels of the whole image.
    """
    best, nearest = None, reach
    for source, points in drawn.items():
        distances = np.linalg.norm(points - position, axis=1)
        distances[~np.isfinite(distances)] = np.inf
        joint = int(distances.argmin())
        if distances[joint] < nearest:
            best, nearest = JointHit(source, joint), float(distances[joint])
    return best


def describe_hit(hit: JointHit, frame: FrameData, joint_set: JointSet) -> tuple[str, str]:
    """Heading and line to show beside a joint."""
    heading = f"{joint_set.names[hit.joint]} · {hit.source}"
    if hit.source == LABEL:
        x, y = frame.label_keypoints[hit.joint]
        line = f"x {x:.1f}  y {y:.1f} px"
        return heading, f"{line} · flagged" if frame.flagged[hit.joint] else line
    return heading, format_error(frame, hit.source, hit.joint)


def format_error(frame: FrameData, regressor: str, joint: int) -> str:
    """``4.2 px  31.0 mm from the label``, or why there is no such number."""
    pixels = frame.errors_px[regressor][joint]
    millimetres = frame.errors_mm[regressor][joint]
    if not np.isfinite(millimetres):
        return "no label to compare with"
    if not np.isfinite(pixels):
        return f"{millimetres:.1f} mm from the label"
    return f"{pixels:.1f} px  {millimetres:.1f} mm from the label"
