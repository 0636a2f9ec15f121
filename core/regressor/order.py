"""Whether the legs of a regressor come left or right first, told by geometry.

SPIN's regressor and the paper's have the left leg in rows 1-3, Pose2Mesh's has the right one there; all
other rows agree. The mixed-up order gives plausible, false numbers, and a regressor of another vertex
order has the right shape and gives garbage, so both are found out on the body's rest mesh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from core.errors import RegressorError
from core.joints import H36M_17, LEFT_FIRST_TO_RIGHT_FIRST
from core.types import FloatArray

if TYPE_CHECKING:
    from core.body.model import BodyModel

Order = Literal["left-first", "right-first"]

#: For each of our 17 joints the nearest of SMPL's 24, and how far from it on the rest mesh a regressor may
#: put it, in metres. Regressors in use differ by 1-8 cm; foreign vertex orders by half a metre.
_LANDMARKS = {
    "Pelvis": (0, 0.15), "RHip": (2, 0.15), "RKnee": (5, 0.15), "RAnkle": (8, 0.15),
    "LHip": (1, 0.15), "LKnee": (4, 0.15), "LAnkle": (7, 0.15), "Spine": (6, 0.25),
    "Neck": (12, 0.18), "Nose": (15, 0.22), "HeadTop": (15, 0.32),
    "LShoulder": (16, 0.15), "LElbow": (18, 0.15), "LWrist": (20, 0.15),
    "RShoulder": (17, 0.15), "RElbow": (19, 0.15), "RWrist": (21, 0.15),
}  # fmt: skip
_LEG_ROWS = slice(1, 7)

#: SMPL's own numbering: limb vertices on the left lie below, on the right above (smplx's ``vertex_ids``:
#: left heel 3387, right heel 6787).
SMPL_VERTICES = 6890
_FIRST_RIGHT_VERTEX = 3500


def find_order_on_body(weights: FloatArray, body: BodyModel) -> Order:
    """Order of the legs of normalised weights (17, V), by where they land on the body's rest mesh.

    Raises:
        RegressorError: a row lands nowhere near its joint in either order.
    """
    joints = weights @ body.v_template.astype(np.float64)
    right_first = _measure_distances(joints, body)
    left_first = _measure_distances(joints[list(LEFT_FIRST_TO_RIGHT_FIRST)], body)
    order: Order = (
        "right-first" if right_first[_LEG_ROWS].sum() <= left_first[_LEG_ROWS].sum() else "left-first"
    )
    distances = right_first if order == "right-first" else left_first
    excess = distances - np.array([reach for _, reach in _LANDMARKS.values()])
    if excess.max() > 0:
        worst = int(excess.argmax())
        raise RegressorError(
            f"the row of {H36M_17.names[worst]} lands {100 * distances[worst]:.0f} cm from that joint of the "
            f"body {body.name}, and {int((excess > 0).sum())} of 17 rows are off: it belongs to another mesh "
            "topology or joint order; give the body file that it was made for"
        )
    return order


def guess_order_by_numbering(weights: FloatArray) -> Order | None:
    """Order of the legs of a regressor for SMPL's own vertex numbering, without a mesh.

    Both orders have the left arm in rows 11-13 and the right one in 14-16; where these do not lie as SMPL
    numbers them, the mesh is another and the answer None.
    """
    if weights.shape[1] != SMPL_VERTICES:
        return None
    on_left = weights[:, :_FIRST_RIGHT_VERTEX].sum(axis=1) / weights.sum(axis=1) > 0.5
    if not (on_left[11:14].all() and not on_left[14:17].any()):
        return None
    if on_left[1:4].all() and not on_left[4:7].any():
        return "left-first"
    if on_left[4:7].all() and not on_left[1:4].any():
        return "right-first"
    return None


def to_right_first(weights: FloatArray, order: Order) -> FloatArray:
    """Rows in our order."""
    return weights if order == "right-first" else weights[list(LEFT_FIRST_TO_RIGHT_FIRST)]


def _measure_distances(joints: FloatArray, body: BodyModel) -> FloatArray:
    landmarks = body.joint_template[[joint for joint, _ in _LANDMARKS.values()]]
    return np.linalg.norm(joints - landmarks, axis=-1)
