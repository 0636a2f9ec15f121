"""Names of joints, directions, places and numbers, as a person says them."""

from __future__ import annotations

import re

from core.types import FloatArray
from core.units import MILLIMETRES

_AXES = (("to the left", "to the right"), ("above", "below"), ("in front of", "behind"))
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def name_joint(name: str) -> str:
    """``RAnkle`` -> ``right ankle``, ``left_knee`` -> ``left knee``, ``HeadTop`` -> ``head top``."""
    side = re.match(r"([RL])(?=[A-Z])", name)
    rest = name[1:] if side else name
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", rest).replace("_", " ").lower()
    return f"{'right' if side[1] == 'R' else 'left'} {words}" if side else words


def name_direction(offset: FloatArray) -> str:
    """Where a point lies that is ``offset`` (3,) away, in the body's left, up and forward: ``behind``."""
    axis = int(abs(offset).argmax())
    words = _AXES[axis][0 if offset[axis] > 0 else 1]
    return f"{words} of" if axis == 0 else words


def count(number: int, noun: str) -> str:
    """``1 frame``, ``2 frames``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def spell(number: int) -> str:
    """Small numbers in letters."""
    return _COUNTS[number] if number < len(_COUNTS) else str(number)


def name_frames(frames: tuple[int, int]) -> str:
    """``frame 12`` or ``frames 12 to 40``."""
    first, last = frames
    return f"frame {first}" if first == last else f"frames {first} to {last}"


def in_millimetres(metres: float) -> str:
    """``41``."""
    return f"{MILLIMETRES * metres:.0f}"
