"""Which format a data set is in, told by what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.data.dataset import Dataset
from core.data.generic import FORMAT as GENERIC
from core.data.generic import LABELS, read_generic
from core.data.h36m_fetch import FORMAT as H36M_FETCH
from core.data.h36m_fetch import read_h36m_fetch
from core.data.human_data_dataset import FORMAT as HUMAN_DATA
from core.data.human_data_dataset import read_human_data
from core.data.mks_json import FORMAT as MKS_JSON
from core.data.mks_json import find_annotation_folder, read_mks_json
from core.data.npz_files import list_arrays
from core.data.precomputed import IMAGES
from core.data.precomputed_dataset import FORMAT as PRECOMPUTED
from core.data.precomputed_dataset import read_precomputed
from core.data.spin_dataset import FORMAT as SPIN_NPZ
from core.data.spin_dataset import read_spin_dataset
from core.errors import DatasetError

#: Importers by the name that ``--format`` takes.
FORMATS: dict[str, Callable[[Path | str], Dataset]] = {
    H36M_FETCH: read_h36m_fetch,
    SPIN_NPZ: read_spin_dataset,
    MKS_JSON: read_mks_json,
    HUMAN_DATA: read_human_data,
    PRECOMPUTED: read_precomputed,
    GENERIC: read_generic,
}


def detect_format(path: Path | str) -> str:
    """Name of the importer that a data set is for.

    Raises:
        DatasetError: nothing is there, or nothing that any importer reads.
    """
    path = Path(path)
    if path.is_file() and path.suffix == ".npz":
        names = set(list_arrays(path))
        if {"imgname", "S"} <= names:
            return SPIN_NPZ
        if {"image_path", "keypoints3d"} <= names:
            return HUMAN_DATA
    elif path.is_dir():
        if any(path.glob("*/*/annot.h5")):
            return H36M_FETCH
        if (path / LABELS).is_file():
            return GENERIC
        if find_annotation_folder(path) is not None:
            return MKS_JSON
        if (path / IMAGES).is_file():
            return PRECOMPUTED
    elif not path.exists():
        raise DatasetError(f"{path}: is not there")
    raise DatasetError(
        f"{path}: is in no known format: a folder with <subject>/<action>/annot.h5, labels.npz, "
        "Human36M_subject*_data.json or images.pkl; an npz of imgname and S, or image_path and keypoints3d"
    )
