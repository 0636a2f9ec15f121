"""Formats are told by their content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.detect import detect_format
from core.errors import DatasetError
from tests.core.data.writers import write_generic, write_mks, write_spin_dataset


def test_formats_are_told_by_their_content(tiny: Any, h36m: Dataset, tmp_path: Path) -> None:
    assert detect_format(tiny.root) == "h36m-fetch"
    assert detect_format(write_generic(tmp_path / "g", h36m)) == "generic"
    assert detect_format(write_mks(tmp_path / "m", tiny, h36m)) == "mks-json"
    assert detect_format(write_spin_dataset(tmp_path / "s.npz", h36m, np.arange(24))) == "spin-npz"
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="is in no known format"):
        detect_format(tmp_path / "empty")
    with pytest.raises(DatasetError, match="is not there"):
        detect_format(tmp_path / "gone")
