"""Bodies and labels as mmhuman3d's HumanData keeps them.

Source: ``docs/human_data.md`` and ``human_data.py`` of open-mmlab/mmhuman3d: an npz with ``image_path``, the
pickled dictionary ``smpl`` of ``body_pose`` (N, 23, 3), ``global_orient`` (N, 3), ``betas`` (N, 10) and
perhaps ``transl``, ``bbox_xywh`` (N, 5), and ``keypoints3d`` in a space of 190 joints, of which a compressed
file keeps those of ``keypoints3d_mask``. Its Human3.6M has the left side first.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.data.body_table import BodyTable, make_table, take_betas, take_floats
from core.data.npz_files import list_arrays, read_arrays, read_object
from core.data.spin_npz import read_frame_names
from core.errors import DatasetError


def read_human_data_bodies(path: Path | str) -> BodyTable:
    """The ``smpl`` bodies of a HumanData file.

    Raises:
        DatasetError: it is unreadable, has no smpl, or its arrays are not what they should be.
        UntrustedFileError: its dictionary asks for classes that it has no need of.
    """
    path = Path(path)
    if "smpl" not in list_arrays(path):
        raise DatasetError(f"{path}: has no smpl; a HumanData of smplx bodies fits no SMPL mesh")
    smpl = read_object(path, "smpl")
    if not isinstance(smpl, dict):
        raise DatasetError(f"{path}: smpl is a {type(smpl).__name__}; expected a dictionary of arrays")
    orientation = take_floats(path, smpl, "global_orient", (3,))
    pose = np.concatenate([orientation, take_floats(path, smpl, "body_pose", (23, 3))], axis=1)
    betas = take_betas(path, smpl, "betas")
    if len(betas) == 1:
        betas = np.repeat(betas, len(pose), axis=0)
    transl = take_floats(path, smpl, "transl", (3,)) if "transl" in smpl else None
    names = read_arrays(path, ("image_path",))
    return make_table(
        path,
        pose=pose,
        betas=betas,
        transl=transl,
        names=read_frame_names(path, names["image_path"]) if names else None,
    )
