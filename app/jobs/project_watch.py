"""Looks now and then, on a thread of its own, at what other programs have done to the project."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from app.session.session import Session

#: Seconds between two looks.
INTERVAL = 1.0


@dataclass(frozen=True)
class Seen:
    """What a project was like at a look.

    Attributes:
        position: of the journal's last entry.
        runs: names, oldest first.
        audit: what the last audit was made from; None without any.
    """

    position: int
    runs: tuple[str, ...]
    audit: dict[str, Any] | None


class ProjectWatch:
    """Hands edits, runs and audits that others have made to the session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jointlens watch")
        self._look: Future[Seen] | None = None
        self._looked_at = time.monotonic()
        self._audit: dict[str, Any] | None = session.project.audit_provenance()

    def poll(self) -> None:
        """Take over what was seen, and look again when it is time; to be called on the GUI thread."""
        if self._look is not None and self._look.done():
            seen, self._look = self._look.result(), None
            if seen.audit != self._audit:
                self._audit = seen.audit
                self._session.refresh_flags()
            self._session.take_over_edits(seen.position)
            self._session.refresh_runs(seen.runs)
        if self._look is None and time.monotonic() - self._looked_at > INTERVAL:
            self._looked_at = time.monotonic()
            self._look = self._thread.submit(self._see)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _see(self) -> Seen:
        project = self._session.project
        runs = tuple(run.name for run in project.runs())
        return Seen(project.journal.position, runs, project.audit_provenance())
