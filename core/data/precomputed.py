"""The folders ``precomputed_train`` and ``precomputed_val`` of the paper's released code.

Source: ``scripts/data.py`` of ubc-vision/joint-regressor-refinement: tensors ``orient``, ``pose``, ``betas``,
``gt_j3d`` (N, 17, 3) millimetres in the camera frame and ``gt_j2d`` (N, 17, 2) pixels, both left side first,
``intrinsics`` (N, 3, 3), ``bboxes``, ``estimated_translation``, and ``images.pkl`` with the paths of the
pictures in h36m-fetch's layout. Rotations are SPIN's 6D, whose six numbers are a 3x2 matrix row by row, or
matrices, or axis-angle. The translation belongs to a scaled and mirrored renderer and is left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.body_table import BodyTable, make_table, matrices_to_pose
from core.data.h36m_names import parse_image_name
from core.errors import DatasetError
from core.pickles import load_pickle
from core.torch_files import load_tensors
from core.types import BETAS, BODY_JOINTS, FloatArray, FrameKey

IMAGES = "images.pkl"


def read_precomputed_bodies(path: Path | str) -> BodyTable:
    """Bodies of such a folder.

    Raises:
        DatasetError: a file is missing, damaged, or of another shape.
        UntrustedFileError: a file holds more than tensors or text.
    """
    path = Path(path)
    rotations = np.concatenate(
        [_take_rotations(path, "orient", 1), _take_rotations(path, "pose", BODY_JOINTS - 1)], axis=1
    )
    betas = read_tensor(path, "betas").reshape(-1, BETAS)
    pose = matrices_to_pose(path, rotations)
    return make_table(path, pose=pose, betas=betas, names=read_picture_names(path)[0])


def read_picture_names(path: Path) -> tuple[list[FrameKey], list[str]]:
    """The frames of ``images.pkl``, and where below a data set's root their pictures lie.

    Raises:
        DatasetError: it is missing, damaged, no list of paths, or a path tells no frame.
        UntrustedFileError: the pickle asks for something that is not data.
    """
    names = load_pickle(path / IMAGES)
    if not isinstance(names, list | np.ndarray) or not len(names):
        raise DatasetError(f"{path / IMAGES}: expected a list of paths")
    texts = [str(name).replace("\\", "/") for name in names]
    keys = [parse_image_name(text) for text in texts]
    known = [key for key in keys if key is not None]
    if len(known) < len(keys):
        raise DatasetError(
            f"{path / IMAGES}: {texts[keys.index(None)]!r} tells no frame; expected paths such as "
            "S9/Greeting-1/imageSequence/60457274/img_000001.jpg"
        )
    return known, ["/".join(text.split("/")[-5:]) for text in texts]


def read_tensor(path: Path, name: str) -> NDArray[Any]:
    """One of the folder's tensors in its own shape, float64, from whatever device it was saved.

    Raises:
        DatasetError: it is missing or damaged.
        UntrustedFileError: the file holds more than tensors.
    """
    import torch

    file = path / f"{name}.pt"
    loaded = load_tensors(file)
    if not isinstance(loaded, torch.Tensor) or loaded.is_complex():
        found = f"a tensor of {loaded.dtype}" if isinstance(loaded, torch.Tensor) else type(loaded).__name__
        raise DatasetError(f"{file}: holds {found}; expected one tensor of real numbers")
    return np.asarray(loaded.detach().double().numpy())


def sixd_to_matrices(sixd: NDArray[Any]) -> FloatArray:
    """SPIN's 6D (…, 6), a 3x2 matrix row by row -> (…, 3, 3).

    Source: ``rot6d_to_rotmat`` in SPIN's ``utils/geometry.py``.
    """
    columns = sixd.reshape(*sixd.shape[:-1], 3, 2)
    first = columns[..., 0] / np.linalg.norm(columns[..., 0], axis=-1, keepdims=True)
    second = columns[..., 1] - (first * columns[..., 1]).sum(-1, keepdims=True) * first
    second = second / np.linalg.norm(second, axis=-1, keepdims=True)
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def _take_rotations(path: Path, name: str, joints: int) -> FloatArray:
    from scipy.spatial.transform import Rotation

    values = read_tensor(path, name)
    each = values.size // max(len(values), 1) / joints
    if each == 6:
        return sixd_to_matrices(values.reshape(len(values), joints, 6))
    if each == 9:
        return values.reshape(len(values), joints, 3, 3)
    if each == 3:
        return Rotation.from_rotvec(values.reshape(-1, 3)).as_matrix().reshape(-1, joints, 3, 3)
    raise DatasetError(
        f"{path / name}.pt: has shape {values.shape}; expected {joints} rotations a row, 6D, matrices or "
        "axis-angle"
    )
