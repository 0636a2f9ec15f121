"""What tests of views share: a session on the small studio, one of its frames, and what views ask for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.session.frame_data import FrameData, load_frame
from app.session.optimisation import OptimisationState, Variant
from app.session.session import Session
from app.window.disposal import dispose
from core.project.finding import Finding
from core.project.project import Project

KEY_ROW = 5
GREY = 96


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        for item in items:
            if item.get_closest_marker("window"):
                item.add_marker(pytest.mark.skip(reason="there is no display; use xvfb-run -a"))


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
