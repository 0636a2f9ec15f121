"""Masks and their report are the same to the bit whoever makes them, and whatever happens to them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.engine.choosing import open_engine
from core.engine.engine import ATTEMPTS
from core.project.project import Project
from core.segment import segment_project as segmenting
from core.segment.backend import Backend
from core.segment.backends import BACKENDS
from core.segment.segment_project import SegmentationReport, segment_project
from core.segment.segmenter import Segmenter

RoomProject = tuple[Path, dict[str, np.ndarray]]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenting, "BLOCK", 3)


@pytest.fixture
def copy(room_project: RoomProject) -> Callable[..., Project]:
    """Opens copies of the room's project, each its own."""

    @contextmanager
    def make(name: str) -> Iterator[Project]:
        path = room_project[0].with_name(name)
        shutil.copytree(room_project[0], path)
        with Project.open(path) as project:
            yield project
        shutil.rmtree(path)

    return make


def read_masks(project: Project) -> dict[str, bytes]:
    return {str(project.keys[row]): project.mask_path(row).read_bytes() for row in range(len(project.keys))}


@pytest.fixture
def expected(copy: Callable[..., Project]) -> tuple[SegmentationReport, dict[str, bytes]]:
    with copy("whole") as project:
        report = segment_project(project, "background")
        return report, read_masks(project)


@pytest.mark.parametrize("name", ["local", "ray"])
def test_two_workers_make_the_same_masks(
    name: str, copy: Callable[..., Project], expected: tuple[SegmentationReport, dict[str, bytes]]
) -> None:
    if name == "ray":
        pytest.importorskip("ray", reason="Ray is not installed")
    report, masks = expected
    told: list[tuple[int, int, str]] = []
    with copy(name) as project, open_engine(name, blocks=6, workers=2, device="cpu") as engine:
        found = segment_project(
            project, "background", engine=engine, progress=lambda *step: told.append(step)
        )
        assert found == report
        assert read_masks(project) == masks
        assert not list((project.path / "masks").glob("*.sqlite"))
    assert report.made == len(masks) == told[-1][0]
    assert len(told) == 6


class Spoilt:
    """Segments as another does, until it comes to one frame."""

    def __init__(self, other: Segmenter, row: int, error: BaseException) -> None:
        self._other, self._row, self._error = other, row, error
        self.met = 0

    def segment(self, row: int) -> np.ndarray | None:
        if row == self._row:
            self.met += 1
            raise self._error
        return self._other.segment(row)


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], list[Spoilt]]:
    """Has the back end raise an error at a row; lists the segmenters that were opened."""
    opened: list[Spoilt] = []
    good = BACKENDS["background"]

    def patch(row: int, error: BaseException) -> list[Spoilt]:
        def open_spoilt(*given: object) -> Segmenter:
            opened.append(Spoilt(good.open(*given), row, error))
            return opened[-1]

        bad: Backend = replace(good, open=open_spoilt)
        monkeypatch.setitem(BACKENDS, "background", bad)
        return opened

    return patch


def test_what_was_stopped_goes_on_to_the_same_masks(
    copy: Callable[..., Project],
    expected: tuple[SegmentationReport, dict[str, bytes]],
    spoil: Callable[[int, BaseException], list[Spoilt]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report, masks = expected
    with copy("stopped") as project:
        spoil(7, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            segment_project(project, "background")
        there = [row for row in range(len(project.keys)) if project.mask_path(row) is not None]
        assert there == list(range(6))  # two whole blocks are told to the project
        monkeypatch.undo()
        found = segment_project(project, "background")
        assert read_masks(project) == masks
        assert (found.made, found.kept) == (len(masks) - 7, 7)  # the seventh's file was there
        assert found.mean_overlap == pytest.approx(report.mean_overlap, abs=1e-12)


def test_a_frame_that_no_worker_survives_is_left_out_and_told(
    copy: Callable[..., Project],
    expected: tuple[SegmentationReport, dict[str, bytes]],
    spoil: Callable[[int, BaseException], list[Spoilt]],
) -> None:
    _, masks = expected
    with copy("poisoned") as project:
        opened = spoil(4, ZeroDivisionError("not this one"))
        report = segment_project(project, "background")
        key = str(project.keys[4])
        assert list(report.failed) == [key]
        assert report.failed[key].startswith("no worker survives it: ZeroDivisionError: not this one")
        assert project.mask_path(4) is None
        assert sum(each.met for each in opened) >= ATTEMPTS
        assert report.made + report.kept == len(masks) - 1
