"""An array in a file gives what one in memory gives, and leaves nothing behind."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest

from core.audit import file_array, observations
from core.audit.file_array import FileArray, list_blocks
from core.audit.outliers import find_outliers
from core.audit.swaps import exchange_limbs, find_swaps
from core.errors import ProjectError
from core.joints import H36M_17


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_array, "BLOCK", 64)


def _keep_in_file(values: np.ndarray) -> FileArray:
    kept = FileArray(values.shape)
    kept[:] = values
    return kept


@pytest.mark.parametrize("shape", [(9,), (9, 4), (9, 4, 3), (9, 4, 3, 3), (0, 4, 3)])
def test_it_is_read_and_written_by_the_indices_of_an_array(shape, random):
    values, kept = np.full(shape, np.nan), FileArray(shape)
    np.testing.assert_array_equal(kept, values)
    rows = np.arange(0, len(values), 2)
    values[rows] = kept[rows] = random.normal(size=values[rows].shape)
    assert len(kept) == len(values)
    for key in (rows, slice(2, 5), values[(..., *[0] * (values.ndim - 1))] > 0):
        np.testing.assert_array_equal(kept[key], values[key])
        assert kept[key].flags.c_contiguous
    np.testing.assert_array_equal(kept.take(rows, axis=0), values[rows])
    copy = kept.copy()
    copy[:] = 1.0
    np.testing.assert_array_equal(kept, values)


def test_a_joint_of_all_rows_is_read_alone(random):
    values = random.normal(size=(50, 6, 3))
    kept = _keep_in_file(values)
    np.testing.assert_array_equal(kept[:, 2], values[:, 2])
    np.testing.assert_array_equal(kept[3:9, [4, 1]], values[3:9, [4, 1]])
    kept[np.ix_([1, 2], [3, 4])] = values[np.ix_([1, 2], [3, 4])] = 7.0
    np.testing.assert_array_equal(kept, values)


def test_labels_are_screened_alike_in_a_file_and_in_memory(observe, figures, labels, random, small_blocks):
    spoilt = labels.copy()
    spoilt[35:50, 4:7], spoilt[35:50, 1:4] = labels[35:50, 1:4], labels[35:50, 4:7]
    spoilt[200, 13] += 0.2
    here = observe(spoilt)
    there = here.with_labels(_keep_in_file(here.labels))
    joints = figures[here.instant_of] + 0.01 * random.normal(size=here.labels.shape)
    scales = np.ones(len(here))
    swaps = find_swaps(joints, scales, here, H36M_17)
    assert swaps
    assert find_swaps(_keep_in_file(joints), scales, there, H36M_17) == swaps
    here, there = (exchange_limbs(each, swaps, H36M_17) for each in (here, there))
    np.testing.assert_array_equal(here.labels, there.labels)
    left = here.merge_views(here.labels - joints)
    np.testing.assert_array_equal(left, there.merge_views(_keep_in_file(here.labels - joints)))
    outliers = find_outliers(left, here)
    assert outliers
    assert find_outliers(left, there) == outliers


def test_views_are_merged_in_blocks_as_all_at_once(observe, labels, random, monkeypatch):
    seen = observe(labels)
    values = seen.labels + random.normal(size=seen.labels.shape)
    values[random.random(values.shape) < 0.3] = np.nan
    whole = seen.merge_views(values)
    monkeypatch.setattr(
        observations, "list_blocks", lambda count: [slice(k, min(k + 7, count)) for k in range(0, count, 7)]
    )
    np.testing.assert_array_equal(seen.merge_views(values), whole)


def test_blocks_cover_all_rows(small_blocks):
    assert list_blocks(0) == []
    assert list_blocks(130) == [slice(0, 64), slice(64, 128), slice(128, 130)]


def test_no_file_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = FileArray((1000, 17, 3))
    file = kept._file
    assert not file.closed
    del kept
    assert file.closed
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_where_there_is_no_room_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda buffering: io.FileIO("/dev/full", "r+"))
    with pytest.raises(ProjectError, match=r"8 MB of temporary files cannot be written.*set TMPDIR"):
        FileArray((1 << 20,))
