"""The index answers as a list of keys would, without being one."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DatasetError, ProjectError
from core.project.frame_index import FrameIndex
from core.types import FrameKey, InstantKey, parse_key

KEYS = sorted(
    FrameKey(subject, action, camera, number)
    for subject, action, numbers in (
        ("S1", "Eating-1", (1, 64)),
        ("S11", "Posing-2", (7,)),
        ("S5", "Eating-1", (3, 4, 9)),
    )
    for camera in ("54138969", "60457274")
    for number in numbers
)


@pytest.fixture
def index() -> FrameIndex:
    return FrameIndex.from_keys(KEYS)


def test_it_is_a_sequence_of_keys(index: FrameIndex) -> None:
    assert list(index) == KEYS
    assert len(index) == len(KEYS)
    assert index[3] == KEYS[3]
    assert index[np.int64(3)] == KEYS[3]
    assert index[-1] == KEYS[-1]
    assert index[2:7:2] == KEYS[2:7:2]
    assert KEYS[5] in index
    assert FrameKey("S5", "Eating-1", "54138969", 5) not in index
    with pytest.raises(IndexError):
        index[len(KEYS)]


def test_every_key_is_found_at_its_row(index: FrameIndex) -> None:
    for row, key in enumerate(KEYS):
        assert index.row(key) == row
        assert index.index(key) == row
    with pytest.raises(ProjectError, match="S5/Eating-1/54138969/000005 is no frame of the project"):
        index.row(FrameKey("S5", "Eating-1", "54138969", 5))


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("S5/Eating-1/60457274/000005", "S5/Eating-1/60457274/000004"),
        ("S5/Eating-1/000005", "S5/Eating-1/000004"),
        ("S5/Dancing-1/60457274/000001", "S5/Eating-1/60457274/000003"),
    ],
)
def test_a_frame_that_is_not_there_is_told_with_one_that_is(
    index: FrameIndex, wrong: str, nearest: str
) -> None:
    with pytest.raises(ProjectError, match=f"{wrong} is no frame of the project; the nearest is {nearest}"):
        index.row(parse_key(wrong))


def test_an_instant_is_found_in_all_its_cameras(index: FrameIndex) -> None:
    rows = index.rows_at(InstantKey("S5", "Eating-1", 4))
    assert [KEYS[row].camera for row in rows] == ["54138969", "60457274"]
    assert index.row(InstantKey("S5", "Eating-1", 4)) == rows[0]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"subject": "S1"},
        {"action": "Eating-1"},
        {"camera": "60457274"},
        {"subject": "S1", "camera": "54138969"},
        {"subject": "S9"},
    ],
)
def test_rows_are_chosen_by_subject_action_and_camera(index: FrameIndex, asked: dict[str, str]) -> None:
    expected = [
        row
        for row, key in enumerate(KEYS)
        if all(getattr(key, name) == value for name, value in asked.items())
    ]
    assert index.rows_of(**asked).tolist() == expected


def test_rows_of_one_instant_share_a_number(index: FrameIndex) -> None:
    numbers = index.instants
    for row, key in enumerate(KEYS):
        same = [other for other, other_key in enumerate(KEYS) if other_key.instant == key.instant]
        assert np.flatnonzero(numbers == numbers[row]).tolist() == same


def test_subjects_come_in_the_order_of_their_numbers(index: FrameIndex) -> None:
    assert index.subjects == ["S1", "S5", "S11"]


@pytest.mark.parametrize("keys", [KEYS[::-1], [KEYS[0], KEYS[0]]])
def test_unsorted_and_doubled_keys_are_refused(keys: list[FrameKey]) -> None:
    with pytest.raises(DatasetError, match="occurs twice, or out of order"):
        FrameIndex.from_keys(keys)


def test_a_million_frames_take_a_few_megabytes() -> None:
    numbers = np.tile(np.arange(1, 1001, dtype=np.int32), 1000)
    from core.project.frame_index import Shot

    shots = [
        Shot(f"S{shot}", "Walking-1", "54138969", 1000 * shot, 1000 * shot + 1000) for shot in range(1000)
    ]
    index = FrameIndex(shots, numbers)
    assert index.numbers.nbytes == 4_000_000
    assert index[999_999] == FrameKey("S999", "Walking-1", "54138969", 1000)
    assert index.row(FrameKey("S500", "Walking-1", "54138969", 7)) == 500_006


def test_a_frame_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(DatasetError, match="frame S1/A-1/1/3000000000: frame numbers go up to 2147483647"):
        FrameIndex.from_keys([FrameKey("S1", "A-1", "1", 3_000_000_000)])
