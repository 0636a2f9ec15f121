"""SMPL parameters as NeuralAnnot gives them: ``Human36M_subject9_SMPL_NeuralAnnot.json``.

Source: ``Human3.6M/demo_smpl.py`` of mks0601/NeuralAnnot_RELEASE: ``[action][subaction][frame]`` with numbers
as text, the action from 2 and the frame from 0, each ``pose`` 72, ``shape`` 10 and ``trans`` 3 metres in the
WORLD frame with smplx's meaning. The body of one instant is seen by all cameras. The fits of
mks0601/I2L-MeshNet_RELEASE, ``Human36M_subject9_smpl_param.json``, are alike.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import numpy as np

from core.data.body_table import POSE, BodyTable, make_table
from core.data.h36m_names import name_sequence
from core.errors import DatasetError
from core.types import BETAS, InstantKey

_FILE_NAME = re.compile(r"Human36M_subject(\d+)_(?:SMPL_NeuralAnnot|smpl_param)\.json")


class SmplRecord(msgspec.Struct):
    """One body; other fields that a file may have are left alone."""

    pose: list[float]
    shape: list[float]
    trans: list[float]


def find_neural_annot(path: Path) -> list[Path]:
    """The files that a folder holds, or the file itself; empty where there is none."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in files if _FILE_NAME.fullmatch(file.name)]


def read_neural_annot(path: Path | str) -> BodyTable:
    """Bodies of one file, or of all of a folder.

    Raises:
        DatasetError: there is none, or one is not what it should be.
    """
    path = Path(path)
    names: list[InstantKey] = []
    records: list[SmplRecord] = []
    for file in find_neural_annot(path):
        found = _FILE_NAME.fullmatch(file.name)
        assert found is not None
        try:
            content = msgspec.json.decode(file.read_bytes(), type=dict[str, dict[str, dict[str, SmplRecord]]])
        except OSError as error:
            raise DatasetError(f"{file}: cannot be read ({error.strerror})") from error
        except msgspec.DecodeError as error:
            raise DatasetError(f"{file}: {error}; expected [action][subaction][frame] of bodies") from error
        for action, subactions in content.items():
            for subaction, frames in subactions.items():
                for frame, record in frames.items():
                    names.append(_make_key(file, int(found[1]), action, subaction, frame))
                    records.append(record)
    if not records:
        raise DatasetError(f"{path}: holds no body of a Human36M_subject*_SMPL_NeuralAnnot.json")
    for key, record in zip(names, records):
        if (len(record.pose), len(record.shape), len(record.trans)) != (POSE, BETAS, 3):
            raise DatasetError(f"{path}: the body of {key} has not 72 pose, 10 shape and 3 trans numbers")
    return make_table(
        path,
        pose=np.array([record.pose for record in records]),
        betas=np.array([record.shape for record in records]),
        transl=np.array([record.trans for record in records]),
        names=names,
        in_world=True,
    )


def _make_key(file: Path, subject: int, action: str, subaction: str, frame: str) -> InstantKey:
    if action.isdecimal() and subaction.isdecimal() and frame.isdecimal():
        sequence = name_sequence(int(action), int(subaction))
        if sequence is not None:
            return InstantKey(f"S{subject}", sequence, int(frame) + 1)
    raise DatasetError(
        f"{file}: [{action}][{subaction}][{frame}] is no action, from 2 to 16, subaction and frame"
    )
