"""Row of group ``quick``: how far preset ``paper-quick`` comes in its few steps, against preset ``paper``."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.bench.row import Row, make_row
from app.bench.studio import make_project
from core.optimize.blocks import BATCH
from core.optimize.opening import open_optimizer
from core.optimize.presets import get_preset
from core.optimize.problem import Problem, load_problem
from core.optimize.selection import select_training_rows
from core.optimize.settings import Settings
from core.progress import ProgressCallback
from core.project.project import Project

#: Seed of the studio; nothing was tuned on seeds from 100 on.
SEED = 101


def measure_quick(progress: ProgressCallback) -> list[Row]:
    """Energy of the training frames of a small studio after each preset's own number of steps."""
    paper, quick = get_preset("paper"), get_preset("paper-quick")
    progress(0, 2, f"making a small studio, seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        path = make_project(Path(folder) / "studio", size="small", seed=SEED, pictures=False)
        with Project.open(path, read_only=True) as project:
            rows = select_training_rows(project)
            problems = [load_problem(project, part) for part in np.array_split(rows, -(-len(rows) // BATCH))]
    progress(1, 2, "optimising its bodies with both presets")
    scales, sizes = open_optimizer(problems[0], paper).scales, [len(problem) for problem in problems]
    slowly, quickly = (
        float(np.average([_find_energy(problem, settings, scales) for problem in problems], weights=sizes))
        for settings in (paper, quick)
    )
    return [
        make_row(
            "quick_energy_ratio",
            [quickly / slowly],
            "of paper's",
            target=1.0,
            note=f"energy after {quick.iterations} steps of paper-quick over that after {paper.iterations} "
            f"of paper, mean of {len(rows)} bodies of a small studio, seed {SEED}",
        )
    ]


def _find_energy(problem: Problem, settings: Settings, scales: Mapping[str, float]) -> float:
    """Mean over the bodies, after all steps."""
    optimizer = open_optimizer(problem, settings, scales=scales)
    for _ in range(settings.iterations):
        optimizer.advance()
    return optimizer.take_snapshot().total
