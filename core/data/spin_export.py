"""Bodies of a project as a SPIN data set npz: a drop-in for SPIN's and VIBE-style training.

Columns and dtypes of ``datasets/preprocess/h36m_train.py`` and ``base_dataset.py`` of nkolot/SPIN:
``imgname``, ``center``, ``scale``, ``S`` (N, 24, 4), ``part`` (N, 24, 3), ``openpose`` (N, 25, 3) of zeros,
``pose`` (N, 72), ``shape`` (N, 10) and ``has_smpl``; ``provenance`` is JSON. There is no ``gender``, as SPIN
takes whatever is not ``m`` for a woman. Labels that are flagged have confidence 0, and so have all of a frame
whose pelvis is, as the others are told from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.cameras import CROP_SIDE
from core.data.body_export import check_human36m, open_export
from core.data.importers.spin_npz import PLACES

if TYPE_CHECKING:
    from core.project.project import Project

_BOX_UNIT = 200.0


def export_spin_npz(project: Project, source: str, path: Path | str) -> int:
    """Write one row a frame, ``has_smpl`` 0 where there is no body; see :mod:`core.data.body_export`."""
    check_human36m(project, "SPIN's npz")
    rows = np.arange(len(project.keys))
    present = project.bodies_present(source)
    bodies = project.read_bodies(source, rows)
    labels, keypoints = project.labels(rows), project.keypoints(rows)
    usable = np.isfinite(labels).all(axis=-1) & ~project.flag_mask(rows)
    usable &= usable[:, :1]  # all are told from the pelvis
    seen = np.isfinite(keypoints).all(axis=-1) & ~project.flag_mask(rows)
    S, part = np.zeros((len(rows), 24, 4)), np.zeros((len(rows), 24, 3))
    relative = labels - labels[:, :1]
    S[:, PLACES, :3] = np.where(usable[..., None], relative, 0)
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
    with open_export(path) as stream:
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
            provenance=np.array(json.dumps(provenance)),
        )
    return int(present.sum())
