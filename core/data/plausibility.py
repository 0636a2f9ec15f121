"""Whether bodies belong to the frames that they were matched with: their limbs against the labelled ones.

Estimators are wrong by centimetres, another frame's body by decimetres, so even a rough comparison tells.
It takes SMPL's own joints, hence no regressor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.body.model import BodyModel
from core.body.skinning import pose_joints
from core.cameras import Camera
from core.joints import JointSet
from core.types import BodyParameters, FloatArray, FrameKey

if TYPE_CHECKING:
    from core.project.project import Project

#: SMPL's hips, knees, ankles, shoulders, elbows and wrists.
_LIMBS = (1, 2, 4, 5, 7, 8, 16, 17, 18, 19, 20, 21)
#: The same with left and right exchanged.
_MIRRORED_LIMBS = (2, 1, 5, 4, 8, 7, 17, 16, 19, 18, 21, 20)
_FEWEST_LIMBS = 4
#: A body of the right frame lies nearer to the labels than this (median, millimetres), and nearer than this
#: share of what bodies of shuffled frames do.
_MOST_DISTANCE_MM = 150.0
_MOST_SHARE = 0.75
#: Bodies of a shot that lie farther by this than the usual shot's are another one's.
_STRANGE = 2.0
_SAMPLE = 4096


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

    @classmethod
    def of_project(cls, project: Project) -> MatchTarget:
        """The frames of a project."""
        return cls(project.keys, project.cameras, project.joint_set, project.body(), project.labels)


@dataclass(frozen=True)
class Plausibility:
    """How near bodies lie to the labels of the frames that they were matched with.

    Attributes:
        median_mm: distance of limb joints, moved onto each other; NaN where nothing can be compared.
        shuffled_mm: the same with the bodies of other frames.
        exchanged_mm: the same with the bodies' left and right exchanged.
        bodies: how many were compared.
        strangers: shots whose bodies lie far from the labels where those of the others lie near.
        exchanged: those of them that fit with left and right exchanged.
    """

    median_mm: float
    shuffled_mm: float
    exchanged_mm: float
    bodies: int
    strangers: tuple[str, ...] = ()
    exchanged: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the bodies are those of their frames, as far as that can be told."""
        return self.median_mm < _MOST_DISTANCE_MM and self.median_mm < _MOST_SHARE * self.shuffled_mm

    @property
    def sides_exchanged(self) -> bool:
        """Whether they fit with left and right exchanged, and clearly worse as they are."""
        return fits_exchanged(self.median_mm, self.exchanged_mm)

    def __str__(self) -> str:
        if not np.isfinite(self.median_mm):
            return "their limbs cannot be compared with labels"
        told = (
            f"their limbs lie {self.median_mm:.0f} mm from the labels (median of {self.bodies} bodies; "
            f"{self.shuffled_mm:.0f} mm with the frames shuffled)"
        )
        if self.sides_exchanged:
            return (
                f"{told}, but {self.exchanged_mm:.0f} mm with left and right exchanged: in the labels or in "
                "the bodies, joints called right are the left ones"
            )
        if not self.holds:
            return (
                f"{told}, too far to be bodies of these frames: look at the axes of the labels and of the "
                "bodies, the names of the joints, and the names and numbers of the frames"
            )
        if self.strangers:
            told += (
                f", but those of {name_shots(self.strangers)} lie too far: look at the names of their files "
                "and at their first frame"
            )
        if self.exchanged:
            told += f"; left and right look exchanged in {name_shots(self.exchanged)}"
        return told


