"""Frames that advance by themselves."""

from __future__ import annotations

import time

from app.session.session import Session

#: Seconds between two frames.
INTERVAL = 0.1


class Playback:
    """Goes through the sequence of the shown frame and stops at its end."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._advanced = 0.0

    def poll(self, *, loading: bool) -> None:
        """Show the next frame when its time has come and the last one is there."""
        now = time.monotonic()
        if not self._session.playing or loading or now - self._advanced < INTERVAL:
            return
        self._advanced = now
        keys, row = self._session.project.keys, self._session.row
        following = row + 1
        if (
            following == len(keys)
            or keys[following].sequence != keys[row].sequence
            or keys[following].camera != keys[row].camera
        ):
            self._session.set_playing(False)
        else:
            self._session.go_to(following)
