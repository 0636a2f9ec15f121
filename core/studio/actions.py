"""Actions: Human3.6M's names, each a smooth motion that can be asked for at any frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from core.studio.postures import (
    ArmMovement,
    LegMovement,
    bend_forward,
    crouch,
    draw_posture,
    flatten_feet,
    gesture_with_arm,
    hang_arm,
    hold_arms,
    lift_hand_to_head,
    loosen,
    lunge,
    point_with_arm,
    raise_arm,
    reach_down,
    sit,
    stand,
    step,
    stride,
)
from core.studio.skeleton import BODY_JOINT, find_axis_angle, rotate
from core.types import BODY_JOINTS, FloatArray, IntArray

#: Human3.6M's recordings run at 50 frames a second.
FRAME_RATE = 50
#: Share of the way to level that a walker's feet keep to; they roll over the rest.
_FOOT_ROLL = 0.6
#: How far from the middle of the room, along each axis, somebody stands.
FLOOR_REACH = 0.55


@dataclass(frozen=True)
class Motion:
    """Where a body goes and how it is posed, before it is set on the floor.

    Attributes:
        pose: axis-angle of all 24 joints, (n, 24, 3) radians; the root's in the world.
        place: of the pelvis on the floor, (n, 2) metres in the world.
        seated: whether there is a seat below the pelvis.
        planted: whether both feet are on the floor.
    """

    pose: FloatArray
    place: FloatArray
    seated: bool
    planted: bool


@dataclass(frozen=True)
class Action:
    """What somebody does: legs, the arm movements that occur, and seconds from one posture to the next."""

    legs: LegMovement
    arms: tuple[ArmMovement, ...]
    pace: float = 1.2


_TALKING = (gesture_with_arm, gesture_with_arm, hang_arm, point_with_arm)

ACTIONS = {
    "Directions": Action(stand, (point_with_arm, hang_arm, raise_arm)),
    "Discussion": Action(stand, _TALKING, pace=0.9),
    "Eating": Action(sit, (lift_hand_to_head, gesture_with_arm)),
    "Greeting": Action(lunge, (raise_arm, gesture_with_arm, hang_arm), pace=0.9),
    "Phoning": Action(stand, (lift_hand_to_head, hang_arm, gesture_with_arm), pace=1.5),
    "Posing": Action(lunge, (raise_arm, point_with_arm, hang_arm), pace=1.4),
    "Purchases": Action(bend_forward, (reach_down, hang_arm)),
    "Sitting": Action(sit, (*_TALKING, hang_arm), pace=1.4),
    "SittingDown": Action(crouch, (reach_down, gesture_with_arm, hang_arm), pace=1.1),
    "Smoking": Action(stand, (lift_hand_to_head, hang_arm), pace=1.5),
    "TakingPhoto": Action(crouch, (lift_hand_to_head, gesture_with_arm), pace=1.3),
    "Waiting": Action(stand, (hang_arm, hang_arm, gesture_with_arm), pace=1.6),
    "Walking": Action(stride, (hang_arm,)),
    "WalkingDog": Action(stride, (gesture_with_arm, hang_arm)),
    "WalkTogether": Action(stride, (hang_arm, gesture_with_arm)),
}
#: Actions by how far they bend the body: every subject does some of each.
UPRIGHT_ACTIONS = (
    "Directions",
    "Discussion",
    "Phoning",
    "Smoking",
    "Waiting",
    "Walking",
    "WalkingDog",
    "WalkTogether",
)
BENT_ACTIONS = tuple(name for name in ACTIONS if name not in UPRIGHT_ACTIONS)


def move(action: str, frames: IntArray, stream: np.random.Generator) -> Motion:
    """The motion of one sequence of an action, at these frame numbers.

    Args:
        action: one of :data:`ACTIONS`.
        frames: (n,) frame numbers, 1-based, at :data:`FRAME_RATE`.
        stream: decides what the sequence is like.
    """
    kind = ACTIONS[action]
    seconds = np.asarray(frames) / FRAME_RATE
    if kind.legs is stride:
        postures, place, heading = walk(kind.arms, seconds, stream)
    else:
        postures, place, heading = change_postures(kind, seconds, stream)
    pose = np.radians(postures)
    upright = rotate(np.array([np.pi / 2, 0.0, 0.0]))  # rest body y up -> world z up
    turn = rotate(np.stack([np.zeros_like(heading), np.zeros_like(heading), heading], axis=-1))
    pose[:, 0] = find_axis_angle(turn @ upright @ rotate(pose[:, 0]))
    return Motion(pose, place, seated=kind.legs is sit, planted=kind.legs is not stride)


def change_postures(
    kind: Action, seconds: FloatArray, stream: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """From posture to posture at one place: postures (n, 24, 3) degrees, place (n, 2), heading (n,)."""
    times = _draw_times(seconds, kind.pace, stream)
    seated = kind.legs is sit
    first = draw_posture(kind.legs, kind.arms, stream)
    keys = [first]
    for _ in times[1:]:
        key = draw_posture(kind.legs, kind.arms, stream)
        if seated:  # who sits stays on the seat: the thighs keep to their first posture
            for hip in (BODY_JOINT["left_hip"], BODY_JOINT["right_hip"]):
                key[hip] = 0.8 * first[hip] + 0.2 * key[hip]
        keys.append(key)
    postures = PchipInterpolator(times, np.array(keys))(seconds)
    flatten_feet(postures)
    wander = 0.0 if seated else 0.12
    start = stream.uniform(-FLOOR_REACH, FLOOR_REACH, size=2)
    place = start + PchipInterpolator(times, stream.normal(size=(len(times), 2)) * wander)(seconds)
    sway = PchipInterpolator(times, stream.normal(size=len(times)) * (0.05 if seated else 0.35))(seconds)
    return postures, place, stream.uniform(0, 2 * np.pi) + sway


def walk(
    arms: tuple[ArmMovement, ...], seconds: FloatArray, stream: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Round the room on a circle: postures (n, 24, 3) degrees, place (n, 2), heading (n,)."""
    phase = stream.uniform(0, 2 * np.pi) + 2 * np.pi * seconds / stream.uniform(1.0, 1.25)
    carried = np.zeros((BODY_JOINTS, 3))
    hold_arms(carried, arms, stream)
    times = _draw_times(seconds, 1.5, stream)
    looseness = np.zeros((len(times), BODY_JOINTS, 3))
    for posture in looseness:
        loosen(posture, stream)
    postures = carried + 0.5 * PchipInterpolator(times, looseness)(seconds)
    step(postures, phase, stride=stream.uniform(22, 32))
    flatten_feet(postures, share=_FOOT_ROLL)
    radius, way = stream.uniform(0.4, FLOOR_REACH), stream.choice([-1.0, 1.0])
    angle = stream.uniform(0, 2 * np.pi) + way * stream.uniform(0.7, 0.9) / radius * seconds
    place = radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return postures, place, angle + (np.pi if way > 0 else 0.0)


def _draw_times(seconds: FloatArray, pace: float, stream: np.random.Generator) -> FloatArray:
    """Times of key postures, ``pace`` seconds apart on average, from before the first to after the last."""
    span = float(seconds[-1] - seconds[0])
    gaps = pace * stream.uniform(0.7, 1.3, size=int(span / (0.7 * pace)) + 3)
    return seconds[0] - gaps[0] + np.concatenate([[0.0], np.cumsum(gaps)])
