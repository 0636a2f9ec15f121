"""Which frames and joints an evaluation counts; the literature differs, so each way has a name.

Every protocol takes the test subjects, which are S9 and S11 in Human3.6M, and MPJPE relative to the regressed
pelvis row unless it is told otherwise. Sources of the frames: ``datasets/preprocess/h36m.py`` of nkolot/SPIN,
every 5th; ``Human36M.py`` of mks0601 and ``process_all.py`` of h36m-fetch, which Hedlin et al. use, every
64th.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import SettingsError
from core.evaluate.measure import Measure, Root, name_root
from core.joints import JointSet
from core.project.frame_index import Shot


@dataclass(frozen=True)
class Protocol:
    """One way to evaluate.

    Attributes:
        id: the name that commands and files use.
        frames: what a person reads of the frames.
        subset: name of the joint set's subset that is averaged over.
        cameras: names, or None for all.
        source: whose protocol it is.
        every: which frames it counts, every 5th or every 64th.
        root: what MPJPE is relative to.
    """

    id: str
    frames: str
    subset: str
    cameras: tuple[str, ...] | None
    source: str
    every: int
    root: Root = "pelvis-row"

    @property
    def measures(self) -> tuple[Measure, Measure]:
        """Its MPJPE and its PA-MPJPE."""
        return (
            Measure("mpjpe", self.subset, self.root, self.every),
            Measure("pa_mpjpe", self.subset, every=self.every),
        )

    def describe(self, joint_set: JointSet) -> str:
        """Frames, number of joints and root in words.

        Raises:
            DatasetError: the joint set lacks the subset or the root.
        """
        return f"{self.describe_joints(joint_set)}; MPJPE {name_root(joint_set, self.root)}"

    def describe_joints(self, joint_set: JointSet) -> str:
        """Frames and number of joints in words, which is all that PA-MPJPE hangs on; as :meth:`describe`."""
        joints = joint_set.find_subset(self.subset)
        pelvis = joint_set.names[joint_set.pelvis]
        among = f", {pelvis} among them" if joint_set.pelvis in joints else ""
        return f"{self.frames}; {len(joints)} joints{among}"

    def counts(self, shot: Shot) -> bool:
        """Whether it counts the frames of a shot of the test subjects."""
        return self.cameras is None or shot.camera in self.cameras


PROTOCOLS: dict[str, Protocol] = {
    protocol.id: protocol
    for protocol in (
        Protocol(
            "paper",
            "all cameras",
            "all-17",
            None,
            "Hedlin, Rhodin, Yi, CRV 2022, Table I, by its released code",
            64,
        ),
        Protocol(
            "paper-mid-hips",
            "all cameras",
            "all-17",
            None,
            "the frames and joints of Table I, by VIBE's root",
            64,
            root="mid-hips",
        ),
        Protocol(
            "spin-p1",
            "all cameras",
            "lsp-14",
            None,
            "SPIN, datasets/preprocess/h36m.py, protocol 1",
            5,
        ),
        Protocol(
            "spin-p1-mid-hips",
            "all cameras",
            "lsp-14",
            None,
            "VIBE, lib/core/evaluate.py: 14 joints relative to the middle of the hips",
            5,
            root="mid-hips",
        ),
        Protocol(
            "spin-p2",
            "camera 60457274",
            "lsp-14",
            ("60457274",),
            "SPIN, datasets/preprocess/h36m.py, protocol 2",
            5,
        ),
        Protocol(
            "spin-p2-mid-hips",
            "camera 60457274",
            "lsp-14",
            ("60457274",),
            "the frames and joints of protocol spin-p2, by VIBE's root",
            5,
            root="mid-hips",
        ),
        Protocol(
            "mks-p2",
            "all cameras",
            "lsp-14",
            None,
            "I2L-MeshNet and Pose2Mesh, Human36M.py, protocol 2",
            64,
        ),
        Protocol(
            "mks-p2-mid-hips",
            "all cameras",
            "lsp-14",
            None,
            "the frames and joints of protocol mks-p2, by VIBE's root",
            64,
            root="mid-hips",
        ),
    )
}


def get_protocol(name: str) -> Protocol:
    """The protocol of that id.

    Raises:
        SettingsError: there is none.
    """
    if name not in PROTOCOLS:
        raise SettingsError(f"{name!r} is no protocol; expected one of {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
