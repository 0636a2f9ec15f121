"""Protocols count the frames that the field counts, and all of a project that holds no more."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.evaluate.counted_frames import find_rows
from core.evaluate.protocols import PROTOCOLS
from core.evaluate.sampling import measure_spacing, sample_rows
from core.evaluate.table import evaluate
from core.project.frame_index import FrameIndex
from core.project.project import Project
from core.types import FrameKey


def make_project(numbers, *, synthetic=False):
    keys = [FrameKey("S9", "Walking-1", "60457274", number) for number in numbers]
    return SimpleNamespace(keys=FrameIndex.from_keys(keys), synthetic=synthetic)


@pytest.mark.parametrize(
    ("numbers", "every", "kept"),
    [
        (range(1, 130), 64, [1, 65, 129]),
        (range(1, 14), 5, [1, 6, 11]),
        (range(3, 14), 5, [6, 11]),
        ([1, 65, 129], 64, [1, 65, 129]),
        ([1, 65, 129], 5, [1, 65, 129]),  # sparser than that already
        ([2, 66], 64, [2, 66]),
        ([7], 64, [7]),
    ],
)
def test_frames_are_counted_from_the_first_on(numbers, every, kept):
    project = make_project(numbers)
    rows = sample_rows(project, project.keys.shots[0], every)
    assert project.keys.numbers[rows].tolist() == kept


def test_a_studio_is_a_sample_already():
    project = make_project(range(1, 11), synthetic=True)
    assert len(sample_rows(project, project.keys.shots[0], 64)) == 10


def test_the_spacing_is_told():
    project = make_project([1, 6, 11, 21])
    assert measure_spacing(project, list(project.keys.shots)) == 5
    assert measure_spacing(make_project([1]), list(make_project([1]).keys.shots)) == 0


def test_a_table_counts_the_sampled_frames_alone(project_small, monkeypatch):
    monkeypatch.setattr(Project, "synthetic", property(lambda self: False))
    with Project.open(project_small, read_only=True) as project:
        rows = find_rows(project, PROTOCOLS["spin-p1"])
        gap = int(np.diff(project.keys.numbers[project.keys.shots[0].start :][:4]).min())
        table = evaluate(project, "spin-p1")
        assert table.bodies["spin"] == len(rows)
        assert (len(rows) < 64) == (gap < 5)
        said = (
            "Every 5th frame is counted" if table.spacing < 5 else "Published figures count every 5th frame"
        )
        assert any(said in note for note in table.notes) == (table.spacing != 5)
