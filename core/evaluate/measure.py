"""Figures that can be made of the same joints and labels: which error, over which joints, about which root.

Papers differ in all three, and the differences are as large as the progress they report. MPJPE is taken
relative to a root: SPIN and the released code of Hedlin et al. subtract the regressed pelvis row, VIBE the
middle between both hips. Human3.6M's labelled pelvis lies there within 0.001 mm, so the choice moves
predictions only. PA-MPJPE aligns by similarity and knows no root.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.joints import JointSet

Kind = Literal["mpjpe", "pa_mpjpe"]
Root = Literal["pelvis-row", "mid-hips"]


@dataclass(frozen=True)
class Measure:
    """One figure.

    Attributes:
        kind: which error.
        subset: name of the joint set's subset that is averaged over.
        root: what MPJPE is relative to; None for PA-MPJPE.
        every: which frames are counted, see :mod:`core.evaluate.sampling`.
    """

    kind: Kind
    subset: str
    root: Root | None = None
    every: int = 1


def find_root(joint_set: JointSet, root: Root) -> tuple[int, ...]:
    """Joints whose mean a convention takes for the root.

    Raises:
        DatasetError: the joint set lacks them.
    """
    if root == "pelvis-row":
        return (joint_set.pelvis,)
    return joint_set.index("RHip"), joint_set.index("LHip")


def name_root(joint_set: JointSet, root: Root) -> str:
    """What a person reads of a root."""
    if root == "pelvis-row":
        return f"relative to the regressor's {joint_set.names[joint_set.pelvis]} row"
    return "relative to the middle between both hips"
