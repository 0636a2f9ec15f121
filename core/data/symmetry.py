"""Whether people's right limbs are as long as their left ones, which mocap's skeletons make them exactly.

Exchanged sides leave lengths as they are, so this finds what :func:`core.joints.check_sides` cannot: another
joint's label on one side, or a joint that lies beside its place in all of a subject's frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.checks import split_by_subject
from core.data.dataset import Dataset
from core.errors import DatasetError
from core.joints import JointSet

#: Share of its length by which no person's limb is longer on one side.
_MOST_SHARE = 0.3
#: Metres from which a person is told of it; people and markers are some millimetres off a mirror image.
_WORTH_TELLING = 0.02


@dataclass(frozen=True)
class Asymmetry:
    """The bone whose two sides differ most.

    Attributes:
        subject: whose it is.
        right: parent and joint on the right, ``RKnee-RAnkle``.
        left: the same on the left.
        difference_mm: between the median lengths, signed, right less left.
    """

    subject: str
    right: str
    left: str
    difference_mm: float

    @property
    def worth_telling(self) -> bool:
        """Whether it is more than markers' places explain."""
        return abs(self.difference_mm) > 1000 * _WORTH_TELLING

    def __str__(self) -> str:
        longer, shorter = (self.right, self.left) if self.difference_mm > 0 else (self.left, self.right)
        return (
            f"{self.subject}: {longer} is {abs(self.difference_mm):.0f} mm longer than {shorter} (median), "
            "though mocap gives both sides one length: a label may lie beside its joint"
        )


def find_asymmetry(dataset: Dataset) -> Asymmetry | None:
    """The greatest difference between both sides' bones; None where the joint set mirrors no bone.

    Raises:
        DatasetError: a subject's bone is much longer on one side, as where a joint has another's label.
    """
    bones = list_mirrored_bones(dataset.joint_set)
    worst: Asymmetry | None = None
    for subject, rows in split_by_subject(dataset).items():
        for right, left in bones:
            lengths = [
                np.linalg.norm(dataset.joints[rows, child] - dataset.joints[rows, parent], axis=-1)
                for parent, child in (right, left)
            ]
            there = np.isfinite(lengths).all(axis=0)
            if not there.any():
                continue
            medians = [float(np.median(of_side[there])) for of_side in lengths]
            on_right, on_left = (_name_bone(bone, dataset.joint_set) for bone in (right, left))
            found = Asymmetry(subject, on_right, on_left, 1000 * (medians[0] - medians[1]))
            if abs(medians[0] - medians[1]) > _MOST_SHARE * max(medians):
                raise DatasetError(
                    f"{dataset.root}: {subject}: {on_right} is {1000 * medians[0]:.0f} mm long and "
                    f"{on_left} {1000 * medians[1]:.0f} mm (medians); one of their joints has another "
                    "joint's labels"
                )
            if worst is None or abs(found.difference_mm) > abs(worst.difference_mm):
                worst = found
    return worst


def list_mirrored_bones(joint_set: JointSet) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """(parent, child) on the right with that on the left, for limbs; bones from the trunk are left out."""
    pairs = set(joint_set.pairs)
    return [
        ((joint_set.parents[right], right), (joint_set.parents[left], left))
        for right, left in joint_set.pairs
        if (joint_set.parents[right], joint_set.parents[left]) in pairs
    ]


def _name_bone(bone: tuple[int, int], joint_set: JointSet) -> str:
    return "-".join(joint_set.names[joint] for joint in bone)
