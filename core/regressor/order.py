"""Whether the legs of a regressor come left or right first, told by geometry.

SPIN's regressor and the paper's have the left leg in rows 1-3, Pose2Mesh's has the right one there; all
other rows agree. The mixed-up order gives plausible, false numbers, and a regressor of another vertex
order has the right shape and gives garbage, so both are found out on the body's rest mesh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.errors import RegressorError
from core.joints import H36M_17, LEFT_FIRST_TO_RIGHT_FIRST, JointSet
from core.limbs import ALL, find_limbs
from core.regressor.places import find_rest_places, measure_misplacement
from core.types import FloatArray

if TYPE_CHECKING:
    from core.body.model import BodyModel

#: Of Human3.6M's 17 joints the legs come in two orders; of any other set, rows come as the set names them.
Order = Literal["left-first", "right-first", "as-named"]

_LEG_ROWS = slice(1, 7)
#: By how much a row may lie nearer to another joint and still count as its own's, metres; nose and top of the
#: head have one place.
_PREFERENCE = 0.03

#: SMPL's own numbering: limb vertices on the left lie below, on the right above (smplx's ``vertex_ids``:
#: left heel 3387, right heel 6787).
SMPL_VERTICES = 6890
_FIRST_RIGHT_VERTEX = 3500


def find_order_on_body(weights: FloatArray, body: BodyModel, joint_set: JointSet = H36M_17) -> Order:
    """Order of the rows of normalised weights (J, V), by where they land on the body's rest mesh.

    Raises:
        RegressorError: a row lands nowhere near its joint; of rows in another order it tells the right one.
    """
    joints = weights @ body.v_template.astype(np.float64)
    as_named = measure_misplacement(joints, body, joint_set)
    if joint_set == H36M_17:
        left_first = measure_misplacement(joints[list(LEFT_FIRST_TO_RIGHT_FIRST)], body, joint_set)
        legs_as_named = as_named[_LEG_ROWS].sum() <= left_first[_LEG_ROWS].sum()
        order: Order = "right-first" if legs_as_named else "left-first"
        distances = as_named if legs_as_named else left_first
    else:
        order, distances = "as-named", as_named
    excess = distances - np.array([place.reach for place in joint_set.places])
    if excess.max() > 0:
        worst = int(excess.argmax())
        rows = find_exchanged_rows(weights, body, joint_set)
        if rows is not None:
            at = next(row for row in range(len(rows)) if rows[row] != row)
            raise RegressorError(
                f"{_describe_order(rows, joint_set)}: row {at} lands on {joint_set.names[rows.index(at)]}, "
                f"not on {joint_set.names[at]}; save weights[{rows}] instead, which is {joint_set.name}"
            )
        raise RegressorError(
            f"the row of {joint_set.names[worst]} lands {100 * distances[worst]:.0f} cm from that joint of "
            f"the body {body.name}, and {int((excess > 0).sum())} of {len(joint_set)} rows are off: it "
            "belongs to another mesh topology or joint order; give the body file that it was made for"
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
    """Weights (17, V) with their rows in our order, the right leg first."""
    return weights[list(LEFT_FIRST_TO_RIGHT_FIRST)] if order == "left-first" else weights


def find_exchanged_rows(
    weights: FloatArray, body: BodyModel, joint_set: JointSet = H36M_17
) -> list[int] | None:
    """For every joint the row that lands on it, each once; None where rows are as named or land elsewhere."""
    joints = weights @ body.v_template.astype(np.float64)
    apart = np.linalg.norm(find_rest_places(body, joint_set)[:, None] - joints, axis=-1)  # [joint, row]
    joint, row = linear_sum_assignment(apart - _PREFERENCE * np.eye(len(apart)))
    reach = np.array([place.reach for place in joint_set.places])
    elsewhere = (row == joint).all() or (apart[joint, row] > reach).any()
    return None if elsewhere else row.tolist()


def _describe_order(rows: list[int], joint_set: JointSet) -> str:
    for limb, pairs in find_limbs(joint_set).items():
        exchanged = {joint: other for pair in pairs for joint, other in (pair, pair[::-1])}
        if rows == [exchanged.get(joint, joint) for joint in range(len(rows))]:
            return "left and right are exchanged" if limb == ALL else f"left and right {limb} are exchanged"
    return "its rows are in another order"
