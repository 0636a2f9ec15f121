"""Bodies and labels of a project as mmhuman3d's HumanData npz, as its ``human_data.py`` reads it.

Keypoints are whole, not compressed: 190 joints, of which the masks mark Human3.6M's 17; of another joint set,
those that have a name of Human3.6M's. ``smpl`` is a pickled dictionary of plain arrays, as the format has it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import CROP_SIDE
from core.data.body_export import find_exported, match_human36m, open_export
from core.data.importers.human_data import PLACES, SPACE
from core.data.npz_writer import Column, NpzWriter, make_text_column
from core.progress import ProgressCallback
from core.types import FloatArray

if TYPE_CHECKING:
    from core.project.project import Project


def export_human_data(
    project: Project, source: str, path: Path | str, *, progress: ProgressCallback | None = None
) -> int:
    """Write one row a frame that has a body, in the camera's frame; see :mod:`core.data.body_export`."""
    rows = find_exported(project, source)
    bodies = project.read_bodies(source, rows)
    ours, theirs = match_human36m(project.joint_set)
    places = [PLACES[joint] for joint in theirs]
    mask = np.zeros(SPACE, np.uint8)
    mask[places] = 1

    def spread(joints: FloatArray, block: NDArray[np.intp]) -> FloatArray:
        """(n, J, C) into the 190 joints with their confidence, (n, 190, C + 1)."""
        usable = np.isfinite(joints).all(axis=-1) & ~project.flag_mask(block)
        found = np.zeros((len(joints), SPACE, joints.shape[2] + 1))
        found[:, places, :-1] = np.where(usable[..., None], joints, 0)[:, ours]
        found[:, places, -1] = usable[:, ours]
        return found

    columns: dict[str, Column] = {
        "image_path": make_text_column(rows, lambda row: _name_image(project, row)),
        "bbox_xywh": lambda block: _read_boxes(project, block),
        "keypoints3d": lambda block: spread(project.labels(block), block),
        "keypoints2d": lambda block: spread(project.keypoints(block), block),
    }
    smpl: dict[str, Any] = {
        "global_orient": bodies.global_orient,
        "body_pose": bodies.body_pose.reshape(len(rows), 23, 3),
        "betas": bodies.betas,
    }
    if np.isfinite(bodies.transl).all():
        smpl["transl"] = bodies.transl
    misc = {"kps3d_root_aligned": not project.has_absolute_labels, **project.provenance()}
    with open_export(path) as stream, NpzWriter(stream, compressed=True) as writer:
        writer.write("__key_strict__", False)
        writer.write("__data_len__", len(rows))
        writer.write("__keypoints_compressed__", False)
        writer.write_columns(rows, columns, progress=progress)
        for name in ("keypoints3d", "keypoints2d"):
            writer.write(f"{name}_mask", mask)
            writer.write(f"{name}_convention", "human_data")
        writer.write("config", "h36m")
        writer.write("smpl", smpl)
        writer.write("misc", {**misc, "smpl_source": project.find_source(source)})
    return len(rows)


def _read_boxes(project: Project, rows: NDArray[np.intp]) -> FloatArray:
    """(n, 5) left, top, width and height in pixels, and confidence."""
    crops = project.crops(rows)
    side = CROP_SIDE / crops[:, 2:]
    return np.concatenate([crops[:, :2], side, side, np.ones((len(rows), 1))], axis=1)


def _name_image(project: Project, row: int) -> str:
    """SPIN's and mmhuman3d's name of a picture."""
    key = project.keys[row]
    stem = f"{key.subject}_{key.action.replace('-', '_')}.{key.camera}"
    return f"{key.subject}/images/{stem}/{stem}_{key.frame:06d}.jpg"
