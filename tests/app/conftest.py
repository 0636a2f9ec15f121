"""What tests of the window's parts share: a session on the small studio, one of its frames, and no leaks."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.session.frame_data import FrameData, load_frame
from app.session.optimisation import OptimisationState, Variant
from app.session.session import Session
from app.session.survey import RegressorErrors, Survey
from core.project.finding import Finding
from core.project.project import Project
from tests.app.leaks import Leaks

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

KEY_ROW = 5
GREY = 96


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        for item in items:
            if item.get_closest_marker("window"):
                item.add_marker(pytest.mark.skip(reason="there is no display; use xvfb-run -a"))


@pytest.fixture(autouse=True)
def leaks() -> Iterator[Leaks]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        leaks = Leaks(monkeypatch)
        yield leaks
        left = leaks.find()
        assert not left, f"left behind: {', '.join(left)}"


@pytest.fixture
def pump() -> Callable[..., None]:
    """Call ``poll`` until ``condition`` holds, as the window's timer does."""

    def run(poll: Callable[[], object], condition: Callable[[], object], *, seconds: float = 180.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "what was waited for did not come"
            poll()
            time.sleep(0.005)

    return run


class Invoked(list[tuple[str, dict[str, Any]]]):
    """Commands that a view has asked for."""

    def __call__(self, command: str, **args: Any) -> None:
        self.append((command, args))


@pytest.fixture
def invoked() -> Invoked:
    return Invoked()


@pytest.fixture
def session(project_small: Path) -> Iterator[Session]:
    with Project.open(project_small, read_only=True) as project:
        yield Session(project)


@pytest.fixture
def frame(session: Session) -> FrameData:
    """A whole frame with a plain grey picture."""
    data = load_frame(
        session.project, KEY_ROW, source="initial", regressors=session.regressors, mesh=session.mesh
    )
    picture = np.full((data.camera.height, data.camera.width, 3), GREY, np.uint8)
    return replace(data, image=picture, image_note="")


@pytest.fixture
def shown(session: Session, frame: FrameData) -> Session:
    """A session that shows the frame."""
    session.go_to(frame.row)
    session.receive_frame(frame)
    return session


@pytest.fixture
def finding() -> Finding:
    """That a joint of a subject is off in all its actions."""
    return Finding(
        "subject-offset:S5:RAnkle",
        "subject-offset",
        "S5",
        "RAnkle",
        None,
        None,
        41.0,
        (37.0, 45.0),
        "bad-label",
        "S5's right ankle label sits 41 mm behind the ankle of the other subjects, in all actions.",
        ("the same in all actions",),
        ("an uncertain foot",),
    )


@pytest.fixture
def run_of() -> Callable[..., OptimisationState]:
    """A live run of a session's frame with one variant, of which one may tell more."""

    def make(session: Session, **variant: Any) -> OptimisationState:
        first = replace(Variant("A", "", session.terms), **variant)
        return OptimisationState("ready", (session.row,), variants=(first,), active="A")

    return make


@pytest.fixture
def build(qtbot: QtBot, shown: Session, invoked: Callable[..., None]) -> Iterator[Callable[[type], object]]:
    """Builds a panel or view on the session that shows the frame."""
    from app.window.disposal import dispose

    built: list[QWidget] = []

    def make(kind: type) -> object:
        widget = kind(shown, invoked)
        built.append(widget)
        widget.resize(320, 600)
        widget.show()
        return widget

    yield make
    for widget in built:
        dispose(widget)


@pytest.fixture
def surveyed(shown: Session) -> Session:
    keys = shown.project.keys
    errors = RegressorErrors.empty(len(keys), len(keys.shots), 17)
    for number, shot in enumerate(keys.shots):
        part = np.full((shot.stop - shot.start, 17), 40.0)
        part[0, 3] = 90.0 if shot.subject == "S5" else 50.0
        errors.add(shot.start, number, part, part / 4)
    shown.errors.receive(Survey("initial", {"J_std": errors}, len(keys), len(keys)))
    return shown
