"""Labels: what the studio's motion capture says, which is nearly but not quite where the joints are."""

from __future__ import annotations

import numpy as np

from core.joints import H36M_17
from core.studio.people import pose_bodies, reduce_bodies
from core.studio.scene import Scene
from core.studio.skeleton import carry
from core.studio.streams import open_stream
from core.studio.subjects import SUBJECTS
from core.types import FloatArray

#: Measurement noise, metres an axis.
NOISE = 0.002
#: What is constant a subject and joint, because people and marker placement differ; metres an axis.
IDIOSYNCRASY = 0.003


def regress_joints(scene: Scene, regressor: FloatArray) -> FloatArray:
    """Joints (N, 17, 3) of the true bodies in the world, metres."""
    used = np.nonzero(regressor.any(axis=0))[0]
    bodies = reduce_bodies(scene.bodies, used)
    vertices = pose_bodies(bodies, scene.subjects, scene.parameters)[:, : len(used)]
    return regressor[:, used] @ vertices.astype(np.float64)


def measure_labels(scene: Scene, joints: FloatArray) -> FloatArray:
    """Labels (N, 17, 3) in the world, metres, without defects, from the true joints."""
    stream = open_stream(scene.seed, "labels")
    own = {subject: stream.normal(size=(len(H36M_17), 3)) * IDIOSYNCRASY for subject in SUBJECTS}
    offsets = np.stack([own[key.subject] for key in scene.instants])
    noise = stream.normal(size=joints.shape) * NOISE
    return joints + carry(offsets, scene.parameters.pose) + noise
