"""Rows of group ``window``: what a person feels, measured in a window of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.bench.row import Row, make_row, skip_row
from app.bench.studio import make_project
from core.errors import JointlensError
from core.progress import ProgressCallback

#: Row -> unit, target, whether more is better.
_ROWS: dict[str, tuple[str, float, bool]] = {
    "live_steps_per_s": ("steps/s", 100.0, True),
    "loop_p99_ms": ("ms", 50.0, False),
    "scrub_cached_p95_ms": ("ms", 40.0, False),
    "scrub_disk_p95_ms": ("ms", 60.0, False),
    "toggle_ms": ("ms", 100.0, False),
    "startup_s": ("s", 2.5, False),
}
#: Starts of the window; its figures are taken in the last.
_STARTS = 3
#: Seconds that one start may take, all that is measured in it included.
_LONGEST = 150.0


def measure_window(progress: ProgressCallback) -> list[Row]:
    """Live steps, scrubbing, a switched term and the start, on a small studio with pictures."""
    display = find_display()
    if display is None:
        return _skip_rows("there is no display and no xvfb-run")
    with tempfile.TemporaryDirectory() as folder:
        progress(0, _STARTS + 2, "making a small studio for the window")
        project = make_project(Path(folder) / "studio", size="small")
        starts = []
        try:
            progress(1, _STARTS + 2, "drawing its pictures")
            run_probe(display, project, "draw")
            for number in range(_STARTS):
                progress(2 + number, _STARTS + 2, "opening the window")
                found = run_probe(display, project, "measure" if number == _STARTS - 1 else "start")
                starts.append(found["startup_s"])
        except JointlensError as error:  # the other groups' rows are worth printing all the same
            return _skip_rows(str(error))
    where = "software display" if display else "this display"
    samples = {
        "live_steps_per_s": found["live_steps_per_s"],
        "loop_p99_ms": [found["loop_p99_ms"]],
        "scrub_cached_p95_ms": [find_quantile(found["scrub_cached_ms"])],
        "scrub_disk_p95_ms": [find_quantile(found["scrub_disk_ms"])],
        "toggle_ms": found["toggle_ms"],
        "startup_s": starts,
    }
    notes = {
        "live_steps_per_s": f"one body, preset paper, in the window's own process beside it, {where}",
        "loop_p99_ms": "by how much the event loop's beats come late while the live run goes on",
        "scrub_cached_p95_ms": f"95th of 100 of {len(found['scrub_cached_ms'])} frames, slider to painted",
        "scrub_disk_p95_ms": "the same, each frame for the first time",
        "toggle_ms": "switching the silhouette to the painting of a body moved accordingly",
        "startup_s": "new process to first painted frame",
    }
    return [
        make_row(name, samples[name], unit, target=target, more_is_better=more, note=notes[name])
        for name, (unit, target, more) in _ROWS.items()
    ]


def _skip_rows(why: str) -> list[Row]:
    return [skip_row(name, unit, why, target=target) for name, (unit, target, _) in _ROWS.items()]


def find_display() -> list[str] | None:
    """What to put before a command so that it can open a window; None where nothing helps."""
    if sys.platform != "linux" or os.environ.get("DISPLAY"):
        return []
    return ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"] if shutil.which("xvfb-run") else None


def run_probe(
    display: list[str], project: Path, task: str, *, module: str = "app.bench.window_probe"
) -> dict[str, Any]:
    """Run a probe; its JSON document, or an empty one where it prints none.

    Raises:
        JointlensError: it failed, or took too long; it and its display are gone then.
    """
    command = [*display, sys.executable, "-m", module, str(project), str(time.time()), task]
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        output, complaints = child.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        raise JointlensError(f"the window took more than {_LONGEST} s to {task}") from None
    finally:
        if child.poll() is None:  # whatever the reason: the display and the window in it go too
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    if child.returncode:
        last = complaints.strip().splitlines()[-1:] or ["no message"]
        raise JointlensError(f"the window could not {task}: {last[0]}")
    lines = output.strip().splitlines()
    return json.loads(lines[-1]) if lines else {}


def find_quantile(samples: list[float]) -> float:
    """The 95th of 100."""
    return sorted(samples)[min(len(samples) - 1, int(0.95 * len(samples)))]
