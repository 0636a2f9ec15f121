"""Bodies and labels of a project as mmhuman3d's HumanData npz, as its ``human_data.py`` reads it.

Keypoints are whole, not compressed: 190 joints, of which the masks mark Human3.6M's 17. ``smpl`` is a pickled
dictionary, as the format has it, of plain arrays.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.cameras import CROP_SIDE
from core.data.body_export import check_human36m, find_exported, open_export
from core.data.importers.human_data import PLACES, SPACE

if TYPE_CHECKING:
    from core.project.project import Project


def export_human_data(project: Project, source: str, path: Path | str) -> int:
    """Write one row a frame that has a body, in the camera's frame; see :mod:`core.data.body_export`."""
    check_human36m(project, "HumanData")
    rows = find_exported(project, source)
    bodies = project.read_bodies(source, rows)
    flagged = project.flag_mask(rows)
    mask = np.zeros(SPACE, np.uint8)
    mask[list(PLACES)] = 1
    keypoints = {
        "keypoints3d": _spread(project.labels(rows), flagged),
        "keypoints2d": _spread(project.keypoints(rows), flagged),
    }
    crops = project.crops(rows)
    side = CROP_SIDE / crops[:, 2:]
    smpl: dict[str, Any] = {
        "global_orient": bodies.global_orient,
        "body_pose": bodies.body_pose.reshape(len(rows), 23, 3),
        "betas": bodies.betas,
    }
    if np.isfinite(bodies.transl).all():
        smpl["transl"] = bodies.transl
    misc = {"kps3d_root_aligned": not project.has_absolute_labels, **project.provenance()}
    arrays: dict[str, Any] = {
        "__key_strict__": False,
        "__data_len__": len(rows),
        "__keypoints_compressed__": False,
        "image_path": [_name_image(project, int(row)) for row in rows],
        "bbox_xywh": np.concatenate([crops[:, :2], side, side, np.ones((len(rows), 1))], axis=1),
        **keypoints,
        **{f"{name}_mask": mask for name in keypoints},
        **{f"{name}_convention": "human_data" for name in keypoints},
        "config": "h36m",
        "smpl": smpl,
        "misc": {**misc, "smpl_source": project.find_source(source)},
    }
    with open_export(path) as stream:
        np.savez_compressed(stream, **arrays)
    return len(rows)


def _spread(joints: Any, flagged: Any) -> Any:
    """(N, 17, C) into the 190 joints with their confidence, (N, 190, C + 1)."""
    usable = np.isfinite(joints).all(axis=-1) & ~flagged
    spread = np.zeros((len(joints), SPACE, joints.shape[2] + 1))
    spread[:, list(PLACES), :-1] = np.where(usable[..., None], joints, 0)
    spread[:, list(PLACES), -1] = usable
    return spread


def _name_image(project: Project, row: int) -> str:
    """SPIN's and mmhuman3d's name of a picture."""
    key = project.keys[row]
    stem = f"{key.subject}_{key.action.replace('-', '_')}.{key.camera}"
    return f"{key.subject}/images/{stem}/{stem}_{key.frame:06d}.jpg"
