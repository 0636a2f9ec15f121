"""How fast the live run goes, as a figure calm enough to be read."""

from __future__ import annotations

from collections import deque

from app.session.optimisation import OptimisationState

#: Seconds that the figure is an average over, and the least that it can be told from.
SPAN, LEAST = 2.0, 0.1
#: Seconds between two figures, so that it does not flicker.
CALM = 0.5
#: Iterations from which on a pace can be told: single steps have none.
_FEWEST = 10


class LivePace:
    """Averages the iterations a second of the active variant over the last two seconds."""

    def __init__(self) -> None:
        self._course = ""
        self._points: deque[tuple[float, int]] = deque()
        self._told = 0.0
        self._pace: float | None = None

    def measure(self, run: OptimisationState, now: float) -> float | None:
        """Iterations a second; once the variant rests, what it was at the end. None while it cannot be told.

        Args:
            run: as it stands.
            now: seconds, of a clock that never goes back.
        """
        course = run.course if run.phase == "ready" else None
        if course is None:
            self._begin("")
            self._pace = None
        elif course.status == "running":
            latest = self._points[-1][1] if self._points else 0
            if course.id != self._course or not self._points or course.iteration < latest:
                self._begin(course.id)
                self._pace, self._told = None, now
            self._points.append((now, course.iteration))
            while len(self._points) > 2 and now - self._points[1][0] >= SPAN:
                self._points.popleft()
            if now - self._told >= CALM:
                self._pace, self._told = self._average() or self._pace, now
        elif self._course == course.id:
            if self._points:
                self._points.append((now, course.iteration))
                self._pace = self._average() or self._pace
            self._points.clear()
        else:
            self._begin("")
            self._pace = None
        return self._pace

    def _begin(self, course: str) -> None:
        self._course = course
        self._points.clear()

    def _average(self) -> float | None:
        (began, first), (ended, last) = self._points[0], self._points[-1]
        enough = ended - began >= LEAST and last - first >= _FEWEST
        return (last - first) / (ended - began) if enough else None
