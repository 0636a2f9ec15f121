"""Initial estimates, biased the way SPIN's are.

The network behind them learned from bodies fitted to the labels *through J_std*, so its bodies are bent
until J_std's joints lie near the labels, and it shrinks shapes towards the mean. What is left is noise:
rotations of the bones, larger out of the image plane, partly inherited along the limb, correlated in time,
and a turn of the whole body. The two scales of the noise are calibrated so that J_std's MPJPE and PA-MPJPE
on the test subjects are those of the paper's Table I.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.optimize import brentq

from core.body.layer import BodyLayer
from core.body.model import BodyModel
from core.body.reduced_body import reduce_body
from core.body.skinning import pose_vertices
from core.evaluate.metrics import mpjpe, pa_mpjpe
from core.rotations import axis_angle_to_matrix, matrix_to_sixd, sixd_to_matrix
from core.studio.actions import FRAME_RATE
from core.studio.estimators import Estimator
from core.studio.labels import regress_joints
from core.studio.scene import Scene
from core.studio.skeleton import (
    BODY_JOINT_NAMES,
    BODY_PARENTS,
    chain_rotations,
    find_axis_angle,
    rotate,
    unchain_rotations,
)
from core.studio.streams import open_stream
from core.studio.subjects import TEST_SUBJECTS
from core.studio.views import Views
from core.types import BODY_JOINTS, BodyParameters, FloatArray, IntArray

#: Share of the way from J_std's joints on the true body to the labels that the fit follows.
_TRUST_IN_LABELS = 0.7
_SHAPE_SHRINKING = 0.4
_SHAPE_ERROR = 0.25
_SHAPE_NOISE = 0.15
_FIT_STEPS = 40

_OUT_OF_PLANE = np.array([1.0, 1.0, 0.45])
#: Share of a bone's noise that the next bone of the limb inherits.
_INHERITED = 0.4
#: Noise of a bone relative to the calibrated scale, where it is not one.
_BONE_NOISE = {
    "spine1": 0.45, "spine2": 0.45, "spine3": 0.45, "left_collar": 0.5, "right_collar": 0.5, "neck": 0.8,
    "head": 0.8, "left_ankle": 1.3, "right_ankle": 1.3, "left_foot": 0.6, "right_foot": 0.6,
    "left_hand": 0.6, "right_hand": 0.6, "left_wrist": 1.3, "right_wrist": 1.3, "left_shoulder": 1.25,
    "right_shoulder": 1.25, "left_elbow": 1.25, "right_elbow": 1.25,
}  # fmt: skip


def make_estimates(
    scene: Scene,
    views: Views,
    labels: FloatArray,
    standard: FloatArray,
    estimator: Estimator,
) -> BodyParameters:
    """One body a view in its camera's frame; ``transl`` is NaN, as the format does not say it.

    Args:
        scene: the true bodies.
        views: M images.
        labels: (N, 17, 3) in the world, metres, without planted defects.
        standard: J_std, (17, V).
        estimator: what to calibrate to, and how steady its noise is.
    """
    used = np.nonzero(standard.any(axis=0))[0]
    body, weights = reduce_body(scene.body, used), standard[:, used]
    stream = open_stream(scene.seed, "estimates", estimator.name)
    shapes = _SHAPE_SHRINKING * scene.parameters.betas + _SHAPE_ERROR * stream.normal(size=(len(scene), 10))
    bent = bend_to_labels(scene, body, weights, shapes, blend(scene, standard, labels))

    camera_bones = chain_rotations(bent)[views.instants]
    camera_bones = views.rotations[:, None] @ camera_bones  # [M, 24, 3, 3]
    betas = shapes[views.instants] + _SHAPE_NOISE * draw_lasting_noise(stream, views, (10,), estimator)
    bone_noise = draw_bone_noise(stream, views, estimator)
    turn_noise = draw_lasting_noise(stream, views, (3,), estimator) * _OUT_OF_PLANE

    def disturb(bones_scale: float, turn_scale: float, rows: IntArray) -> BodyParameters:
        turn = rotate(turn_noise[rows] * turn_scale)[:, None]
        pose = find_axis_angle(
            unchain_rotations(turn @ rotate(bone_noise[rows] * bones_scale) @ camera_bones[rows])
        )
        unknown = np.full((len(rows), 3), np.nan)
        return BodyParameters(pose[:, 0], pose[:, 1:].reshape(len(rows), -1), betas[rows], unknown)

    test = np.array([row for row, key in enumerate(views.keys) if key.subject in TEST_SUBJECTS])
    seen = views.see(labels)[test]

    def predict(bones_scale: float, turn_scale: float) -> FloatArray:
        return weights @ pose_vertices(body, disturb(bones_scale, turn_scale, test))[:, : len(used)]

    # A turn of the whole body leaves PA-MPJPE as it is: the two scales can be found one after the other.
    bones_scale = _solve(lambda scale: pa_mpjpe(predict(scale, 0.0), seen), estimator.pa_mpjpe)
    turn_scale = _solve(lambda scale: mpjpe(predict(bones_scale, scale), seen), estimator.mpjpe)
    return disturb(bones_scale, turn_scale, np.arange(len(views)))


def blend(scene: Scene, standard: FloatArray, labels: FloatArray) -> FloatArray:
    """What a half-taught network aims at: between labels and J_std on true bodies, (N, 17, 3), pelvis 0."""
    seen_by_standard = regress_joints(scene, standard)
    joints = _TRUST_IN_LABELS * labels + (1 - _TRUST_IN_LABELS) * seen_by_standard
    return joints - joints[:, :1]


def bend_to_labels(
    scene: Scene, body: BodyModel, weights: FloatArray, shapes: FloatArray, joints: FloatArray
) -> FloatArray:
    """Rotations (N, 24, 3, 3), the root's in the world, that bring J_std's joints near ``joints``."""
    layer = BodyLayer(body)
    true = axis_angle_to_matrix(torch.as_tensor(scene.parameters.pose, dtype=torch.float32))
    betas = torch.as_tensor(shapes, dtype=torch.float32)
    regressor = torch.as_tensor(weights, dtype=torch.float32)
    target = torch.as_tensor(joints, dtype=torch.float32)
    nowhere = torch.zeros(len(scene), 3)

    def regress(rotations: torch.Tensor, betas: torch.Tensor) -> torch.Tensor:
        found = regressor @ layer(rotations, betas, nowhere).vertices[:, : weights.shape[1]]  # [N, 17, 3]
        return found - found[:, :1]

    sixd = matrix_to_sixd(true).clone().requires_grad_()
    optimizer = torch.optim.Adam([sixd], lr=1e-2)
    for step in range(_FIT_STEPS):
        if step == int(0.7 * _FIT_STEPS):
            optimizer.param_groups[0]["lr"] = 3e-3
        rotations = sixd_to_matrix(sixd)
        loss = (
            1e3 * (regress(rotations, betas) - target).square().sum()
            + 0.3 * (rotations - true).square().sum()
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return sixd_to_matrix(sixd.detach()).double().numpy()


def draw_bone_noise(stream: np.random.Generator, views: Views, estimator: Estimator) -> FloatArray:
    """Rotation vectors (M, 24, 3) of unit scale in the camera's frame; the root has none."""
    own = draw_lasting_noise(stream, views, (BODY_JOINTS, 3), estimator) * _OUT_OF_PLANE
    noise = np.zeros_like(own)
    for joint in range(1, BODY_JOINTS):
        noise[:, joint] = _BONE_NOISE.get(BODY_JOINT_NAMES[joint], 1.0) * own[:, joint]
        noise[:, joint] += _INHERITED * noise[:, BODY_PARENTS[joint]]
    return noise


def draw_lasting_noise(
    stream: np.random.Generator, views: Views, shape: tuple[int, ...], estimator: Estimator
) -> FloatArray:
    """Standard normal noise (M, *shape), correlated in time within each sequence and camera."""
    noise = stream.normal(size=(len(views), *shape))
    lasting = stream.normal(size=(len(views), *shape))
    last_seen: dict[tuple[str, str], int] = {}
    for row, key in enumerate(views.keys):
        before = last_seen.get((key.sequence, key.camera))
        if before is not None:
            kept = np.exp(-(key.frame - views.keys[before].frame) / (FRAME_RATE * estimator.lasts))
            lasting[row] = kept * lasting[before] + np.sqrt(1 - kept**2) * lasting[row]
        last_seen[key.sequence, key.camera] = row
    return np.sqrt(estimator.lasting) * lasting + np.sqrt(1 - estimator.lasting) * noise


def _solve(score: Callable[[float], float], wanted: float) -> float:
    """The scale in radians at which ``score``, which grows with it, is ``wanted``; 0 if it starts above."""
    if score(0.0) >= wanted:
        return 0.0
    return float(brentq(lambda scale: score(scale) - wanted, 0.0, 0.6, xtol=1e-4))
