"""Whether bodies belong to the frames that they were matched with: their limbs against the labelled ones.

Estimators are wrong by centimetres, another frame's body by decimetres, so even a rough comparison tells.
It takes SMPL's own joints, hence no regressor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.body.model import BodyModel
from core.body.skinning import pose_joints
from core.cameras import Camera
from core.joints import JointSet
from core.types import BodyParameters, FloatArray, FrameKey

#: SMPL's hips, knees, ankles, shoulders, elbows and wrists.
_LIMBS = (1, 2, 4, 5, 7, 8, 16, 17, 18, 19, 20, 21)
_FEWEST_LIMBS = 4
#: A body of the right frame lies nearer to the labels than this (median, millimetres), and nearer than this
#: share of what bodies of shuffled frames do.
_MOST_DISTANCE_MM = 150.0
_MOST_SHARE = 0.75
_SAMPLE = 1024


@dataclass(frozen=True, eq=False)
class MatchTarget:
    """The frames that estimates are matched with.

    Attributes:
        keys: of the frames, in order.
        cameras: by subject and name.
        joint_set: that the labels follow.
        body: the model that the estimates belong to.
        read_labels: rows -> labelled joints (n, J, 3) metres, camera frame or relative to the pelvis.
        file_order: rows in the order of the data set's own file, where it has one.
    """

    keys: Sequence[FrameKey]
    cameras: Mapping[tuple[str, str], Camera]
    joint_set: JointSet
    body: BodyModel
    read_labels: Callable[[NDArray[np.intp]], FloatArray]
    file_order: NDArray[np.intp] | None = None


@dataclass(frozen=True)
class Plausibility:
    """How near bodies lie to the labels of the frames that they were matched with.

    Attributes:
        median_mm: distance of limb joints, moved onto each other; NaN where nothing can be compared.
        shuffled_mm: the same with the bodies of other frames.
        bodies: how many were compared.
    """

    median_mm: float
    shuffled_mm: float
    bodies: int

    @property
    def holds(self) -> bool:
        """Whether the bodies are those of their frames, as far as that can be told."""
        return self.median_mm < _MOST_DISTANCE_MM and self.median_mm < _MOST_SHARE * self.shuffled_mm

    def __str__(self) -> str:
        if not np.isfinite(self.median_mm):
            return "their limbs cannot be compared with labels"
        told = (
            f"their limbs lie {self.median_mm:.0f} mm from the labels (median of {self.bodies} bodies; "
            f"{self.shuffled_mm:.0f} mm with the frames shuffled)"
        )
        return told if self.holds else f"{told}, too far to be bodies of these frames"


def measure_plausibility(
    target: MatchTarget, parameters: BodyParameters, rows: NDArray[np.intp]
) -> Plausibility:
    """Compare some bodies, camera frame, with the labels of ``rows``, one each."""
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _SAMPLE)).astype(np.intp))
    rows = rows[chosen]
    pairs = [(target.joint_set.find_smpl_joint(limb), limb) for limb in _LIMBS]
    shared = [(joint, limb) for joint, limb in pairs if joint is not None]
    if not len(rows) or len(shared) < _FEWEST_LIMBS:
        return Plausibility(np.nan, np.nan, 0)
    bodies = parameters[chosen]
    bodies = replace(bodies, transl=np.zeros_like(bodies.transl))
    limbs = pose_joints(target.body, bodies)[:, [limb for _, limb in shared]].astype(np.float64)
    labels = target.read_labels(rows)[:, [joint for joint, _ in shared]].astype(np.float64)
    other = np.random.default_rng(0).permutation(len(rows))
    return Plausibility(_compare(limbs, labels), _compare(limbs[other], labels), len(rows))


def _compare(limbs: FloatArray, labels: FloatArray) -> float:
    """Median over bodies of the mean distance, centres moved onto each other, millimetres."""
    there = np.asarray(np.isfinite(labels + limbs).all(axis=-1, keepdims=True))
    count = np.asarray(there.sum(axis=1))
    enough = np.asarray(count[:, 0] >= _FEWEST_LIMBS)
    if not enough.any():
        return float("nan")
    difference = np.where(there, limbs - labels, 0)[enough]
    there, count = there[enough], count[enough]
    difference = np.where(there, difference - (difference.sum(axis=1) / count)[:, None], 0)
    distances = np.linalg.norm(difference, axis=-1).sum(axis=1) / count[:, 0]
    return 1000 * float(np.median(distances))
