"""Joint sets as data, the built-in Human3.6M one, and the leg-order question.

Joint orders differ between projects in ways that give plausible, false numbers, so left and right are
verified by geometry (:func:`check_sides`), never by names alone. Other sets: :mod:`core.joints_builtin`;
a user's own: :mod:`core.joints_file`.

Sources: Human3.6M's 32 joints as used by VideoPose3D and SPIN's preprocessing; evaluation order
``H36M_TO_J14`` from SPIN's ``constants.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.errors import DatasetError
from core.types import FloatArray


@dataclass(frozen=True)
class Place:
    """Where a joint lies on a body at rest, told from one of SMPL's 24 joints.

    Attributes:
        smpl_joint: index among SMPL's 24 joints.
        offset: metres from there in the rest pose: towards the body's left, up, forward.
        reach: metres from the place beyond which a regressor's joint is another joint. Regressors in use
            differ by 1-8 cm; foreign vertex orders by half a metre.
    """

    smpl_joint: int
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    reach: float = 0.15


@dataclass(frozen=True)
class JointSet:
    """Names, tree, mirror pairs and evaluation subsets of a set of joints.

    Attributes:
        name: identifier, e.g. ``h36m-17``.
        names: one name a joint, in order.
        parents: index of the parent joint, -1 at the root.
        pairs: (right, left) index pairs.
        subsets: named index lists that metrics average over.
        pelvis: index of the joint that root-relative errors subtract.
        places: where each joint lies on a body at rest; empty where that is not known, and then neither
            order nor topology of a regressor can be verified.

    Raises:
        DatasetError: the parts do not fit together.
    """

    name: str
    names: tuple[str, ...]
    parents: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    subsets: dict[str, tuple[int, ...]] = field(default_factory=dict)
    pelvis: int = 0
    places: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.names)
        if not count or len({name.lower() for name in self.names}) < count:
            raise DatasetError(f"joint set {self.name}: has no joint, or two of one name")
        if len(self.parents) != count or not all(-1 <= parent < count for parent in self.parents):
            raise DatasetError(f"joint set {self.name}: expected one parent a joint, -1 at the root")
        if self.places and len(self.places) != count:
            raise DatasetError(f"joint set {self.name}: has {len(self.places)} places for {count} joints")
        for joint in range(count):
            ancestor, steps = self.parents[joint], 0
            while ancestor >= 0:
                ancestor, steps = self.parents[ancestor], steps + 1
                if steps > count:
                    raise DatasetError(f"joint set {self.name}: {self.names[joint]} is its own ancestor")

    def __len__(self) -> int:
        return len(self.names)

    def index(self, name: str) -> int:
        """Index of a joint by name, whatever its case.

        Raises:
            DatasetError: no joint has that name.
        """
        lowered = [known.lower() for known in self.names]
        if name.lower() not in lowered:
            raise DatasetError(
                f"{name!r} is no joint of {self.name}; expected one of {', '.join(self.names)}"
            )
        return lowered.index(name.lower())

    def find_subset(self, name: str) -> tuple[int, ...]:
        """Joints of an evaluation subset; ``all-17`` of a set of other joints means all of them.

        Raises:
            DatasetError: the set has no such subset.
        """
        if name in self.subsets:
            return self.subsets[name]
        if name.startswith("all"):
            return tuple(range(len(self)))
        raise DatasetError(
            f"joint set {self.name} has no subset {name}; it has {', '.join(['all', *self.subsets])}"
        )

    def find_smpl_joint(self, smpl_joint: int) -> int | None:
        """The joint that lies at one of SMPL's 24 joints, without an offset; None where there is none."""
        at = (
            joint for joint, place in enumerate(self.places) if place == Place(smpl_joint, reach=place.reach)
        )
        return next(at, None)

    @property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """(parent, child) for every joint that has a parent."""
        return tuple((parent, child) for child, parent in enumerate(self.parents) if parent >= 0)


