"""Bodies of a project as a SPIN data set npz: a drop-in for SPIN's and VIBE-style training.

Columns and dtypes of ``datasets/preprocess/h36m_train.py`` and ``base_dataset.py`` of nkolot/SPIN:
``imgname``, ``center``, ``scale``, ``S`` (N, 24, 4), ``part`` (N, 24, 3), ``openpose`` (N, 25, 3) of zeros,
``pose`` (N, 72), ``shape`` (N, 10), ``has_smpl`` and ``gender``; ``provenance`` is JSON. Labels that are
flagged have confidence 0.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.cameras import CROP_SIDE
from core.data.spin_dataset import PLACES
from core.data.whole_file import open_whole
from core.errors import ProjectError
from core.joints import H36M_17

if TYPE_CHECKING:
    from core.project.project import Project

_BOX_UNIT = 200.0


def export_spin_npz(project: Project, source: str, path: Path | str) -> int:
    """Write one row a frame; a frame without a body has ``has_smpl`` 0.

    Args:
        project: open.
        source: ``initial``, an estimator or a run.
        path: npz to write.

    Returns:
        How many bodies were written.

    Raises:
        ProjectError: there is no such source, labels are not Human3.6M's 17, or the file cannot be written.
    """
    if project.joint_set != H36M_17:
        raise ProjectError(
            f"{project.path}: labels are {project.joint_set.name}; SPIN's columns are for {H36M_17.name}"
        )
    rows = np.arange(len(project.keys))
    present = project.bodies_present(source)
    bodies = project.read_bodies(source, rows)
    labels, keypoints = project.labels(rows), project.keypoints(rows)
    usable = np.isfinite(labels).all(axis=-1) & ~project.flag_mask(rows)
    seen = np.isfinite(keypoints).all(axis=-1) & ~project.flag_mask(rows)
    S, part = np.zeros((len(rows), 24, 4)), np.zeros((len(rows), 24, 3))
    relative = labels - labels[:, :1]
    S[:, PLACES, :3] = np.where(usable[..., None] & np.isfinite(relative), relative, 0)
    S[:, PLACES, 3] = usable
    part[:, PLACES, :2] = np.where(seen[..., None], keypoints, 0)
    part[:, PLACES, 2] = seen
    crops = project.crops(rows)
    side = CROP_SIDE / crops[:, 2]
    names = [
        f"images/{key.subject}_{key.action.replace('-', '_')}.{key.camera}_{key.frame:06d}.jpg"
        for key in project.keys
    ]
    pose = np.where(present[:, None], bodies.pose.reshape(len(rows), -1), 0)
    provenance = {**project.provenance(), "source": project.find_source(source)}
    try:
        with open_whole(path) as stream:
            np.savez(
                stream,
                imgname=np.array(names),
                center=crops[:, :2] + side[:, None] / 2,
                scale=side / _BOX_UNIT,
                S=S,
                part=part,
                openpose=np.zeros((len(rows), 25, 3)),
                pose=pose.astype(np.float32),
                shape=np.where(present[:, None], bodies.betas, 0).astype(np.float32),
                has_smpl=present.astype(np.uint8),
                gender=np.full(len(rows), "n"),
                provenance=np.array(json.dumps(provenance)),
            )
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written ({error.strerror or error})") from error
    return int(present.sum())
