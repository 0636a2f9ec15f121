"""Row of group ``audit``: screening of many frames for bad labels."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from app.bench.row import ProgressCallback, Row, make_row
from app.bench.studio import make_project
from core.audit.audit import examine_project
from core.project.project import Project

#: Frames that the target is for, and seconds.
FRAMES = 100_000
TARGET = 30.0


def measure_audit(progress: ProgressCallback) -> list[Row]:
    """The whole screening of a studio of consecutive frames, scaled to the frames of the target.

    In proportion, which is a bound from above: judging regressors are fitted to a fixed number of views, and
    masks are looked at in a fixed number of instants a sequence.
    """
    progress(0, 1, "making a studio of consecutive frames")
    with tempfile.TemporaryDirectory() as folder:
        path = make_project(Path(folder) / "studio", size="audit")
        with Project.open(path, read_only=True) as project:
            frames = len(project.keys)
            started = time.perf_counter()
            examine_project(project, progress=progress)
            seconds = time.perf_counter() - started
    note = (
        f"{seconds:.1f} s for the {frames} frames of a studio, masks included, scaled to {FRAMES} in "
        "proportion, which is a bound"
    )
    return [make_row("audit_100k_s", [seconds * FRAMES / frames], "s", target=TARGET, note=note)]
