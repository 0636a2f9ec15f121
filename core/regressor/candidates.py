"""Which vertices may carry a joint's weight: those near it, on its own side of the body."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import RegressorError
from core.joints import JointSet
from core.types import FloatArray

#: Metres around the joint: how far its candidate vertices lie, on the trunk and elsewhere.
TRUNK_RADIUS = 0.36
RADIUS = 0.17
#: Metres that a limb's candidates may lie across the middle of the body.
SIDE_TOLERANCE = 0.02


def choose_candidates(
    centres: FloatArray,
    rest_vertices: FloatArray,
    joint_set: JointSet,
    *,
    trunk_radius: float = TRUNK_RADIUS,
    radius: float = RADIUS,
) -> list[NDArray[np.intp]]:
    """Vertices that may carry weight, for every joint.

    Args:
        centres: (J, V) regressor whose joints on the rest mesh are the centres; the standard one will do.
        rest_vertices: (V, 3) metres.
        joint_set: its mirror pairs keep limbs on their own side of the body.
        trunk_radius: metres, for joints from which both sides branch off.
        radius: metres, for all others.

    Returns:
        One array of vertex indices a joint.

    Raises:
        RegressorError: a joint has none.
    """
    joints = np.asarray(centres, dtype=np.float64) @ rest_vertices  # [J, 3]
    reach = np.array(
        [trunk_radius if joint in _find_trunk(joint_set) else radius for joint in range(len(joints))]
    )
    near = np.linalg.norm(rest_vertices - joints[:, None], axis=-1) < reach[:, None]  # [J, V]
    for right, left in joint_set.pairs:
        middle, towards_right = (joints[right] + joints[left]) / 2, joints[right] - joints[left]
        across = (rest_vertices - middle) @ (towards_right / np.linalg.norm(towards_right))
        near[right] &= across > -SIDE_TOLERANCE
        near[left] &= across < SIDE_TOLERANCE
    for joint in np.flatnonzero(~near.any(axis=1)):
        raise RegressorError(
            f"{joint_set.names[joint]}: no vertex lies within {reach[joint]:.2f} m of it on the rest mesh; "
            "is the starting regressor one of this body's?"
        )
    return [np.flatnonzero(row) for row in near]


def _find_trunk(joint_set: JointSet) -> set[int]:
    """Joints that are ancestors of a mirror pair."""
    trunk = set()
    for joint in (joint for right, left in joint_set.pairs for joint in (right, left)):
        ancestor = joint_set.parents[joint]
        while ancestor >= 0:
            trunk.add(ancestor)
            ancestor = joint_set.parents[ancestor]
    return trunk - {joint for pair in joint_set.pairs for joint in pair}
