"""How a project grows with its frames: ``python -m app.bench.index_growth [FRAMES ...]``.

The projects have an index, labels and a run in blocks, and no pictures: nothing that is measured needs one.
Time is the processor's.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.bench.memory import read_peak_mb
from core.body.files import load_body
from core.cameras import Camera, Lens
from core.data.dataset import Dataset
from core.optimize.blocks import BATCH, BLOCK, plan_blocks
from core.optimize.selection import select_training_rows
from core.project.block_bodies import BlockRecord, keep_block
from core.project.creation import create_project
from core.project.flags import Flag, add_flag
from core.project.journal import now
from core.project.project import Project
from core.resources import resource_path
from core.types import FrameKey

ROWS = (1_000, 10_000, 100_000)
SUBJECTS, CAMERAS, ACTIONS = ("S1", "S5", "S6", "S7", "S8", "S9", "S11"), ("1", "2", "3", "4"), 30


def make_index(folder: Path, rows: int) -> Path:
    """A project of about so many frames, spread over Human3.6M's subjects, actions and cameras."""
    body = resource_path("demo_body.npz")
    shots = [
        (subject, f"Action-{action}", camera)
        for subject in SUBJECTS
        for action in range(ACTIONS)
        for camera in CAMERAS
    ]
    each = max(1, round(rows / len(shots)))
    keys = sorted(FrameKey(*shot, frame) for shot in shots for frame in range(1, each + 1))
    random = np.random.default_rng(0)
    joints = random.normal(size=(1000, 17, 3)).astype(np.float32)
    keypoints = random.uniform(100, 900, (1000, 17, 2)).astype(np.float32)
    lens = Lens(np.array([1145.0, 1144.0]), np.array([512.0, 515.0]), np.zeros(3), np.zeros(2))
    dataset = Dataset(
        root=folder / "dataset",
        format="h36m-fetch",
        synthetic=True,
        keys=keys,
        joints=np.resize(joints, (len(keys), 17, 3)),
        keypoints=np.resize(keypoints, (len(keys), 17, 2)),
        cameras={
            (subject, name): Camera(name, np.eye(3), np.array([0.0, 0.0, 5.0]), lens, 1000, 1002)
            for subject in SUBJECTS
            for name in CAMERAS
        },
        images=[f"{key}.jpg" for key in keys],
        masks=[f"{key}.png" for key in keys],
        label_origin="synthetic",
    )
    path = folder / f"project-{rows}"
    with create_project(path, dataset, body_file=body, topology=load_body(body).topology):
        pass
    return path


def measure_index(path: Path) -> dict[str, Any]:
    """Milliseconds of processor time of what a person waits for, on one project."""
    found: dict[str, Any] = {}

    def take(name: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        found[name] = round(1000 * (time.process_time() - started), 2)
        return result

    project = take("open_ms", lambda: Project.open(path))
    found["rows"] = len(project.keys)
    rows = take("select_ms", lambda: select_training_rows(project))
    blocks = take("plan_ms", lambda: plan_blocks(rows, rows, size=BLOCK, batch=BATCH, shuffle=True))
    run = take("start_run_ms", lambda: project.create_run("run", {}, blocks=blocks, overwrite=True))
    with project.database.transaction() as connection:
        for number in range(len(blocks)):
            keep_block(connection, run.name, BlockRecord(0, number, 1, 1.0, "bench:1", {}, now()))
    take("presence_ms", lambda: project.bodies_present("run"))
    somewhere = np.array([int(rows[len(rows) // 2])])
    take("first_frame_ms", lambda: project.read_bodies("run", somewhere))
    take("frame_ms", lambda: (project.labels(somewhere), project.read_bodies("run", somewhere)))
    take("flag_ms", lambda: add_flag(project, Flag("S5", "RAnkle", reason="bench")))
    take("flags_of_batch_ms", lambda: project.flag_mask(rows[:BATCH]))
    take("instants_ms", lambda: project.keys.instants)
    take("snapshot_ms", lambda: project.database.write_snapshot(path / "snapshot.sqlite"))
    project.close()
    found["peak_mb"] = read_peak_mb()
    return found


def main(words: list[str]) -> None:
    """Measure projects of the frames told, or of a thousand to a hundred thousand."""
    with tempfile.TemporaryDirectory() as folder:
        for rows in [int(word) for word in words] or ROWS:
            path = make_index(Path(folder), rows)
            sys.stdout.write(json.dumps(measure_index(path)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
