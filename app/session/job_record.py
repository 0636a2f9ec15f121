"""What the window knows about one job in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: ``interrupted``: stopped with the window that it ran in, or with the machine; it can be gone on with.
JobStatus = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]


@dataclass(frozen=True)
class JobRecord:
    """One job and how far it is; replaced whole when it moves on.

    Attributes:
        id: counts up from 1 within a session.
        kind: ``refit``, ``optimize`` or ``pictures``.
        title: what a person reads, e.g. ``Refit J_spin from initial``.
        status: where it stands.
        background: whether nobody waits for it (pictures drawn ahead of time).
        done: units finished.
        total: units in all; 0 while unknown.
        message: what it is doing, or why it failed.
        started: ``time.monotonic()`` at its start; None while queued.
        elapsed: seconds since its start.
        stage_done: units that were finished when its present stage began, or that it went on from.
        stage_elapsed: :attr:`elapsed` when its present stage began.
        log: messages so far, oldest first.
        run: name of the run that it makes and that can be gone on with; empty where it makes none.
    """

    id: int
    kind: str
    title: str
    status: JobStatus = "queued"
    background: bool = False
    done: int = 0
    total: int = 0
    message: str = ""
    started: float | None = None
    elapsed: float = 0.0
    stage_done: int = 0
    stage_elapsed: float = 0.0
    log: tuple[str, ...] = ()
    run: str = ""

    @property
    def live(self) -> bool:
        """Whether it is queued or running."""
        return self.status in ("queued", "running")

    @property
    def resumable(self) -> bool:
        """Whether nothing is lost when it is stopped: runs go on, what is in the background is begun anew."""
        return self.kind == "optimize" or self.background

    @property
    def fraction(self) -> float | None:
        """Share done, 0 to 1; None while the total is unknown."""
        return min(self.done / self.total, 1.0) if self.total else None

    @property
    def rate(self) -> float | None:
        """Units a second in the present stage; None while nothing is known."""
        done, seconds = self.done - self.stage_done, self.elapsed - self.stage_elapsed
        return done / seconds if self.status == "running" and done > 0 and seconds > 0 else None

    @property
    def remaining(self) -> float | None:
        """Seconds that the present stage still takes at its pace so far; None while nothing is known."""
        return None if self.rate is None else max(self.total - self.done, 0) / self.rate
