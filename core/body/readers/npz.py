"""Body models as an npz of plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.body.reader import SMPL_ARRAYS, BodyReader
from core.damage import NUMPY_DAMAGE
from core.errors import BodyError
from core.unpacked import check_archive


def read_npz(path: Path) -> Mapping[str, Any]:
    """SMPL's arrays of an npz.

    Raises:
        BodyError: it is damaged or holds pickled objects.
    """
    try:
        check_archive(path)
        with np.load(path, allow_pickle=False) as archive:
            return {key: archive[key] for key in SMPL_ARRAYS if key in archive.files}
    except (OSError, *NUMPY_DAMAGE) as error:
        raise BodyError(
            f"{path}: not a readable npz of plain arrays ({error}); fetch or write it again"
        ) from error


READER = BodyReader("npz", (".npz",), read_npz)
