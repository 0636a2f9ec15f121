"""Rows of group ``scale``: the window on a project of a million frames, beside one of a few hundred."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from app.bench.row import Row, make_row, skip_row
from app.bench.studio import make_project
from app.bench.window import find_display, find_quantile, run_probe
from core.errors import JointlensError
from core.progress import ProgressCallback
from core.project.project import Project
from core.project.repetition import repeat_frames

FRAMES = 1_000_000

#: Row -> unit, target, and what was done.
_ROWS: dict[str, tuple[str, float | None, str]] = {
    "scale_startup_s": ("s", 2.5, "new process to first painted frame"),
    "scale_scrub_disk_p95_ms": ("ms", 60.0, "slider to painted, 95th of 100, each frame for the first time"),
    "scale_scrub_cached_p95_ms": ("ms", 40.0, "the same, the frames at hand"),
    "scale_filter_ms": ("ms", 100.0, "a letter more in the filter to the painted tree"),
    "scale_expand_ms": ("ms", 100.0, "everything in the tree unfolded and painted"),
    "scale_next_flagged_ms": ("ms", 100.0, "jump to the next flagged frame to painted"),
    "scale_flag_ms": ("ms", 100.0, "one joint of a subject flagged, to disk and painted"),
    "scale_undo_ms": ("ms", 100.0, "the same taken back"),
    "scale_memory_mb": ("MB", None, "peak of the window's process"),
}


def measure_scale(progress: ProgressCallback) -> list[Row]:
    """What a person waits for in a project of a million frames; notes tell the same with a few hundred."""
    display = find_display()
    if display is None:
        return _skip_rows("there is no display and no xvfb-run")
    with tempfile.TemporaryDirectory() as folder:
        progress(0, 4, "making a small studio")
        few, many = make_project(Path(folder) / "studio", size="small"), Path(folder) / "many"
        try:
            progress(1, 4, "drawing its pictures")
            run_probe(display, few, "draw")
            progress(2, 4, f"making a project of {FRAMES} frames of it")
            with Project.open(few, read_only=True) as project:
                frames = repeat_frames(project, many, frames=FRAMES)
            progress(3, 4, "opening the window")
            before, found = (
                run_probe(display, project, "use", module="app.bench.scale_probe") for project in (few, many)
            )
        except JointlensError as error:
            return _skip_rows(str(error))
    rows = []
    for name, (unit, target, done) in _ROWS.items():
        (clock, processor), (clock_before, processor_before) = (
            _summarise(name, samples) for samples in (found[name], before[name])
        )
        note = f"{frames} frames; {done}; with a few hundred {clock_before:.4g} {unit}"
        if processor:
            note += f"; median processor time {processor:.3g} and {processor_before:.3g} {unit}"
        rows.append(make_row(name, [clock], unit, target=target, note=note))
    return rows


def _summarise(name: str, samples: list[tuple[float, float]]) -> tuple[float, float]:
    """The clock's 95th of 100 where the row says so, else its largest; and the processor's median."""
    clock, processor = ([sample[place] for sample in samples] for place in (0, 1))
    return find_quantile(clock) if "p95" in name else max(clock), statistics.median(processor)


def _skip_rows(why: str) -> list[Row]:
    return [skip_row(name, unit, why, target=target) for name, (unit, target, _) in _ROWS.items()]
