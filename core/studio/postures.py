"""Postures: random poses of legs, trunk and arms that actions string together.

All angles are degrees about the body's rest axes (x left, y up, z front), one row a body joint, (24, 3).
The left side is written; the right is its mirror image, (x, y, z) -> (x, -y, -z).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.studio.skeleton import BODY_JOINT
from core.types import BODY_JOINTS, FloatArray

Posture = FloatArray
Stream = np.random.Generator

_MIRROR = np.array([1.0, -1.0, -1.0])
#: Spread of the small differences that every joint of every posture gets.
_LOOSENESS = {
    "spine1": 4, "spine2": 4, "spine3": 4, "neck": 6, "head": 8, "left_hip": 2, "right_hip": 2,
    "left_shoulder": 5, "right_shoulder": 5, "left_wrist": 10, "right_wrist": 10,
}  # fmt: skip


def bend_joint(posture: Posture, joint: str, x: float = 0, y: float = 0, z: float = 0) -> None:
    """Add degrees to one joint; ``left_`` and ``right_`` joints both take the left side's signs."""
    angles = np.array([x, y, z], dtype=np.float64)
    posture[BODY_JOINT[joint]] += angles * _MIRROR if joint.startswith("right_") else angles


def loosen(posture: Posture, stream: Stream) -> None:
    """Add the small differences that no two postures share."""
    for joint, degrees in _LOOSENESS.items():
        bend_joint(posture, joint, *(stream.normal(size=3) * degrees))
    bend_joint(posture, "spine2", y=stream.normal() * 8)


def hang_arm(posture: Posture, side: str, stream: Stream) -> None:
    """Upper arm down, elbow slightly bent."""
    bend_joint(
        posture, f"{side}_shoulder", stream.uniform(-15, 20), stream.uniform(-10, 25), -stream.uniform(58, 74)
    )
    bend_joint(posture, f"{side}_elbow", y=-stream.uniform(8, 50))


def gesture_with_arm(posture: Posture, side: str, stream: Stream) -> None:
    """Forearm before the body, as people talk."""
    bend_joint(
        posture, f"{side}_shoulder", stream.uniform(-20, 20), -stream.uniform(5, 55), -stream.uniform(30, 65)
    )
    bend_joint(posture, f"{side}_elbow", y=-stream.uniform(45, 110))


def raise_arm(posture: Posture, side: str, stream: Stream) -> None:
    """Arm at shoulder height or above."""
    bend_joint(posture, f"{side}_collar", z=stream.uniform(0, 12))
    bend_joint(
        posture, f"{side}_shoulder", stream.uniform(-15, 15), -stream.uniform(0, 50), stream.uniform(-10, 55)
    )
    bend_joint(posture, f"{side}_elbow", 0, -stream.uniform(0, 70), stream.uniform(0, 25))


def point_with_arm(posture: Posture, side: str, stream: Stream) -> None:
    """Arm stretched forward or outward."""
    bend_joint(
        posture, f"{side}_shoulder", stream.uniform(-10, 10), -stream.uniform(25, 80), stream.uniform(-25, 15)
    )
    bend_joint(posture, f"{side}_elbow", y=-stream.uniform(0, 30))


def lift_hand_to_head(posture: Posture, side: str, stream: Stream) -> None:
    """Hand at the ear or mouth: telephone, cigarette, bread."""
    bend_joint(
        posture, f"{side}_shoulder", stream.uniform(-10, 10), -stream.uniform(15, 45), -stream.uniform(35, 58)
    )
    bend_joint(posture, f"{side}_elbow", y=-stream.uniform(115, 135))


def reach_down(posture: Posture, side: str, stream: Stream) -> None:
    """Arm forward of the trunk and down, for something low."""
    bend_joint(
        posture, f"{side}_shoulder", stream.uniform(-10, 10), -stream.uniform(25, 60), -stream.uniform(40, 65)
    )
    bend_joint(posture, f"{side}_elbow", y=-stream.uniform(5, 40))


ArmMovement = Callable[[Posture, str, Stream], None]


def stand(posture: Posture, stream: Stream) -> None:
    """Upright, the weight more on one leg."""
    for side in ("left", "right"):
        knee = stream.uniform(0, 12)
        bend_joint(
            posture,
            f"{side}_hip",
            -knee / 2 + stream.uniform(-6, 4),
            stream.uniform(-5, 12),
            stream.uniform(0, 8),
        )
        bend_joint(posture, f"{side}_knee", knee)


def sit(posture: Posture, stream: Stream) -> None:
    """On a seat: thighs level, shanks near upright."""
    thighs = stream.uniform(-92, -76)
    for side in ("left", "right"):
        bend_joint(
            posture,
            f"{side}_hip",
            thighs + stream.normal() * 4,
            -stream.uniform(-5, 14),
            stream.uniform(0, 14),
        )
        bend_joint(posture, f"{side}_knee", stream.uniform(70, 100))
    bend_joint(posture, "spine1", stream.uniform(0, 20))


