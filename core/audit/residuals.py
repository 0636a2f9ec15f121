"""Residuals: where labels lie from the joints of a body, told in the frame of the bone that carries each."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.alignment import Alignment, align_rigid, find_scales
from core.audit.observations import Observations
from core.audit.posing import PosedJoints
from core.types import FloatArray, IntArray


@dataclass(frozen=True)
class Residuals:
    """What is left between labels and laid-over bodies.

    Attributes:
        local: (M, J, 3) metres, label minus joint in the rest frame of the carrying bone, which for SMPL is
            towards the body's left, up, forward; median over the views of each instant; NaN where unknown.
        apart: (N, J, 3) metres, the same of every view in its camera's frame.
        alignment: of the N views.
        scales: (N,) size of the labels' bodies over the estimated ones.
    """

    local: FloatArray
    apart: FloatArray
    alignment: Alignment
    scales: FloatArray


def measure_residuals(posed: PosedJoints, carriers: IntArray, observations: Observations) -> Residuals:
    """Lay bodies over labels, by one scale a subject, and measure what is left.

    Args:
        posed: joints of the N views, by regressors that have not seen the view's subject.
        carriers: (J,) bone that carries each joint.
        observations: labels of the N views.
    """
    scales = find_scales(posed.joints, observations.labels, observations.usable, observations.subjects)
    alignment = align_rigid(posed.joints, observations.labels, observations.usable, scale=scales)
    apart = observations.labels - alignment.apply(posed.joints)
    local = (turn_to_bones(posed, alignment, carriers) @ apart[..., None])[..., 0]
    return Residuals(observations.merge_views(local), apart, alignment, scales)


def turn_to_bones(posed: PosedJoints, alignment: Alignment, carriers: IntArray) -> FloatArray:
    """Rotations from the frame of the labels to the rest frame of each joint's bone, (N, J, 3, 3)."""
    return (alignment.R[:, None] @ posed.bones[:, carriers]).swapaxes(-1, -2)