def measure_plausibility(
    target: MatchTarget, parameters: BodyParameters, rows: NDArray[np.intp]
) -> Plausibility:
    """Compare some bodies, camera frame, with the labels of ``rows``, one each."""
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _SAMPLE)).astype(np.intp))
    rows = rows[chosen]
    if not len(rows) or len(_list_shared(target.joint_set)) < _FEWEST_LIMBS:
        return Plausibility(np.nan, np.nan, np.nan, 0)
    limbs, exchanged, labels = _read_limbs(target, parameters[chosen], rows)
    other = np.random.default_rng(0).permutation(len(rows))
    keys = [target.keys[row] for row in rows.tolist()]
    distances, mirrored = _measure(limbs, labels), _measure(exchanged, labels)
    by_shot, mirrored_by_shot = _find_medians(keys, distances), _find_medians(keys, mirrored)
    usual = _find_median(np.array(list(by_shot.values())))
    strangers = [
        shot for shot, median in by_shot.items() if median > max(_MOST_DISTANCE_MM, _STRANGE * usual)
    ]
    return Plausibility(
        _find_median(distances),
        _find_median(_measure(limbs[other], labels)),
        _find_median(mirrored),
        len(rows),
        tuple(strangers),
        tuple(shot for shot in strangers if fits_exchanged(by_shot[shot], mirrored_by_shot[shot])),
    )


def measure_sides(
    target: MatchTarget, parameters: BodyParameters, rows: NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """How far the limbs of bodies, camera frame, lie from the labels of ``rows``, one each.

    Returns:
        As they are, and with left and right exchanged, (n,) millimetres each; NaN where it cannot be told.
    """
    if not len(rows) or len(_list_shared(target.joint_set)) < _FEWEST_LIMBS:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    limbs, exchanged, labels = _read_limbs(target, parameters, rows)
    return _measure(limbs, labels), _measure(exchanged, labels)


def name_shots(shots: Sequence[str]) -> str:
    """One of some shots, and how many more there are."""
    return shots[0] + (f" and {len(shots) - 1} more shots" if len(shots) > 1 else "")


def fits_exchanged(median_mm: float, exchanged_mm: float) -> bool:
    """Whether bodies fit with left and right exchanged, and clearly worse as they are."""
    return exchanged_mm < _MOST_DISTANCE_MM and exchanged_mm < _MOST_SHARE * median_mm


def _list_shared(joint_set: JointSet) -> list[tuple[int, int]]:
    """Limb joints that labels and SMPL both have: in the joint set, and in SMPL."""
    pairs = [(joint_set.find_smpl_joint(limb), limb) for limb in _LIMBS]
    return [(joint, limb) for joint, limb in pairs if joint is not None]


def _read_limbs(
    target: MatchTarget, bodies: BodyParameters, rows: NDArray[np.intp]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Limb joints of bodies, those with left and right exchanged, and labels; (n, L, 3) metres each."""
    shared = _list_shared(target.joint_set)
    bodies = replace(bodies, transl=np.zeros_like(bodies.transl))
    posed = pose_joints(target.body, bodies).astype(np.float64)
    mirrored = [_MIRRORED_LIMBS[_LIMBS.index(limb)] for _, limb in shared]
    labels = target.read_labels(rows)[:, [joint for joint, _ in shared]].astype(np.float64)
    return posed[:, [limb for _, limb in shared]], posed[:, mirrored], labels


def _find_medians(keys: Sequence[FrameKey], distances: FloatArray) -> dict[str, float]:
    """Shot -> median distance."""
    shots: dict[str, list[float]] = {}
    for key, distance in zip(keys, distances.tolist()):
        shots.setdefault(f"{key.sequence}/{key.camera}", []).append(distance)
    return {shot: _find_median(np.array(each)) for shot, each in shots.items()}


def _find_median(distances: FloatArray) -> float:
    there = distances[np.isfinite(distances)]
    return float(np.median(there)) if len(there) else float("nan")


def _measure(limbs: FloatArray, labels: FloatArray) -> FloatArray:
    """Mean distance (n,) of limb joints, centres moved onto each other, millimetres; NaN where few are."""
    there = np.asarray(np.isfinite(labels + limbs).all(axis=-1, keepdims=True))
    count = np.asarray(there.sum(axis=1))
    difference = np.where(there, limbs - labels, 0)
    centre = difference.sum(axis=1) / np.maximum(count, 1)
    distances = np.linalg.norm(np.where(there, difference - centre[:, None], 0), axis=-1).sum(axis=1)
    return np.where(count[:, 0] >= _FEWEST_LIMBS, 1000 * distances / np.maximum(count[:, 0], 1), np.nan)