H36M_17 = JointSet(
    name="h36m-17",
    names=(
        "Pelvis", "RHip", "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle", "Spine", "Neck", "Nose", "HeadTop",
        "LShoulder", "LElbow", "LWrist", "RShoulder", "RElbow", "RWrist",
    ),
    parents=(-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15),
    pairs=((1, 4), (2, 5), (3, 6), (14, 11), (15, 12), (16, 13)),
    subsets={
        "all-17": tuple(range(17)),
        "lsp-14": (3, 2, 1, 4, 5, 6, 16, 15, 14, 11, 12, 13, 8, 10),
    },
    places=tuple(
        Place(smpl_joint, reach=reach)
        for smpl_joint, reach in (
            (0, 0.15), (2, 0.15), (5, 0.15), (8, 0.15), (1, 0.15), (4, 0.15), (7, 0.15), (6, 0.25),
            (12, 0.18), (15, 0.22), (15, 0.32), (16, 0.15), (18, 0.15), (20, 0.15), (17, 0.15), (19, 0.15),
            (21, 0.15),
        )
    ),
)  # fmt: skip

#: Human3.6M's 32 joints -> ours, right side first.
H36M_32_TO_17 = (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)

#: Left-first rows (SPIN, mmhuman3d, the paper's code) -> ours; its own inverse.
LEFT_FIRST_TO_RIGHT_FIRST = (0, 4, 5, 6, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)


#: SMPL's joints that left and right are told by.
_SMPL_LEFT_HIP, _SMPL_RIGHT_HIP, _SMPL_LEFT_SHOULDER, _SMPL_RIGHT_SHOULDER = 1, 2, 16, 17


def check_sides(joints: FloatArray, joint_set: JointSet = H36M_17) -> float:
    """Share of bodies whose right hip lies on the body's right by geometry.

    Right is forward x up: up is hips to shoulders, or pelvis to neck where the set has them; forward is from
    there to the nose, with its upward part removed. How knees and elbows bend would be fragile.

    Args:
        joints: (N, J, 3), any right-handed frame and unit; rows with NaN are passed over.
        joint_set: needs a nose, hips, and a neck with a pelvis or shoulders.

    Returns:
        Between 0 (left and right are exchanged) and 1.

    Raises:
        DatasetError: the set lacks one of these joints, or no row has all of them.
    """
    if missing := list_missing_for_sides(joint_set):
        raise DatasetError(
            f"joint set {joint_set.name}: left and right cannot be told without {', '.join(missing)}"
        )
    right, left = (_find_side(joints, joint_set, place) for place in (_SMPL_RIGHT_HIP, _SMPL_LEFT_HIP))
    nose = joints[:, joint_set.index("Nose")]
    if _has_spine(joint_set):
        low, high = joints[:, joint_set.index("Pelvis")], joints[:, joint_set.index("Neck")]
    else:
        shoulders = [
            _find_side(joints, joint_set, place) for place in (_SMPL_RIGHT_SHOULDER, _SMPL_LEFT_SHOULDER)
        ]
        low, high = (right + left) / 2, (shoulders[0] + shoulders[1]) / 2
    up = high - low
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    forward = nose - high
    forward = forward - (forward * up).sum(-1, keepdims=True) * up
    towards_right = (np.cross(forward, up) * (right - left)).sum(-1)
    towards_right = towards_right[np.isfinite(towards_right)]
    if not len(towards_right):
        raise DatasetError("left and right cannot be told: no frame has pelvis, neck, nose and both hips")
    return float((towards_right > 0).mean())


def _find_side(joints: FloatArray, joint_set: JointSet, smpl_joint: int) -> FloatArray:
    joint = joint_set.find_smpl_joint(smpl_joint)
    assert joint is not None
    return joints[:, joint]


def list_missing_for_sides(joint_set: JointSet) -> list[str]:
    """What a set lacks for :func:`check_sides` to tell left from right, in words; empty where it can."""
    needed = {"right hip": _SMPL_RIGHT_HIP, "left hip": _SMPL_LEFT_HIP}
    if not _has_spine(joint_set):
        needed |= {"right shoulder": _SMPL_RIGHT_SHOULDER, "left shoulder": _SMPL_LEFT_SHOULDER}
    missing = [name for name, place in needed.items() if joint_set.find_smpl_joint(place) is None]
    return missing + ([] if "nose" in map(str.lower, joint_set.names) else ["Nose"])


def _has_spine(joint_set: JointSet) -> bool:
    return {"pelvis", "neck"} <= set(map(str.lower, joint_set.names))
