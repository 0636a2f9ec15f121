"""A joint set as a JSON file, for joints of one's own.

    {"format_version": 1, "name": "my-joints", "pelvis": "Pelvis",
     "joints": [{"name": "Pelvis", "parent": null, "smpl_joint": 0},
                {"name": "RHip", "parent": "Pelvis", "mirror": "LHip", "smpl_joint": 2},
                {"name": "LHip", "parent": "Pelvis", "smpl_joint": 1},
                {"name": "Nose", "parent": "Pelvis", "smpl_joint": 15,
                 "offset": [0, 0, 0.12], "reach": 0.15}],
     "subsets": {"hips": ["RHip", "LHip"]}}

``mirror`` is written at the joint on the right; ``offset`` is in metres towards the body's left, up and
forward, ``reach`` in metres. Format version history: 1, the first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from core.errors import DatasetError
from core.joints import JointSet, Place
from core.joints_builtin import JOINT_SETS, get_joint_set

FORMAT_VERSION = 1
_SMPL_JOINTS = 24


class _Joint(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    parent: str | None
    smpl_joint: int
    mirror: str | None = None
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    reach: float = 0.15


class _JointSetFile(msgspec.Struct, forbid_unknown_fields=True):
    format_version: int
    name: str
    pelvis: str
    joints: list[_Joint]
    subsets: dict[str, list[str]] = {}


def find_joint_set(name: str | Path) -> JointSet:
    """A built-in joint set by name, or a user's by its file.

    Raises:
        DatasetError: it is neither, or the file is malformed.
    """
    if str(name) in JOINT_SETS or Path(name).suffix != ".json":
        return get_joint_set(str(name))
    return read_joint_set(name)


def read_joint_set(path: Path | str) -> JointSet:
    """Read a joint set.

    Raises:
        DatasetError: the file is missing, malformed or of another version, or the set contradicts itself.
    """
    try:
        return decode_joint_set(Path(path).read_bytes())
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from error


def decode_joint_set(text: bytes | str) -> JointSet:
    """A joint set from its JSON; raises as :func:`read_joint_set`."""
    try:
        record = msgspec.json.decode(text, type=_JointSetFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DatasetError(f"{error}; docs/formats.md tells the format of joint sets") from error
    if record.format_version != FORMAT_VERSION:
        raise DatasetError(f"has format_version {record.format_version}; this version reads {FORMAT_VERSION}")
    names = [joint.name for joint in record.joints]
    where = {name: number for number, name in enumerate(names)}

    def find(name: str) -> int:
        if name not in where:
            raise DatasetError(f"names the joint {name!r}, which is not among {', '.join(names)}")
        return where[name]

    for joint in record.joints:
        if not (0 <= joint.smpl_joint < _SMPL_JOINTS and joint.reach > 0):
            raise DatasetError(
                f"{joint.name}: smpl_joint {joint.smpl_joint} or reach {joint.reach} is impossible"
            )
    return JointSet(
        name=record.name,
        names=tuple(names),
        parents=tuple(-1 if joint.parent is None else find(joint.parent) for joint in record.joints),
        pairs=tuple((find(joint.name), find(joint.mirror)) for joint in record.joints if joint.mirror),
        subsets={name: tuple(map(find, members)) for name, members in record.subsets.items()},
        pelvis=find(record.pelvis),
        places=tuple(Place(joint.smpl_joint, joint.offset, joint.reach) for joint in record.joints),
    )


def encode_joint_set(joint_set: JointSet) -> str:
    """The JSON that :func:`decode_joint_set` reads.

    Raises:
        DatasetError: the joint set does not tell where its joints lie on the body.
    """
    if not joint_set.places:
        raise DatasetError(f"joint set {joint_set.name}: cannot be kept without the places of its joints")
    mirrors = dict(joint_set.pairs)
    joints: list[dict[str, Any]] = [
        {
            "name": name,
            "parent": None if parent < 0 else joint_set.names[parent],
            "smpl_joint": place.smpl_joint,
            "mirror": joint_set.names[mirrors[joint]] if joint in mirrors else None,
            "offset": place.offset,
            "reach": place.reach,
        }
        for joint, (name, parent, place) in enumerate(
            zip(joint_set.names, joint_set.parents, joint_set.places)
        )
    ]
    document = {
        "format_version": FORMAT_VERSION,
        "name": joint_set.name,
        "pelvis": joint_set.names[joint_set.pelvis],
        "joints": joints,
        "subsets": {
            name: [joint_set.names[joint] for joint in members] for name, members in joint_set.subsets.items()
        },
    }
    return msgspec.json.encode(document).decode()
