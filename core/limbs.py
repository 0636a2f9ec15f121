"""Limbs of a joint set: mirrored chains of joints, which a labeller may exchange left for right."""

from __future__ import annotations

from core.errors import DatasetError
from core.joints import JointSet

Pairs = tuple[tuple[int, int], ...]

ALL = "all"

_LEG = ("hip", "knee", "ankle", "heel", "toe", "foot")
_ARM = ("shoulder", "elbow", "wrist", "hand", "thumb", "finger")


def find_limbs(joint_set: JointSet) -> dict[str, Pairs]:
    """(right, left) pairs of joints by limb: ``legs``, ``arms`` and ``all``.

    Mirrored joints of neither, such as eyes and ears, are exchanged with ``all`` alone. A joint set
    without mirrored joints has no limbs.
    """
    found: dict[str, Pairs] = {}
    for limb, words in (("legs", _LEG), ("arms", _ARM)):
        pairs = tuple(
            pair
            for pair in joint_set.pairs
            if any(word in joint_set.names[pair[0]].lower() for word in words)
        )
        if pairs:
            found[limb] = pairs
    if joint_set.pairs and tuple(joint_set.pairs) not in found.values():
        found[ALL] = tuple(joint_set.pairs)
    return found


def get_limb(joint_set: JointSet, limb: str) -> Pairs:
    """The (right, left) pairs of one limb.

    Raises:
        DatasetError: the joint set has no such limb.
    """
    limbs = find_limbs(joint_set)
    if limb not in limbs:
        raise DatasetError(
            f"{limb!r} is no limb of {joint_set.name}; expected one of {', '.join(limbs) or 'none'}"
        )
    return limbs[limb]
