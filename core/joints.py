"""Joint sets as data, the built-in Human3.6M one, and the leg-order question.

Joint orders differ between projects in ways that give plausible, false numbers, so left and right are
verified by geometry (:func:`check_sides`), never by names alone.

Sources: Human3.6M's 32 joints as used by VideoPose3D and SPIN's preprocessing; evaluation order
``H36M_TO_J14`` from SPIN's ``constants.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.errors import DatasetError
from core.types import FloatArray


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
    """

    name: str
    names: tuple[str, ...]
    parents: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    subsets: dict[str, tuple[int, ...]] = field(default_factory=dict)
    pelvis: int = 0

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
)  # fmt: skip

#: Human3.6M's 32 joints -> ours, right side first.
H36M_32_TO_17 = (0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)

#: Left-first rows (SPIN, mmhuman3d, the paper's code) -> ours; its own inverse.
LEFT_FIRST_TO_RIGHT_FIRST = (0, 4, 5, 6, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)


def check_sides(joints: FloatArray, joint_set: JointSet = H36M_17) -> float:
    """Share of bodies whose right hip lies on the body's right by geometry.

    The body's right is the cross product of its forward direction, ankle to toe being absent here, taken
    from how the knees and elbows bend is fragile, so the nose is used: up is pelvis to neck, forward is
    neck to nose with its upward part removed, right is forward x up.

    Args:
        joints: (N, 17, 3), any right-handed frame and unit; rows with NaN are passed over.
        joint_set: must contain Pelvis, Neck, Nose, RHip and LHip.

    Returns:
        Between 0 (left and right are exchanged) and 1.

    Raises:
        DatasetError: no row has all five joints.
    """
    pelvis, neck, nose, right, left = (
        joints[:, joint_set.index(name)] for name in ("Pelvis", "Neck", "Nose", "RHip", "LHip")
    )
    up = neck - pelvis
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    forward = nose - neck
    forward = forward - (forward * up).sum(-1, keepdims=True) * up
    towards_right = (np.cross(forward, up) * (right - left)).sum(-1)
    towards_right = towards_right[np.isfinite(towards_right)]
    if not len(towards_right):
        raise DatasetError("left and right cannot be told: no frame has pelvis, neck, nose and both hips")
    return float((towards_right > 0).mean())
