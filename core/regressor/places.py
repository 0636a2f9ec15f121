"""Where the joints of a set lie on a body at rest: what regressors are held against, and one made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.errors import RegressorError
from core.joints import JointSet
from core.regressor.record import Regressor
from core.types import FloatArray

if TYPE_CHECKING:
    from core.body.model import BodyModel

#: Vertices that a joint beside SMPL's is read from, the nearest ones.
_NEAREST = 8


def find_rest_places(body: BodyModel, joint_set: JointSet) -> FloatArray:
    """Places of the joints on the body's rest mesh, (J, 3) metres.

    Raises:
        RegressorError: the joint set does not tell them.
    """
    if not joint_set.places:
        raise RegressorError(f"joint set {joint_set.name} does not tell where its joints lie on a body")
    at = [place.smpl_joint for place in joint_set.places]
    return body.joint_template[at] + np.array([place.offset for place in joint_set.places])


def measure_misplacement(joints: FloatArray, body: BodyModel, joint_set: JointSet) -> FloatArray:
    """Distance of regressed rest joints (J, 3) to their places, metres (J,)."""
    return np.asarray(np.linalg.norm(joints - find_rest_places(body, joint_set), axis=-1))


def make_anatomical_regressor(body: BodyModel, joint_set: JointSet, *, name: str = "J_std") -> Regressor:
    """A regressor to start from where nobody has published one for a joint set.

    Joints that SMPL has too are read as SMPL reads them; the others from the nearest vertices of their
    place, the nearer the more.
    """
    vertices = body.v_template.astype(np.float64)
    rows = np.zeros((len(joint_set), len(vertices)))
    for row, place, target in zip(rows, joint_set.places, find_rest_places(body, joint_set)):
        if place.offset == (0.0, 0.0, 0.0):
            row[:] = np.maximum(body.joint_regressor[place.smpl_joint], 0)
        else:
            distances = np.linalg.norm(vertices - target, axis=-1)
            nearest = np.argsort(distances)[:_NEAREST]
            row[nearest] = 1 / (distances[nearest] + 1e-3)
    return Regressor(
        name=name,
        weights=rows / rows.sum(axis=1, keepdims=True),
        topology=body.topology,
        joint_set=joint_set.name,
        provenance={
            "made_from": "the body's own joints and the joint set's places",
            "order_in_file": "as-named",
            "normalised_on_import": False,
        },
    )
