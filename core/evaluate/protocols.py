"""Which frames and joints an evaluation counts; the literature differs, so each way has a name.

Every protocol takes subjects S9 and S11, aligns on the regressed pelvis row for MPJPE, and takes the
frames that the project holds: the published figures come from every 64th frame (``paper``, ``mks-p2``) or
every 5th (``spin-p1``, ``spin-p2``).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import SettingsError


@dataclass(frozen=True)
class Protocol:
    """One way to evaluate.

    Attributes:
        id: the name that commands and files use.
        name: what a person reads.
        subset: name of the joint set's subset that is averaged over.
        cameras: names, or None for all.
        source: whose protocol it is.
    """

    id: str
    name: str
    subset: str
    cameras: tuple[str, ...] | None
    source: str


PROTOCOLS: dict[str, Protocol] = {
    protocol.id: protocol
    for protocol in (
        Protocol(
            "paper",
            "all cameras, 17 joints, the pelvis among them",
            "all-17",
            None,
            "Hedlin, Rhodin, Yi, CRV 2022, Table I, by its released code",
        ),
        Protocol(
            "spin-p1",
            "all cameras, 14 joints",
            "lsp-14",
            None,
            "SPIN, datasets/preprocess/h36m.py, protocol 1",
        ),
        Protocol(
            "spin-p2",
            "camera 60457274, 14 joints",
            "lsp-14",
            ("60457274",),
            "SPIN, datasets/preprocess/h36m.py, protocol 2",
        ),
        Protocol(
            "mks-p2",
            "all cameras, 14 joints, on frames sampled as the paper's",
            "lsp-14",
            None,
            "I2L-MeshNet and Pose2Mesh, Human36M.py, protocol 2",
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
