"""Frames beside the one asked for come as they are wanted, also by views that change their mind meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from app.jobs import companion_loader
from app.jobs.jobs import Jobs
from app.session.changes import Change
from app.session.session import Session
from core.project.flags import Flag, add_flag


class AtOnce:
    """An executor whose work is done when it is asked for, so that several frames arrive together."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def submit(self, work: Callable[..., object], *arguments: object) -> Future[object]:
        future: Future[object] = Future()
        future.set_result(work(*arguments))
        return future

    def shutdown(self, **_: object) -> None: ...


@pytest.fixture
def jobs(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    monkeypatch.setattr(companion_loader, "ThreadPoolExecutor", AtOnce)
    jobs = Jobs(session)
    yield jobs
    jobs.close()


def test_a_view_may_want_others_once_the_first_has_come(
    jobs: Jobs, session: Session, pump: Callable[..., None]
) -> None:
    def turn_away(change: Change) -> None:
        if change & Change.COMPANIONS and 1 in session.companions.frames:
            session.companions.want("a view", (4, 5))

    session.changed.connect(turn_away)
    session.companions.want("a view", (1, 2, 3))
    pump(jobs.poll, lambda: set(session.companions.frames) == {4, 5})
    assert session.companions.missing == ()


def test_frames_beside_the_shown_one_follow_its_flags(
    jobs: Jobs, session: Session, pump: Callable[..., None]
) -> None:
    keys, joint = session.project.keys, session.project.joint_set.names.index("LAnkle")
    row = next(row for row in range(1, len(keys)) if keys[row].subject == keys[0].subject)
    session.companions.want("a view", (row,))
    pump(jobs.poll, lambda: row in session.companions.frames)
    assert not session.companions.frames[row].flagged.any()
    add_flag(session.project, Flag(keys[0].subject, "LAnkle", reason="seen"))
    session.refresh_flags()
    assert session.companions.frames[row].flagged[joint]
    session.companions.forget()  # loaded anew from what the loader keeps, which was read before the flag
    pump(jobs.poll, lambda: row in session.companions.frames)
    assert session.companions.frames[row].flagged[joint]
