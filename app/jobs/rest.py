"""When nothing goes on that a person waits for, so that what nobody waits for may take the processor."""

from __future__ import annotations

import time

#: Seconds after the last thing that a person waited for: between two frames of a scrub there is no rest.
CALM = 0.5


class Rest:
    """Knows since when nobody has waited for anything."""

    def __init__(self) -> None:
        self._disturbed_at = time.monotonic()

    def disturb(self) -> None:
        """Somebody waits for something now."""
        self._disturbed_at = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since when nobody has."""
        return time.monotonic() - self._disturbed_at

    @property
    def calm(self) -> bool:
        """Whether work in the background disturbs nobody."""
        return self.seconds > CALM
