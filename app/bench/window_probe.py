"""The window's side of group ``window``: runs in a process of its own, under a display, and prints JSON.

    python -m app.bench.window_probe PROJECT STARTED draw|start|measure

``STARTED`` is the clock, ``time.time()``, at which the process was asked for; ``draw`` has the pictures drawn
that ``measure`` then goes to, ``start`` only opens the window.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QTimer
from PyQt6.QtWidgets import QApplication

from app.commands.catalogue import COMMANDS
from app.commands.command import Workspace
from app.commands.registry import CommandRegistry
from app.jobs.jobs import Jobs
from app.session.changes import Change
from app.session.session import Session
from app.window.disposal import dispose
from app.window.main_window import MainWindow
from core.errors import JointlensError
from core.project.project import Project

#: Frames gone to, steps of the live run, switches of a term, and seconds to wait for anything.
_FRAMES, _STEPS, _TOGGLES, _PATIENCE = 24, 600, 8, 60.0
#: Milliseconds between two beats of the event loop.
_BEAT = 2


class PaintWatch(QObject):
    """Counts the paint events of some widgets."""

    def __init__(self, *widgets: QObject) -> None:
        super().__init__()
        self.counts = dict.fromkeys(widgets, 0)
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Let every event pass."""
        if watched is not None and event is not None and event.type() == QEvent.Type.Paint:
            self.counts[watched] += 1
        return False


class Probe:
    """A window of a project, and a person who uses it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        project = stack.enter_context(Project.open(folder, exclusive=True))
        application = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(application, QApplication)
        self.application = application
        self.session = Session(project)
        self.jobs = Jobs(self.session)
        stack.callback(self.jobs.close)
        self.registry = CommandRegistry(Workspace(self.session, self.jobs), COMMANDS)
        stack.callback(self.registry.close)
        settings = Path(stack.enter_context(TemporaryDirectory())) / "window.ini"
        self.window = MainWindow(self.session, self.registry, self.jobs, settings=settings)
        stack.callback(dispose, self.window)
        self.window.show()
        picture = self.window.overlay.view.viewport()
        assert picture is not None
        solid = self.window.viewport.plotter
        assert solid is not None
        self.paints = PaintWatch(picture, solid)

    def wait(self, condition: Callable[[], object]) -> None:
        """Let the event loop turn until a condition holds."""
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise JointlensError("the window did not do what was waited for in time")
            self.application.processEvents()
            time.sleep(0.0005)  # other threads want the interpreter

    def wait_painted(
        self, condition: Callable[[], object], *, cause: Callable[[], object] | None = None
    ) -> None:
        """Until a change of the session makes a condition hold, and both views have been painted since.

        Args:
            condition: looked at when the session changes.
            cause: what brings it about, called here: a frame at hand may be shown before it returns.
        """
        before: dict[QObject, int] = {}

        def look(change: Change) -> None:
            if not before and condition():
                before.update(self.paints.counts)

        self.session.changed.connect(look)
        if cause is not None:
            cause()
        self.wait(
            lambda: before and all(count > before[widget] for widget, count in self.paints.counts.items())
        )
        self.session.changed.disconnect(look)

    def rest(self) -> None:
        """Until nothing is going on."""
        self.wait(lambda: self.jobs.idle and self.session.frame_data is not None)

    def go(self, row: int) -> float:
        """Milliseconds from asking for a frame to its being painted."""
        key = str(self.session.project.keys[row])
        started = time.perf_counter()
        self.wait_painted(lambda: self._shows(row), cause=lambda: self.registry.invoke("frame.go", key=key))
        return 1000 * (time.perf_counter() - started)

    def _shows(self, row: int) -> bool:
        frame = self.session.frame_data
        return frame is not None and frame.row == row

    def draw(self, rows: list[int]) -> None:
        """Have the pictures of some frames drawn."""
        for row in rows:
            self.go(row)
            self.wait(lambda: self.session.frame_data.image is not None)  # type: ignore[union-attr]

    @contextmanager
    def listen(self) -> Iterator[list[float]]:
        """Milliseconds by which each beat of the event loop comes late."""
        late: list[float] = []
        beat = time.perf_counter()

        def take_beat() -> None:
            nonlocal beat
            now = time.perf_counter()
            late.append(max(0.0, 1000 * (now - beat) - _BEAT))
            beat = now

        timer = QTimer()
        timer.timeout.connect(take_beat)
        timer.start(_BEAT)
        yield late
        timer.stop()

    def run_live(self) -> tuple[list[float], float]:
        """Steps a second over parts of a live run, and by how much the 99th of 100 beats came late."""
        self.registry.invoke("optimize.step", n=5)
        self.wait(lambda: self.session.optimisation.iteration >= 5)
        self.rest()
        rates = []
        with self.listen() as late:
            self.registry.invoke("optimize.step", n=_STEPS)
            first, began = self.session.optimisation.iteration, time.perf_counter()
            last = first + _STEPS
            while self.session.optimisation.busy:
                goal = min(first + _STEPS // 4, last)
                self.wait(
                    lambda goal=goal: (
                        self.session.optimisation.iteration >= goal  # type: ignore[misc]
                        or not self.session.optimisation.busy
                    )
                )
                reached, now = self.session.optimisation.iteration, time.perf_counter()
                rates.append((reached - first) / (now - began))
                first, began = reached, now
        return rates, float(np.percentile(late, 99))

    def toggle(self) -> list[float]:
        """Milliseconds from switching a term to the painting of a body that was moved without it."""
        times = []
        self.registry.invoke("optimize.step", n=100_000)
        self.wait(lambda: self.session.shown.snapshot is not None)
        for _ in range(_TOGGLES):
            started = time.perf_counter()
            self.registry.invoke("term.toggle", term="silhouette")
            on = self.session.terms.terms["silhouette"].on
            self.wait_painted(lambda on=on: self._shows_step_with(on))  # type: ignore[misc]
            times.append(1000 * (time.perf_counter() - started))
        self.registry.invoke("optimize.pause")
        self.rest()
        return times

    def _shows_step_with(self, on: bool) -> bool:
        """Whether the shown body was moved by a step in which the silhouette was on, or off."""
        shown, energies = self.session.shown.snapshot, self.session.optimisation.energies
        if shown is None or not energies or ("silhouette" in energies[-1].weighted) != on:
            return False
        first = next(
            record.iteration
            for before, record in zip(energies[-2::-1], energies[:0:-1])
            if ("silhouette" in before.weighted) != on
        )
        return shown.iteration >= first


def main(arguments: list[str]) -> int:
    """Run the probe; prints one JSON document."""
    folder, started, task = Path(arguments[0]), float(arguments[1]), arguments[2]
    with ExitStack() as stack:
        probe = Probe(folder, stack)
        probe.wait_painted(lambda: probe.session.frame_data is not None)
        startup = time.time() - started
        count = len(probe.session.project.keys)
        # Far apart and backwards, so that none of them was loaded ahead.
        rows = [int(row) for row in np.linspace(count - 1, 0, _FRAMES).astype(int)]
        if task == "draw":
            probe.draw(rows)
            return 0
        found: dict[str, object] = {"startup_s": startup}
        if task == "measure":
            probe.rest()
            found["scrub_disk_ms"] = [probe.go(row) for row in rows]
            found["scrub_cached_ms"] = [probe.go(row) for row in rows]
            found["live_steps_per_s"], found["loop_p99_ms"] = probe.run_live()
            found["toggle_ms"] = probe.toggle()
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
