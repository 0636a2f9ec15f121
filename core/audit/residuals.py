"""Residuals: where labels lie from the joints of a body, told in the frame of the bone that carries each."""

from __future__ import annotations

from dataclasses import dataclass

from core.audit.alignment import Alignment, align_rigid, find_scales, share_scales
from core.audit.file_array import Table
from core.audit.observations import Observations
from core.audit.posing import PosedJoints
from core.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class LaidViews:
    """What is left between labels and the bodies that were laid over them, of N views.

    Attributes:
        alignment: that lays the bodies over the labels.
        apart: (N, J, 3) metres, label minus joint in the camera's frame; NaN where unknown.
        local: (N, J, 3) metres, the same in the rest frame of the carrying bone.
        turns: (K, J, 3, 3) rotations from the frame of the labels to the rest frame of each joint's bone, of
            some of the views.
    """

    alignment: Alignment
    apart: Table
    local: Table
    turns: Table


@dataclass(frozen=True)
class Residuals:
    """What is left between labels and laid-over bodies.

    Attributes:
        local: (M, J, 3) metres, label minus joint in the rest frame of the carrying bone, which for SMPL is
            towards the body's left, up, forward; median over the views of each instant; NaN where unknown.
        apart: (N, J, 3) metres, the same of every view in its camera's frame.
        alignment: of the N views.
        turns: (K, J, 3, 3) rotations from the frame of the first view of each instant that has one to each
            joint's bone.
    """

    local: FloatArray
    apart: Table
    alignment: Alignment
    turns: Table


def measure_residuals(posed: PosedJoints, carriers: IntArray, observations: Observations) -> Residuals:
    """Lay bodies over labels, by one scale a subject, and measure what is left; for views that fit in memory.

    Args:
        posed: joints of the N views, by regressors that have not seen the view's subject.
        carriers: (J,) bone that carries each joint.
        observations: labels of the N views.
    """
    labels = observations.labels[:]
    scales = find_scales(posed.joints, labels, observations.usable)
    laid = lay_over(
        posed,
        carriers,
        labels,
        observations.usable,
        scales=share_scales(scales, observations.subjects),
        turned=observations.first_views,
    )
    return merge_views(laid, observations)


def lay_over(
    posed: PosedJoints,
    carriers: IntArray,
    labels: FloatArray,
    usable: BoolArray,
    *,
    scales: FloatArray,
    turned: IntArray,
) -> LaidViews:
    """Lay N bodies over labels, each by itself.

    Args:
        posed: joints of the N views.
        carriers: (J,) bone that carries each joint.
        labels: (N, J, 3) metres.
        usable: (N, J) which labels have a say.
        scales: (N,) size of the labels' bodies over the estimated ones.
        turned: (K,) views whose rotations are wanted.
    """
    alignment = align_rigid(posed.joints, labels, usable, scale=scales)
    apart = labels - alignment.apply(posed.joints)
    turns = (alignment.R[:, None] @ posed.bones[:, carriers]).swapaxes(-1, -2)
    return LaidViews(alignment, apart, (turns @ apart[..., None])[..., 0], turns[turned])


def merge_views(laid: LaidViews, observations: Observations) -> Residuals:
    """Instants of views, whose first ones were turned."""
    return Residuals(observations.merge_views(laid.local), laid.apart, laid.alignment, laid.turns)
