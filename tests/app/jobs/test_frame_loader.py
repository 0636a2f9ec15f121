from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.jobs import frame_loader
from app.jobs.frame_loader import FrameLoader
from app.session.frame_data import FrameData, LabelBlock, load_frame
from app.session.session import Session
from core.project.project import Project


@pytest.fixture
def loader(session: Session) -> Iterator[FrameLoader]:
    loader = FrameLoader(session.project, session.mesh)
    yield loader
    loader.close()


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Gives every frame a picture of its row's colour, and lists the rows in the order of reading."""
    read: list[int] = []

    original = frame_loader.load_scene

    def load_scene(project: Project, row: int, labels: LabelBlock) -> FrameData:
        assert threading.current_thread() is not threading.main_thread()
        read.append(row)
        return replace(original(project, row, labels), image=np.full((4, 4, 3), row, np.uint8))

    monkeypatch.setattr(frame_loader, "load_scene", load_scene)
    return read


def ask(loader: FrameLoader, session: Session, row: int) -> None:
    loader.request(row, source="initial", regressors=session.regressors)


def wait_for(loader: FrameLoader, pump: Callable[..., None]) -> FrameData:
    taken: list[FrameData] = []

    def take() -> None:
        frame = loader.take()
        if frame is not None:
            taken.append(frame)

    pump(take, lambda: taken)
    return taken[0]


def test_picture_labels_and_body_are_one_frames(
    loader: FrameLoader, session: Session, pictures: list[int], pump: Callable[..., None]
) -> None:
    ask(loader, session, 5)
    frame = wait_for(loader, pump)
    expected = load_frame(
        session.project, 5, source="initial", regressors=session.regressors, mesh=session.mesh
    )
    assert frame.row == 5
    assert frame.key == session.project.keys[5]
    assert frame.image is not None
    assert frame.image[0, 0, 0] == 5
    np.testing.assert_array_equal(frame.label_joints, expected.label_joints)
    np.testing.assert_array_equal(frame.vertices, expected.vertices)
    assert not loader.loading


def test_only_the_frame_asked_for_last_arrives(
    loader: FrameLoader, session: Session, pictures: list[int], pump: Callable[..., None]
) -> None:
    for row in (1, 2, 3, 20):
        ask(loader, session, row)
    assert wait_for(loader, pump).row == 20
    assert loader.take() is None


def test_neighbours_in_the_direction_of_travel_are_read_ahead(
    loader: FrameLoader, session: Session, pictures: list[int], pump: Callable[..., None]
) -> None:
    ask(loader, session, 30)
    pump(loader.take, lambda: len(pictures) == 7)
    assert pictures == [30, 31, 32, 33, 34, 35, 36]
    ask(loader, session, 20)
    pump(loader.take, lambda: len(pictures) == 14)
    assert pictures[7:] == [20, 19, 18, 17, 16, 15, 14]


def test_a_frame_that_was_read_ahead_is_there_at_once(
    loader: FrameLoader, session: Session, pictures: list[int], pump: Callable[..., None]
) -> None:
    ask(loader, session, 3)
    pump(loader.take, lambda: len(pictures) == 7)
    ask(loader, session, 4)
    frame = loader.take()
    assert frame is not None
    assert frame.row == 4


def test_the_frame_asked_for_comes_before_its_neighbours(
    loader: FrameLoader, session: Session, pictures: list[int], pump: Callable[..., None]
) -> None:
    for row in (3, 100, 7):
        ask(loader, session, row)
        wait_for(loader, pump)
    assert pictures == [3, 100, 7], "nothing is read ahead before what is shown was taken"


def test_labels_of_every_block_are_their_rows(
    loader: FrameLoader, session: Session, monkeypatch: pytest.MonkeyPatch, pump: Callable[..., None]
) -> None:
    monkeypatch.setattr(frame_loader, "LABEL_ROWS", 100)
    last = len(session.project.keys) - 1
    for row in (0, 99, 100, last):
        ask(loader, session, row)
        frame = wait_for(loader, pump)
        np.testing.assert_array_equal(frame.label_joints, session.project.labels(np.array([row]))[0])
        np.testing.assert_array_equal(frame.label_keypoints, session.project.keypoints(np.array([row]))[0])
        np.testing.assert_array_equal(frame.crop, session.project.crops(np.array([row]))[0])


def test_another_regressor_costs_no_reading(
    loader: FrameLoader, session: Session, pictures: list[int], pump: Callable[..., None]
) -> None:
    ask(loader, session, 223)
    wait_for(loader, pump)
    loader.request(223, source="initial", regressors={"J_new": session.regressors["J_std"]})
    frame = loader.take()
    assert frame is not None
    assert list(frame.joints) == ["J_new"]
    assert pictures == [223]


def test_a_missing_picture_is_looked_for_again(
    loader: FrameLoader, session: Session, pump: Callable[..., None]
) -> None:
    session.project.image_path(0).unlink(missing_ok=True)
    ask(loader, session, 0)
    frame = wait_for(loader, pump)
    assert frame.image is None
    assert str(session.project.image_path(0)) in frame.image_note
    assert frame.vertices is not None
    ask(loader, session, 0)
    assert loader.loading


def test_a_data_set_that_names_no_picture_says_so(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.project, "image_path", lambda row: session.project.dataset_root / "")
    frame = load_frame(session.project, 0, source="initial", regressors=session.regressors, mesh=session.mesh)
    assert frame.image is None
    assert frame.image_note == "the data set has no picture for this frame"
