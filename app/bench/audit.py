"""Row of group ``audit``: screening of many frames for bad labels."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from app.bench.row import Row, make_row
from app.bench.studio import make_project
from core.audit.audit import examine_project
from core.progress import ProgressCallback
from core.project.project import Project
from core.project.repetition import repeat_frames

#: Frames that are screened, at least, and seconds that the target allows.
FRAMES = 100_000
TARGET = 30.0


def measure_audit(progress: ProgressCallback) -> list[Row]:
    """The whole screening of a studio whose consecutive frames are shown again and again, masks included."""
    progress(0, 1, "making a studio of consecutive frames")
    with tempfile.TemporaryDirectory() as folder:
        path = make_project(Path(folder) / "studio", size="audit")
        many = Path(folder) / "many"
        progress(0, 1, f"making a project of {FRAMES} frames of it")
        with Project.open(path, read_only=True) as project:
            frames = repeat_frames(project, many, frames=FRAMES)
        with Project.open(many, read_only=True) as project:
            started, worked = time.perf_counter(), time.process_time()
            examine_project(project, progress=progress)
            seconds, work = time.perf_counter() - started, time.process_time() - worked
    note = f"{frames} frames of a studio, masks included; processor time {work:.1f} s"
    return [make_row("audit_100k_s", [seconds], "s", target=TARGET, note=note)]
