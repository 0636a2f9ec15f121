"""Both feet on the floor: legs bent a little until neither foot hovers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.body.model import BodyModel
from core.studio.people import Bodies, pose_bodies, reduce_bodies
from core.studio.skeleton import BODY_JOINT
from core.types import BodyParameters, BoolArray, FloatArray, IntArray

_SIDES = ("left", "right")
#: How much hip, knee and ankle bend, so that the sole keeps its tilt.
_BEND = {"hip": -1.0, "knee": 2.0, "ankle": -1.0}
_MOST_BEND = 0.7
_HALVINGS = 10
#: Height of a sole's vertices over the lowest at rest, metres.
_SOLE = 0.03


def plant_feet(
    bodies: Bodies, subjects: Sequence[str], parameters: BodyParameters, planted: BoolArray
) -> BodyParameters:
    """The same bodies with the lower leg bent until both feet are equally low.

    Args:
        bodies: by subject.
        subjects: of the N rows.
        parameters: world frame, z up.
        planted: (N,) whose feet are both on the floor; the others stay as they are.
    """
    soles = [find_sole(bodies[subjects[0]], side) for side in _SIDES]
    reduced, count = reduce_bodies(bodies, np.concatenate(soles)), len(soles[0])
    lower = np.zeros(len(subjects), dtype=int)

    def measure(bend: FloatArray) -> FloatArray:
        """Lowest points of both feet, (N, 2) metres."""
        posed = pose_bodies(reduced, subjects, bend_legs(parameters, lower, bend))
        heights = posed[:, : count + len(soles[1]), 2]
        return np.stack([heights[:, :count].min(axis=1), heights[:, count:].min(axis=1)], axis=1)

    straight = measure(np.zeros(len(subjects)))
    lower[:] = straight.argmin(axis=1)
    rows = np.arange(len(subjects))
    wanted = straight[rows, 1 - lower]
    low, high = np.zeros(len(subjects)), np.full(len(subjects), _MOST_BEND)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = measure(middle)[rows, lower] > wanted
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return bend_legs(parameters, lower, np.where(planted, low, 0.0))


def bend_legs(parameters: BodyParameters, side: IntArray, bend: FloatArray) -> BodyParameters:
    """Bend one leg of every body: ``side`` (N,) 0 for the left, 1 for the right, ``bend`` (N,) radians."""
    pose, rows = parameters.pose.copy(), np.arange(len(side))
    for joint, share in _BEND.items():
        pose[rows, np.array([BODY_JOINT[f"{name}_{joint}"] for name in _SIDES])[side], 0] += share * bend
    return BodyParameters(pose[:, 0], pose[:, 1:].reshape(len(pose), -1), parameters.betas, parameters.transl)


def find_sole(body: BodyModel, side: str) -> IntArray:
    """(n,) vertices under a foot; ``side`` is left or right."""
    joints = [BODY_JOINT[f"{side}_ankle"], BODY_JOINT[f"{side}_foot"]]
    foot = body.weights[:, joints].sum(axis=1) > 0.5
    height = body.v_template[:, 1]
    return np.nonzero(foot & (height < height[foot].min() + _SOLE))[0]
