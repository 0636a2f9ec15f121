"""Bodies of a project as a SPIN data set npz: a drop-in for SPIN's and VIBE-style training.

Columns and dtypes of ``datasets/preprocess/h36m_train.py`` and ``base_dataset.py`` of nkolot/SPIN:
``imgname``, ``center``, ``scale``, ``S`` (N, 24, 4), ``part`` (N, 24, 3), ``openpose`` (N, 25, 3) of zeros,
``pose`` (N, 72), ``shape`` (N, 10) and ``has_smpl``; ``provenance`` is JSON. There is no ``gender``, as SPIN
takes whatever is not ``m`` for a woman. Labels that are flagged have confidence 0, and so have all of a frame
whose pelvis is, as the others are told from it: from the middle of the hips, where Human3.6M's pelvis is, in
joint sets that have none. Of other joint sets than Human3.6M's those joints are written that have a name of
Human3.6M's; the others have no place in the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.cameras import CROP_SIDE
from core.data.body_export import match_human36m, open_export
from core.data.importers.spin_npz import PLACES
from core.data.npz_writer import Column, NpzWriter, make_text_column
from core.joints import JointSet
from core.progress import ProgressCallback
from core.types import BoolArray, FloatArray

if TYPE_CHECKING:
    from core.project.project import Project

_BOX_UNIT = 200.0


def export_spin_npz(
    project: Project, source: str, path: Path | str, *, progress: ProgressCallback | None = None
) -> int:
    """Write one row a frame, ``has_smpl`` 0 where there is no body; see :mod:`core.data.body_export`."""
    present = project.bodies_present(source)
    columns: dict[str, Column] = {
        "imgname": make_text_column(np.arange(len(present)), lambda row: _name_image(project, row)),
        "center": lambda rows: project.crops(rows)[:, :2] + _measure_side(project, rows)[:, None] / 2,
        "scale": lambda rows: _measure_side(project, rows) / _BOX_UNIT,
        "S": lambda rows: _read_labels(project, rows),
        "part": lambda rows: _read_keypoints(project, rows),
        "openpose": lambda rows: np.zeros((len(rows), 25, 3)),
        "pose": lambda rows: np.where(
            present[rows, None], project.read_bodies(source, rows).pose.reshape(len(rows), -1), 0
        ).astype(np.float32),
        "shape": lambda rows: np.where(
            present[rows, None], project.read_bodies(source, rows).betas, 0
        ).astype(np.float32),
        "has_smpl": lambda rows: present[rows].astype(np.uint8),
    }
    provenance = {**project.provenance(), "source": project.find_source(source)}
    with open_export(path) as stream, NpzWriter(stream) as writer:
        writer.write_columns(np.arange(len(present)), columns, progress=progress)
        writer.write("provenance", json.dumps(provenance))
    return int(present.sum())


def _name_image(project: Project, row: int) -> str:
    key = project.keys[row]
    return f"images/{key.subject}_{key.action.replace('-', '_')}.{key.camera}_{key.frame:06d}.jpg"


def _measure_side(project: Project, rows: NDArray[np.intp]) -> FloatArray:
    """Of the crop, (n,) pixels of the whole image."""
    return np.asarray(CROP_SIDE / project.crops(rows)[:, 2])


def _read_labels(project: Project, rows: NDArray[np.intp]) -> FloatArray:
    """(n, 24, 4) metres from the pelvis, and confidence."""
    labels = project.labels(rows)
    usable = np.isfinite(labels).all(axis=-1) & ~project.flag_mask(rows)
    root = _list_root(project.joint_set)
    usable &= usable[:, root].all(axis=1, keepdims=True)  # all are told from there
    origin = labels[:, root].mean(axis=1, keepdims=True)
    return _spread(project, np.where(usable[..., None], labels - origin, 0), usable)


def _list_root(joint_set: JointSet) -> list[int]:
    """The pelvis, or both hips where there is none."""
    pelvis, hips = joint_set.find_smpl_joint(0), [joint_set.find_smpl_joint(hip) for hip in (1, 2)]
    if pelvis is None and None not in hips:
        return [hip for hip in hips if hip is not None]
    return [joint_set.pelvis]


def _read_keypoints(project: Project, rows: NDArray[np.intp]) -> FloatArray:
    """(n, 24, 3) pixels of the whole image, and confidence."""
    keypoints = project.keypoints(rows)
    seen = np.isfinite(keypoints).all(axis=-1) & ~project.flag_mask(rows)
    return _spread(project, np.where(seen[..., None], keypoints, 0), seen)


def _spread(project: Project, joints: FloatArray, usable: BoolArray) -> FloatArray:
    """(n, J, C) into SPIN's 24 joints with their confidence, (n, 24, C + 1)."""
    ours, theirs = match_human36m(project.joint_set)
    places = [PLACES[joint] for joint in theirs]
    spread = np.zeros((len(joints), 24, joints.shape[2] + 1))
    spread[:, places, :-1] = joints[:, ours]
    spread[:, places, -1] = usable[:, ours]
    return spread