def crouch(posture: Posture, stream: Stream) -> None:
    """Both knees deeply bent, trunk leaning forward."""
    depth = stream.uniform(0.35, 1.0)
    for side in ("left", "right"):
        bend_joint(
            posture,
            f"{side}_hip",
            -105 * depth + stream.normal() * 2.5,
            -stream.uniform(0, 12),
            stream.uniform(2, 18),
        )
        bend_joint(posture, f"{side}_knee", 125 * depth + stream.normal() * 2.5)
    bend_joint(posture, "pelvis", 25 * depth)
    bend_joint(posture, "spine1", stream.uniform(5, 25))


def bend_forward(posture: Posture, stream: Stream) -> None:
    """Trunk bent at hips and spine, legs near straight."""
    lean = stream.uniform(10, 45)
    bend_joint(posture, "pelvis", lean)
    for side in ("left", "right"):
        knee = stream.uniform(0, 30)
        bend_joint(posture, f"{side}_hip", -lean - knee / 2 + stream.normal() * 3, 0, stream.uniform(0, 12))
        bend_joint(posture, f"{side}_knee", knee)
    for joint, share in (("spine1", 0.7), ("spine2", 0.4), ("spine3", 0.2)):
        bend_joint(posture, joint, share * stream.uniform(5, 35))


def lunge(posture: Posture, stream: Stream) -> None:
    """One leg forward and bent, the other behind and bent until both feet reach the floor."""
    front, back = stream.permutation(["left", "right"])
    thigh, shank, behind = stream.uniform(25, 60), stream.uniform(-5, 10), stream.uniform(5, 22)
    bend_joint(posture, f"{front}_hip", -thigh, -stream.uniform(0, 15), stream.uniform(0, 12))
    bend_joint(posture, f"{front}_knee", thigh + shank)
    reach = np.cos(np.radians([thigh, shank])).sum() - np.cos(np.radians(behind))
    bend_joint(posture, f"{back}_hip", behind, 0, stream.uniform(0, 8))
    bend_joint(posture, f"{back}_knee", max(0.0, np.degrees(np.arccos(np.clip(reach, 0, 1))) - behind))


LegMovement = Callable[[Posture, Stream], None]


def draw_posture(legs: LegMovement, arms: tuple[ArmMovement, ...], stream: Stream) -> Posture:
    """A posture of these legs and of arm movements drawn from ``arms``, one a side, (24, 3) degrees."""
    posture = np.zeros((BODY_JOINTS, 3))
    legs(posture, stream)
    hold_arms(posture, arms, stream)
    loosen(posture, stream)
    return posture


def hold_arms(posture: Posture, arms: tuple[ArmMovement, ...], stream: Stream) -> None:
    """Give each arm one of these movements."""
    for side in ("left", "right"):
        arms[stream.integers(len(arms))](posture, side, stream)


def step(posture: Posture, phase: FloatArray | float, *, stride: float) -> None:
    """Add a walk's swing of legs and arms.

    Args:
        posture: (24, 3), or (n, 24, 3) with n phases.
        phase: of the left leg, radians.
        stride: how far each leg swings, degrees.
    """
    for side, sign, half_cycle in (("left", 1, 0.0), ("right", -1, np.pi)):
        swing, lift = np.sin(phase + half_cycle), np.maximum(0, np.cos(phase + half_cycle))
        posture[..., BODY_JOINT[f"{side}_hip"], 0] += -stride * swing - 4
        posture[..., BODY_JOINT[f"{side}_knee"], 0] += 6 + 48 * lift**1.5
        posture[..., BODY_JOINT[f"{side}_ankle"], 0] += 8 * np.maximum(0, -swing)
        posture[..., BODY_JOINT[f"{side}_shoulder"], 1] += sign * 12 * swing


def stride(posture: Posture, stream: Stream) -> None:
    """A moment of a walk."""
    step(posture, stream.uniform(0, 2 * np.pi), stride=stream.uniform(22, 32))


def flatten_feet(postures: FloatArray, *, share: float = 1.0) -> None:
    """Turn both ankles of (n, 24, 3) degrees so that the soles stay level, as far as an ankle goes.

    Args:
        postures: changed in place.
        share: of the way to level.
    """
    pitch = postures[:, BODY_JOINT["pelvis"], 0]
    for side in ("left", "right"):
        shank = pitch + postures[:, BODY_JOINT[f"{side}_hip"], 0] + postures[:, BODY_JOINT[f"{side}_knee"], 0]
        postures[:, BODY_JOINT[f"{side}_ankle"], 0] += np.clip(-share * shank, -35, 30)
