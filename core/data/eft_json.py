"""Bodies as EFT writes them.

Source: ``docs/README_dataformat.md`` and ``demo/visEFTFit.py`` of facebookresearch/eft: ``{"ver", "data":
[{parm_pose 24x3x3 rotation matrices, parm_shape 10, parm_cam [s, tx, ty], bbox_scale, bbox_center,
joint_validity_openpose18, smpltype, annotId, imageName, subjectId}]}``. Its reader reshapes poses and shapes,
however they are nested. The camera is a weak perspective, so a metric translation is unknown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.data.body_table import BodyTable, make_table, matrices_to_pose
from core.data.h36m_names import parse_image_name
from core.errors import DatasetError
from core.types import BETAS, BODY_JOINTS


class _Body(msgspec.Struct):
    parm_pose: list[Any]
    parm_shape: list[Any]
    imageName: str  # noqa: N815 -- the file's word
    smpltype: str = "smpl"


class _EftFile(msgspec.Struct):
    data: list[_Body]


def read_eft(path: Path | str) -> BodyTable:
    """Bodies of an EFT file.

    Raises:
        DatasetError: it is unreadable, a picture's name tells no frame, a body is no SMPL's, or a pose is no
            rotation matrices.
    """
    path = Path(path)
    try:
        bodies = msgspec.json.decode(path.read_bytes(), type=_EftFile).data
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error.strerror})") from error
    except msgspec.DecodeError as error:
        raise DatasetError(f"{path}: {error}; expected an EFT file, ver and data") from error
    names = [parse_image_name(body.imageName) for body in bodies]
    known = [name for name in names if name is not None]
    if len(known) < len(names) or not names:
        row = names.index(None) if names else 0
        told = repr(bodies[row].imageName) if bodies else "nothing"
        raise DatasetError(f"{path}: imageName of row {row} is {told}; expected the name of a frame")
    other = next((row for row, body in enumerate(bodies) if body.smpltype != "smpl"), None)
    if other is not None:
        raise DatasetError(
            f"{path}: row {other} is a body of {bodies[other].smpltype}; expected smpltype smpl, as poses "
            "and betas of another model mean other bodies"
        )
    try:
        matrices = np.array([np.reshape(body.parm_pose, (BODY_JOINTS, 3, 3)) for body in bodies], float)
        betas = np.array([np.reshape(body.parm_shape, BETAS) for body in bodies], float)
    except ValueError as error:
        raise DatasetError(f"{path}: expected parm_pose 24x3x3 and parm_shape 10 in every row") from error
    return make_table(path, pose=matrices_to_pose(path, matrices), betas=betas, names=known)
