"""The window's side of group ``scale``: runs in a process of its own, under a display, and prints JSON.

    python -m app.bench.scale_probe PROJECT STARTED use

What a person does in a project of many frames: go to frames, filter and unfold the tree, flag, jump, undo.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app.bench.memory import read_peak_mb
from app.bench.window_probe import Probe
from core.project.project import Project

#: Frames gone to, and jumps to the next flagged one.
_FRAMES, _JUMPS = 24, 8

#: What was measured: on the clock, and of all of the process's threads together.
Sample = tuple[float, float]


def use_project(folder: Path, started: float) -> dict[str, list[Sample]]:
    """Milliseconds that each thing took, by the name of its row; the start in seconds, memory in MB."""
    with ExitStack() as stack:
        probe = Probe(folder, stack)
        probe.wait_painted(lambda: probe.session.frame_data is not None)
        found = {"scale_startup_s": [(time.time() - started, time.process_time())]}
        probe.rest()
        tree = probe.window.tree
        rows = choose_rows(probe.session.project)
        found["scale_scrub_disk_p95_ms"] = _time(probe.go, rows)
        found["scale_scrub_cached_p95_ms"] = _time(probe.go, rows)
        letters = [partial(tree.filter_box.setText, text) for text in ("S", "S1", "S11", "S1", "")]
        found["scale_filter_ms"] = _time(partial(_change_tree, probe), letters)
        folded = [tree.view.collapseAll, tree.view.expandAll] * 3
        found["scale_expand_ms"] = _time(partial(_change_tree, probe), folded)[1::2]
        flagged = _time(partial(_edit, probe), ("RAnkle", "undo", "LAnkle", "undo", "LWrist", "undo"))
        found["scale_flag_ms"], found["scale_undo_ms"] = flagged[::2], flagged[1::2]
        _flag_here_and_there(probe, rows)
        found["scale_next_flagged_ms"] = _time(lambda _: _jump(probe), range(_JUMPS))
        found["scale_memory_mb"] = [(read_peak_mb(), 0.0)]
        return found


def choose_rows(project: Project) -> list[int]:
    """Rows spread over the whole project, backwards, whose pictures are there."""
    connection, root = project.database.connection, project.dataset_root
    names = [name for (name,) in connection.execute("SELECT DISTINCT image FROM frames")]
    there = [name for name in names if (root / name).is_file()]
    query = f"SELECT row FROM frames WHERE image IN ({', '.join('?' * len(there))}) ORDER BY row"
    rows = [row for (row,) in connection.execute(query, there)]
    return [rows[number] for number in np.unique(np.linspace(0, len(rows) - 1, _FRAMES).astype(int))[::-1]]


def _time(act: Callable[[Any], object], values: Iterable[Any]) -> list[Sample]:
    """Milliseconds that each of some acts took."""
    samples = []
    for value in values:
        started, used = time.perf_counter(), time.process_time()
        act(value)
        samples.append((1000 * (time.perf_counter() - started), 1000 * (time.process_time() - used)))
    return samples


def _change_tree(probe: Probe, change: Callable[[], object]) -> None:
    change()
    probe.application.processEvents()  # lays the tree out
    picture = probe.window.tree.view.viewport()
    assert picture is not None
    picture.repaint()


def _edit(probe: Probe, what: str) -> None:
    """Flag a joint of the shown subject, or undo, until both views are painted with it."""
    session, invoke = probe.session, probe.registry.invoke
    standing = len(session.flags)
    if what == "undo":
        act = partial(invoke, "edit.undo")
    else:
        act = partial(invoke, "label.flag", subject=session.key.subject, joint=what, reason="bench")
    probe.wait_painted(lambda: len(session.flags) != standing, cause=act)


def _flag_here_and_there(probe: Probe, rows: list[int]) -> None:
    """A frame of every subject's recordings, and a frame of some."""
    session, flag = probe.session, partial(probe.registry.invoke, "label.flag", reason="bench")
    for subject in session.project.keys.subjects:
        flag(subject=subject, joint="Nose", frames=[1, 1])
    for key in (session.project.keys[row] for row in rows):
        flag(subject=key.subject, joint="LAnkle", action=key.action, frames=[key.frame, key.frame])


def _jump(probe: Probe) -> None:
    """To the next flagged frame, until both views are painted with it."""
    session, before = probe.session, probe.session.row

    def arrived() -> bool:
        frame = session.frame_data
        return session.row != before and frame is not None and frame.row == session.row

    probe.wait_painted(arrived, cause=partial(probe.registry.invoke, "flagged.next"))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(use_project(Path(sys.argv[1]), float(sys.argv[2]))) + "\n")
