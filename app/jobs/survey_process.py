"""The survey process: measures the errors of every frame's joints, the shown shot's first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.cameras import project as project_points
from core.types import FloatArray

if TYPE_CHECKING:
    from core.project.project import Project
    from core.regressor.record import Regressor

#: The survey gives way to the window and the live run.
NICENESS = 10
#: Bodies posed at once: few enough that the process stays small and turns to a new order at once.
CHUNK = 64


@dataclass(frozen=True)
class Order:
    """What is to be measured; replaces what was wanted before.

    Attributes:
        batch: comes back with every answer.
        source: whose bodies.
        regressors: names.
        first_shot: number of the shot to begin with.
    """

    batch: int
    source: str
    regressors: tuple[str, ...]
    first_shot: int


@dataclass(frozen=True)
class Hold:
    """Rest while somebody scrubs or a live run moves, or go on."""

    on: bool


@dataclass(frozen=True)
class Measured:
    """Errors of consecutive rows of one shot.

    Attributes:
        batch: of the order.
        start: first row.
        shot: its number.
        errors_mm: regressor -> (n, J) float32, both moved to their pelvis; NaN without label or body.
        errors_px: likewise, pixels of the whole image.
    """

    batch: int
    start: int
    shot: int
    errors_mm: dict[str, FloatArray]
    errors_px: dict[str, FloatArray]


def run_survey(connection: Connection, folder: Path) -> None:
    """Body of the child process; ends by EOFError when the window closes the pipe."""
    from core.project.project import Project

    os.nice(NICENESS)
    with Project.open(folder, read_only=True) as project:
        work: Iterator[Measured] | None = None
        held = False
        while True:
            while held or work is None or connection.poll():
                match connection.recv():
                    case Hold(on):
                        held = on
                    case order:
                        work = measure_project(project, order)
            measured = next(work, None)
            if measured is None:
                work = None
            else:
                connection.send(measured)


def measure_project(project: Project, order: Order) -> Iterator[Measured]:
    """Measure every frame of a project, chunk by chunk."""
    regressors = {name: project.read_regressor(name) for name in order.regressors}
    shots = project.keys.shots
    for number in (*range(order.first_shot, len(shots)), *range(order.first_shot)):
        for start in range(shots[number].start, shots[number].stop, CHUNK):
            rows = np.arange(start, min(start + CHUNK, shots[number].stop))
            errors_mm, errors_px = measure_rows(project, rows, order.source, regressors)
            yield Measured(order.batch, start, number, errors_mm, errors_px)


def measure_rows(
    project: Project, rows: np.ndarray, source: str, regressors: dict[str, Regressor]
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Errors of the joints of rows of one shot, millimetres and pixels, each regressor -> (n, J) float32."""
    from core.body.skinning import pose_vertices

    labels, keypoints = project.labels(rows), project.keypoints(rows)
    present = project.bodies_present(source, rows)
    parameters = project.read_bodies(source, rows)
    vertices = pose_vertices(project.body(), parameters)
    vertices[~present] = np.nan
    standing = np.isfinite(parameters.transl).all(axis=1)
    lens, pelvis = project.camera(int(rows[0])).lens, project.joint_set.pelvis
    errors_mm, errors_px = {}, {}
    for name, regressor in regressors.items():
        joints = regressor.apply(vertices)
        offsets = (joints - joints[:, pelvis, None]) - (labels - labels[:, pelvis, None])
        errors_mm[name] = (1000 * np.linalg.norm(offsets, axis=-1)).astype(np.float32)
        pixels = np.linalg.norm(project_points(joints, lens) - keypoints, axis=-1)
        pixels[~standing] = np.nan
        errors_px[name] = pixels.astype(np.float32)
    return errors_mm, errors_px
