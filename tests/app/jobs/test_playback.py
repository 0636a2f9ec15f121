"""Frames advance at their rate, wait for what loads, and are left out rather than shown late."""

from __future__ import annotations

import pytest

from app.jobs.playback import Playback
from app.session.session import Session


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds; to be changed."""
    now = [100.0]
    monkeypatch.setattr("app.jobs.playback.time.monotonic", lambda: now[0])
    return now


def follow(
    playback: Playback, session: Session, clock: list[float], *, step: float, loading: float
) -> list[int]:
    """Rows shown until it stops, polled every ``step`` seconds, where each frame loads for ``loading``."""
    rows, since = [session.row], clock[0]
    session.set_playing(True)
    while session.playing:
        playback.poll(loading=clock[0] - since < loading)
        if session.row != rows[-1]:
            rows.append(session.row)
            since = clock[0]
        clock[0] += step
    return rows


def test_every_frame_is_shown_where_loading_keeps_up(session: Session, clock: list[float]) -> None:
    assert follow(Playback(session), session, clock, step=0.01, loading=0.05) == [0, 1, 2, 3]
    assert clock[0] == pytest.approx(100.3, abs=0.15)


def test_frames_are_left_out_where_loading_is_slow(session: Session, clock: list[float]) -> None:
    assert follow(Playback(session), session, clock, step=0.01, loading=0.15) == [0, 2, 3]
