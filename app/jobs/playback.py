"""Frames that advance by themselves."""

from __future__ import annotations

import time

from app.session.session import Session


class Playback:
    """Goes through the sequence of the shown frame at the session's rate and stops at its end.

    Where frames take longer to load than the rate allows, some are left out rather than shown late.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._due: float | None = None  # when the next frame is to be shown; None while it stands

    def poll(self, *, loading: bool) -> None:
        """Show the next frame when its time has come and the last one is there."""
        if not self._session.playing:
            self._due = None
            return
        now, interval = time.monotonic(), 1 / self._session.playback_rate
        if self._due is None:
            self._due = now
        if loading or now < self._due:
            return
        late = int((now - self._due) / interval)
        self._due += (1 + late) * interval
        keys, row = self._session.project.keys, self._session.row
        last = keys.shot_of(row).stop - 1
        if row == last:
            self._session.set_playing(False)
        else:
            self._session.go_to(min(row + 1 + late, last))
