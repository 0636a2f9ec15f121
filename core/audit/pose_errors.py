"""Offsets that wrong poses and shapes of a subject's bodies cannot explain.

Estimated bodies are wrong for every subject in a way of their own, and a rotated shank looks like an offset
of the ankle. So a subject's offsets at all joints together are modelled as errors of rotations, errors of
shape, and rest: covariance ``a^2 D^T D + b^2 B^T B + tau^2 I`` with the effects D of one degree in each
rotation and B of one unit of each beta. Each joint is then judged given all the others (kriging), and taken
out before the next if it stands out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial.transform import Rotation

from core.audit.alignment import align_rigid
from core.audit.offsets import OffsetTests
from core.audit.posing import pose_joints
from core.body.model import BodyModel
from core.types import BETAS, BODY_JOINTS, BodyParameters, FloatArray, IntArray

#: Degrees, units of beta and metres that the covariance is searched over.
_ROTATIONS = (0.5, 1.0, 2.0, 3.0, 4.5)
_SHAPES = (0.1, 0.3, 0.6)
_RESTS = (0.002, 0.0035, 0.005, 0.008)
#: How much worse than others estimators get some rotations: little on the trunk, more at the ends of limbs.
_RELATIVE_ERRORS = np.ones(BODY_JOINTS)
_RELATIVE_ERRORS[[3, 6, 9, 12, 13, 14]] = 0.5
_RELATIVE_ERRORS[[4, 5, 18, 19]] = 1.2
_RELATIVE_ERRORS[[7, 8, 10, 11, 20, 21, 22, 23]] = 1.6
#: p below which a joint is taken out before the next one is judged, and joints that are always kept.
_TAKE_OUT = 2e-3
_KEPT_SHARE = 0.53
#: Degrees of freedom of the spread of the statistic, for its heavy tails.
_FREEDOM = 12.0
_TAIL = 4.0


@dataclass(frozen=True)
class PoseErrors:
    """What errors of the bodies do to the residuals of all joints.

    Attributes:
        rotations: (K, 3 J) metres for one degree of each rotation, times the usual relative size.
        shapes: (10, 3 J) metres for one unit of each beta.
    """

    rotations: FloatArray
    shapes: FloatArray

    def covary(self, rotation: float, shape: float, rest: float) -> FloatArray:
        """(3 J, 3 J) square metres for errors of so many degrees, units of beta and metres."""
        return (
            rotation**2 * self.rotations.T @ self.rotations
            + shape**2 * self.shapes.T @ self.shapes
            + rest**2 * np.eye(self.rotations.shape[1])
        )


def measure_pose_errors(
    model: BodyModel, parameters: BodyParameters, regressor: FloatArray, carriers: IntArray
) -> PoseErrors:
    """Disturb some bodies one parameter at a time, lay them over themselves, and see what is left.

    Args:
        model: the body model.
        parameters: of some bodies in different poses; a dozen do.
        regressor: (J, V).
        carriers: (J,) bone that carries each joint.
    """
    none = np.zeros(len(parameters), np.intp)
    before = pose_joints(model, parameters, regressor[None], none)
    everything = np.ones(before.joints.shape[:2], bool)
    size = np.ones(len(parameters))

    def disturb(change: Callable[[FloatArray, FloatArray], None]) -> NDArray[np.float64]:
        pose, betas = np.array(parameters.pose, np.float64), np.array(parameters.betas, np.float64)
        change(pose, betas)
        disturbed = BodyParameters(pose[:, 0], pose[:, 1:].reshape(len(pose), -1), betas, parameters.transl)
        after = pose_joints(model, disturbed, regressor[None], none)
        alignment = align_rigid(after.joints, before.joints, everything, scale=size)
        left = (before.joints - alignment.apply(after.joints)) @ alignment.R
        local = np.einsum("njba,njb->nja", after.bones[:, carriers], left)
        return local.mean(axis=0).ravel()

    def turn(bone: int, axis: int) -> Callable[[FloatArray, FloatArray], None]:
        def change(pose: FloatArray, betas: FloatArray) -> None:
            pose[:, bone] = _turn_further(pose[:, bone], axis, np.radians(1.0))

        return change

    def grow(beta: int) -> Callable[[FloatArray, FloatArray], None]:
        def change(pose: FloatArray, betas: FloatArray) -> None:
            betas[:, beta] += 0.5

        return change

    rotations = [
        _RELATIVE_ERRORS[bone] * disturb(turn(bone, axis))
        for bone, axis in product(range(1, BODY_JOINTS - 2), range(3))
    ]
    return PoseErrors(np.stack(rotations), np.stack([2 * disturb(grow(beta)) for beta in range(BETAS)]))


def judge_given_others(tests: OffsetTests, errors: PoseErrors) -> OffsetTests:
    """The tests anew, each joint given all the others of its subject."""
    subjects, joints = tests.effect.shape
    offsets = tests.offset.reshape(subjects, 3 * joints)
    compared = np.array([len(_list_known(each)) > 0 for each in offsets])
    if not compared.any():
        return tests
    covariance = _find_covariance(offsets[compared], errors) * (1 + 1 / max(subjects - 1, 1))
    usual = np.concatenate([_condition(each, covariance, _list_known(each))[0] for each in offsets[compared]])
    scale = max(1.0, float(np.median(usual) / stats.f.ppf(0.5, 3, _FREEDOM)))
    p, spread = np.full((2, subjects, joints), np.nan)
    offset = np.full_like(tests.offset, np.nan)
    for subject, each in enumerate(offsets):
        left, settled = _list_known(each), {}
        fewest = _KEPT_SHARE * len(left)
        while len(left) > fewest:
            statistic, conditional, spaces = _condition(each, covariance, left)
            variance = np.trace(spaces, axis1=1, axis2=2) / 3
            probability = stats.f.sf(statistic / scale, 3, _FREEDOM)
            for number, joint in enumerate(left):
                p[subject, joint] = probability[number]
                offset[subject, joint] = conditional[number]
                spread[subject, joint] = np.sqrt(scale * variance[number])
            worst = int(probability.argmin())
            if probability[worst] > _TAKE_OUT:
                break
            settled[left[worst]] = probability[worst], conditional[worst], np.sqrt(scale * variance[worst])
            left.pop(worst)
        for joint, values in settled.items():
            p[subject, joint], offset[subject, joint], spread[subject, joint] = values
    effect = np.linalg.norm(offset, axis=-1)
    ratio = stats.norm.isf(np.maximum(p, 1e-300) / 2)
    error = 1.96 * spread
    return OffsetTests(
        *(offset, effect, spread, ratio, p),
        np.stack([np.maximum(effect - error, 0), effect + error], axis=-1),
    )


def _find_covariance(offsets: FloatArray, errors: PoseErrors) -> FloatArray:
    """The likeliest of a grid, with tails so heavy that single bad joints have little say."""
    best, found = -np.inf, errors.covary(_ROTATIONS[0], _SHAPES[0], _RESTS[0])
    for rotation, shape, rest in product(_ROTATIONS, _SHAPES, _RESTS):
        covariance = errors.covary(rotation, shape, rest) * (1 + 1 / max(len(offsets) - 1, 1))
        likelihood = 0.0
        for each in offsets:
            statistic, _, spaces = _condition(each, covariance, _list_known(each))
            likelihood -= 0.5 * np.linalg.slogdet(spaces)[1].sum()
            likelihood -= ((_TAIL + 3) / 2 * np.log1p(3 * statistic / _TAIL)).sum()
        if likelihood > best:
            best, found = likelihood, covariance / (1 + 1 / max(len(offsets) - 1, 1))
    return found


def _list_known(offset: FloatArray) -> list[int]:
    """Joints of a subject whose offset (3 J,) is known."""
    return np.flatnonzero(np.isfinite(offset.reshape(-1, 3)).all(axis=1)).tolist()


def _condition(
    offset: FloatArray, covariance: FloatArray, joints: list[int]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Each joint given the others: statistic (J'), offset (J', 3), and its covariance (J', 3, 3)."""
    axes = (3 * np.array(joints)[:, None] + np.arange(3)).ravel()
    precision = np.linalg.inv(covariance[np.ix_(axes, axes)])
    pulled = (precision @ offset[axes]).reshape(-1, 3)
    blocks = np.stack([precision[3 * n : 3 * n + 3, 3 * n : 3 * n + 3] for n in range(len(joints))])
    conditional = np.linalg.inv(blocks)
    found = (conditional @ pulled[..., None])[..., 0]
    statistic = (pulled * found).sum(axis=-1) / 3
    return statistic, found, conditional


def _turn_further(axis_angle: FloatArray, axis: int, angle: float) -> FloatArray:
    step = np.zeros(3)
    step[axis] = angle
    return (Rotation.from_rotvec(axis_angle) * Rotation.from_rotvec(step)).as_rotvec()
