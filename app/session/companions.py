"""Frames shown beside the one asked for: the other cameras of an instant, the evidence of a finding."""

from __future__ import annotations

from collections.abc import Callable

from psygnal import SignalInstance

from app.session.changes import Change
from app.session.frame_data import FrameData


class Companions:
    """Rows that views want, and their frames once they are loaded.

    Every frame comes whole, so a picture is never shown with another frame's body; one that no view wants
    any more is dropped.

    Args:
        changed: the session's signal.
        mark: gives a frame the flags of now, which may have been loaded before the last one was set.

    Attributes:
        frames: row -> its frame, of those that are wanted and loaded.
    """

    def __init__(self, changed: SignalInstance, mark: Callable[[FrameData], FrameData]) -> None:
        self._changed = changed
        self._mark = mark
        self._wanted: dict[str, tuple[int, ...]] = {}
        self.frames: dict[int, FrameData] = {}

    @property
    def wanted(self) -> tuple[int, ...]:
        """Rows that some view wants, in the order in which they are to be loaded."""
        return tuple(dict.fromkeys(row for rows in self._wanted.values() for row in rows))

    @property
    def missing(self) -> tuple[int, ...]:
        """Rows that are wanted and not there."""
        return tuple(row for row in self.wanted if row not in self.frames)

    def want(self, owner: str, rows: tuple[int, ...]) -> None:
        """Tell which rows one view wants, in place of those that it wanted before."""
        if self._wanted.get(owner, ()) == rows:
            return
        self._wanted[owner] = rows
        keep = set(self.wanted)
        self.frames = {row: frame for row, frame in self.frames.items() if row in keep}
        self._changed.emit(Change.COMPANIONS)

    def receive(self, frame: FrameData) -> None:
        """Take over a frame that was loaded."""
        if frame.row in self.wanted:
            self.frames = {**self.frames, frame.row: self._mark(frame)}
            self._changed.emit(Change.COMPANIONS)

    def mark(self) -> None:
        """Give every frame the flags of now."""
        if self.frames:
            self.frames = {row: self._mark(frame) for row, frame in self.frames.items()}
            self._changed.emit(Change.COMPANIONS)

    def forget(self) -> None:
        """Have every frame loaded anew: bodies or regressors have changed."""
        self.frames = {}
        self._changed.emit(Change.COMPANIONS)
