"""Bodies reduced to what an audit needs: regressed joints, and how the bones that carry them are turned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from core.body.model import BodyModel
from core.body.reduced_body import reduce_body
from core.body.skinning import pose_vertices
from core.types import BODY_JOINTS, BodyParameters, FloatArray, IntArray

#: How much worse than the best bone the one above it may hold a joint, metres.
_TOLERANCE = 0.02
#: Bodies that are posed at once.
BLOCK = 4096


@dataclass(frozen=True)
class PosedJoints:
    """Joints of N bodies.

    Attributes:
        joints: (N, J, 3) metres, frame of the bodies' parameters.
        bones: (N, 24, 3, 3) rotations of the body's bones from rest, in the same frame.
        places: (N, 24, 3) metres, the body's own joints.
    """

    joints: FloatArray
    bones: FloatArray
    places: FloatArray


@dataclass(frozen=True)
class JointBody:
    """A body of nothing but what some regressors need, which is quick to pose and to send to another process.

    Attributes:
        body: of the regressors' vertices, its own joints after them.
        weights: (S, J, U) of the S regressors at these U vertices.
    """

    body: BodyModel
    weights: FloatArray

    def pose(self, parameters: BodyParameters, chosen: IntArray) -> PosedJoints:
        """Pose N bodies, each with a regressor of its own.

        Args:
            parameters: of the bodies.
            chosen: (N,) which of the regressors regresses each.
        """
        count, support = len(parameters), self.weights.shape[2]
        joints = np.empty((count, self.weights.shape[1], 3))
        places = np.empty((count, BODY_JOINTS, 3))
        for start in range(0, count, BLOCK):
            block = slice(start, start + BLOCK)
            vertices = pose_vertices(self.body, parameters[block]).astype(np.float64)
            for number in np.unique(chosen[block]):
                rows = np.flatnonzero(chosen[block] == number)
                joints[start + rows] = self.weights[number] @ vertices[rows, :support]
            places[block] = vertices[:, support:]
        return PosedJoints(joints, turn_bones(self.body, parameters), places)


def reduce_to_joints(model: BodyModel, regressors: FloatArray) -> JointBody:
    """What a body of V vertices needs for the joints of some regressors, (S, J, V)."""
    support = np.flatnonzero(regressors.any(axis=(0, 1)))
    # Laid out as another process gets it: the order of its sums follows from that.
    return JointBody(reduce_body(model, support), np.ascontiguousarray(regressors[:, :, support]))


def pose_joints(
    model: BodyModel, parameters: BodyParameters, regressors: FloatArray, chosen: IntArray
) -> PosedJoints:
    """Pose bodies, each with a regressor of its own.

    Args:
        model: the body model, with V vertices.
        parameters: of N bodies.
        regressors: (S, J, V).
        chosen: (N,) which of the regressors regresses each body.
    """
    return reduce_to_joints(model, regressors).pose(parameters, chosen)


def turn_bones(model: BodyModel, parameters: BodyParameters) -> FloatArray:
    """Rotations of the 24 bones from rest, in the frame of the root, (N, 24, 3, 3)."""
    pose = np.ascontiguousarray(parameters.pose, dtype=np.float64).reshape(-1, 3)
    turns = Rotation.from_rotvec(pose).as_matrix().reshape(-1, BODY_JOINTS, 3, 3)
    for bone in range(1, BODY_JOINTS):
        turns[:, bone] = turns[:, int(model.parents[bone])] @ turns[:, bone]
    return turns


def find_carrying_bones(model: BodyModel, posed: PosedJoints) -> IntArray:
    """For each joint the bone whose frame its offset is told in, (J,).

    That is the bone in whose frame the joint keeps its place best, or the one above it where the joint
    does nearly as well there: a marker at a joint moves with the bone above it.

    Args:
        model: the body model.
        posed: bodies in many poses; some hundred do.
    """
    joints, bones, places = posed.joints, posed.bones, posed.places
    relative = np.einsum("nbij,nbki->nbkj", bones, joints[:, None] - places[:, :, None])  # [n, 24, J, 3]
    spread = np.linalg.norm(relative - np.median(relative, axis=0), axis=-1)
    spread = np.median(spread, axis=0)  # [24, J]
    best = spread.argmin(axis=0)
    above = np.maximum(np.asarray(model.parents)[best], 0)
    joint = np.arange(len(best))
    return np.where(spread[above, joint] <= spread[best, joint] + _TOLERANCE, above, best)
