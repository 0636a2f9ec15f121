"""How two regressors differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import RegressorError
from core.joints import H36M_17, JointSet
from core.types import FloatArray

if TYPE_CHECKING:
    from core.body.model import BodyModel


def diff_regressors(
    first: FloatArray,
    second: FloatArray,
    body: BodyModel | None = None,
    *,
    joint_set: JointSet = H36M_17,
) -> dict[str, Any]:
    """Compare normalised weights (J, V), both in the order of a joint set.

    Returns:
        ``joints``: one entry a row with ``joint``, ``moved_weight`` (share of the weight that lies on other
        vertices, 0 to 1), ``shared_vertices``, ``only_first``, ``only_second`` and, with a body,
        ``distance_mm`` on its rest mesh; ``identical``; the means of both figures.

    Raises:
        RegressorError: the two are for different numbers of vertices.
    """
    if first.shape != second.shape:
        raise RegressorError(
            f"one regressor is {first.shape}, the other {second.shape}: they fit other meshes"
        )
    moved = np.abs(first - second).sum(axis=1) / 2
    distances = None
    if body is not None:
        if first.shape[1] != body.vertex_count:
            raise RegressorError(
                f"the regressors are for {first.shape[1]} vertices; "
                f"the body {body.name} has {body.vertex_count}"
            )
        distances = 1000 * np.linalg.norm((first - second) @ body.v_template.astype(np.float64), axis=-1)
    joints = []
    for row, joint in enumerate(joint_set.names):
        in_first, in_second = first[row] > 0, second[row] > 0
        entry = {
            "joint": joint,
            "moved_weight": float(moved[row]),
            "shared_vertices": int((in_first & in_second).sum()),
            "only_first": int((in_first & ~in_second).sum()),
            "only_second": int((in_second & ~in_first).sum()),
        }
        if distances is not None:
            entry["distance_mm"] = float(distances[row])
        joints.append(entry)
    return {
        "identical": bool(np.array_equal(first, second)),
        "mean_moved_weight": float(moved.mean()),
        "mean_distance_mm": None if distances is None else float(distances.mean()),
        "joints": joints,
    }
