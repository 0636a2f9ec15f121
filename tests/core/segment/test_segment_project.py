"""A project's masks are made frame by frame, and making them goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import DatasetError, SettingsError
from core.project.project import Project
from core.segment.backend import Backend
from core.segment.backends import BACKENDS
from core.segment.body_silhouette import BodySilhouettes
from core.segment.instances import measure_overlap
from core.segment.mask_rcnn import MaskRcnn
from core.segment.segment_project import segment_project

Room = tuple[Project, dict[str, np.ndarray]]


def test_the_body_is_drawn_where_it_is_seen(room: Room) -> None:
    project, truth = room
    bodies = BodySilhouettes(project)
    for row in (0, 9):
        drawn = bodies.draw(row)
        assert drawn is not None
        assert measure_overlap(drawn, truth[str(project.keys[row])]) > 0.98


def test_segmenting_goes_on_where_it_stopped(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    project, truth = room

    class Counting:
        calls = 0

        def segment(self, row: int) -> np.ndarray | None:
            self.calls += 1
            if row == 2:
                raise DatasetError("picture 2 is damaged")
            return None if row == 1 else truth[str(project.keys[row])]

    counting, told = Counting(), []
    monkeypatch.setitem(BACKENDS, "test", Backend("test", "", lambda project, files: counting))
    report = segment_project(project, "test", rows=np.arange(4), progress=lambda *step: told.append(step))
    assert (report.made, report.kept, report.nobody) == (3, 0, 1)
    assert list(report.failed.values()) == ["picture 2 is damaged"]
    assert told[-1] == (4, 4, "segmenting")
    assert report.mean_overlap is not None
    assert report.mean_overlap > 0.95
    again = segment_project(project, "test", rows=np.arange(4))
    assert (again.made, again.kept, counting.calls) == (0, 3, 5)
    masks = project.read_masks(np.arange(3))
    assert np.isfinite(masks[0]).all()
    assert np.isnan(masks[1:]).all()
    crop = project.crops(np.array([0]))[0]
    seen = truth[str(project.keys[0])]
    assert masks[0].sum() == pytest.approx(seen.sum() * crop[2] ** 2, rel=0.02)
    assert project.mask_path(0) == project.path / "masks/test/S1/Turning-1/left/img_000001.png"
    assert project.mask_path(3) is not None


@pytest.mark.parametrize("backend", ["torchvision", "detectron2"])
def test_a_back_end_that_is_missing_tells_the_remedy(room: Room, tmp_path: Path, backend: str) -> None:
    with pytest.raises(DatasetError, match="give --weights"):
        MaskRcnn(room[0], backend, None)
    try:
        __import__(backend)
    except ImportError:
        (tmp_path / "w.pth").write_bytes(b"")
        with pytest.raises(SettingsError, match=f"{backend} is not installed.*background"):
            MaskRcnn(room[0], backend, tmp_path / "w.pth")
